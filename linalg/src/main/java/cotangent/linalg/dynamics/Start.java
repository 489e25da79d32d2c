package cotangent.linalg.dynamics;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ResultOverflowException;
import cotangent.linalg.operator.LinearOperator;

/**
 * Where training starts: a kernel, the targets, and the residual f₀ − y as columns that the kernel moves independently.
 *
 * @param kernel   symmetric, [n, n]
 * @param shape    of the outputs
 * @param columns  k: 1 where the kernel is over all entries, else the entries of each sample
 * @param targets  y in float64
 * @param residual f₀ − y in float64, a block [n, k]
 */
record Start(LinearOperator kernel, Shape shape, int columns, double[] targets, double[] residual) {
    static Start of(String name, LinearOperator kernel, Tensor initial, Tensor targets) {
        if (!kernel.symmetric()) {
            throw new ShapeException(
                    "%s: expected a symmetric kernel, got %s; use asSymmetric() if it is symmetric nevertheless"
                            .formatted(name, kernel));
        }
        if (!initial.type().equals(targets.type()) || initial.dtype() != kernel.dtype()) {
            throw new ShapeException(
                    "%s: expected initial outputs and targets of one shape, both %s as the kernel is, got %s and %s"
                            .formatted(name, kernel.dtype(), initial.type(), targets.type()));
        }
        int columns = columns(name, kernel.rows(), initial);
        double[] goal = finite(name, "the targets", targets);
        double[] residual = finite(name, "the initial outputs", initial);
        for (int i = 0; i < goal.length; i++) {
            residual[i] -= goal[i];
        }
        return new Start(kernel, initial.shape(), columns, goal, requireFinite(name, "initial outputs minus targets",
                residual));
    }

    private static int columns(String name, int n, Tensor outputs) {
        int size = outputs.shape().size();
        if (n == 0 || size == 0) {
            throw new InvalidDataException("%s: expected outputs that are not empty, got %s".formatted(name, outputs
                    .type()));
        }
        if (size == n) {
            return 1;
        }
        if (outputs.rank() > 0 && outputs.shape().extent(0) == n) {
            return size / n;
        }
        throw new ShapeException(
                "%s: a kernel of size %d is neither over all %d entries of the outputs %s nor over their first axis"
                        .formatted(name, n, size, outputs.type()));
    }

    static double[] finite(String name, String what, Tensor tensor) {
        return requireFinite(name, what, tensor.toDoubles());
    }

    private static double[] requireFinite(String name, String what, double[] elements) {
        for (double element : elements) {
            if (!Double.isFinite(element)) {
                throw new InvalidDataException("%s: %s hold NaN or infinity".formatted(name, what));
            }
        }
        return elements;
    }

    /** n. */
    int size() {
        return kernel.rows();
    }

    DType dtype() {
        return kernel.dtype();
    }

    /** Blocks, one for each of some times, as one tensor in the kernel's dtype. */
    static Tensor stacked(String name, DType dtype, Shape shape, double[][] blocks) {
        double[] all = new double[Shape.of(blocks.length).then(shape).size()];
        for (int i = 0; i < blocks.length; i++) {
            System.arraycopy(blocks[i], 0, all, i * blocks[i].length, blocks[i].length);
        }
        double largest = dtype == DType.F32 ? Float.MAX_VALUE : Double.MAX_VALUE;
        for (double element : all) {
            if (!(Math.abs(element) <= largest)) {
                throw new ResultOverflowException(
                        "%s: outputs exceed the range of %s: training diverges; take a learning rate under maxLearningRate()"
                                .formatted(name, dtype));
            }
        }
        return Tensor.wrap(Shape.of(blocks.length).then(shape), all).cast(dtype);
    }
}
