package cotangent.linalg.ntk;

import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import java.util.Optional;

/**
 * A kernel as K = A·Aᵀ: what its statistics need to know of it.
 *
 * @param kernel   the model's kernel that it comes from, whose programs tell what products cost
 * @param jacobian A, [n, parameters]
 * @param operator A·Aᵀ, symmetric and positive semidefinite
 * @param whole    whether that is the model's kernel itself
 */
record Factors(Kernel kernel, LinearOperator jacobian, LinearOperator operator, boolean whole) {
    static Factors of(Kernel kernel) {
        return new Factors(kernel, kernel.jacobian(), kernel.operator(), true);
    }

    /** What all gradients are made of, where the model keeps samples apart; of the model's kernel itself. */
    Optional<GradientFactors> gradients() {
        return whole ? GradientFactors.of(kernel) : Optional.empty();
    }

    /** Rows of the kernel. */
    int size() {
        return jacobian.rows();
    }

    int parameters() {
        return jacobian.columns();
    }

    /** The side by which the Jacobian is written out with fewer passes. */
    boolean byRows() {
        return size() <= parameters();
    }

    LinearOperator narrow() {
        return byRows() ? jacobian : jacobian.adjoint();
    }

    /**
     * HKH with H = (I − 11ᵀ/N) ⊗ I: the kernel of the model's outputs less their means over the samples.
     *
     * @throws ShapeException if there are not as many rows for each sample
     */
    Factors centred() {
        LinearOperator centring = centring(samples());
        return new Factors(kernel, centring.times(jacobian), centring.times(operator).times(centring), false);
    }

    /** How many samples the rows are of: the first axis of the model's output. */
    int samples() {
        Shape output = kernel.linearization().output().leaves().getFirst().shape();
        int samples = output.rank() == 0 ? 1 : output.extent(0);
        if (kernel.linearization().output().leaves().size() != 1 || samples == 0 || size() % samples != 0) {
            throw new ShapeException("ntk: expected an output whose first axis is the samples, got " + kernel
                    .linearization()
                    .output()
                    .structure());
        }
        return samples;
    }

    private LinearOperator centring(int samples) {
        return LinearOperator.symmetric(size(), jacobian.dtype(), block -> centred(block, samples))
                .asPositiveSemidefinite();
    }

    /** Each column less its mean over the samples, output by output. */
    static Tensor centred(Tensor block, int samples) {
        int width = block.type().size() / samples;
        double[] elements = block.toDoubles();
        double[] means = new double[width];
        for (int s = 0; s < samples; s++) {
            for (int j = 0; j < width; j++) {
                means[j] += elements[s * width + j];
            }
        }
        for (int s = 0; s < samples; s++) {
            for (int j = 0; j < width; j++) {
                elements[s * width + j] -= means[j] / samples;
            }
        }
        return Columns.narrowed(block.dtype(), block.shape().extent(0), block.shape().extent(1), elements);
    }
}
