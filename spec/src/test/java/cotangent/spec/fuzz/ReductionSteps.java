package cotangent.spec.fuzz;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Steps that combine elements along axes. */
final class ReductionSteps {
    private static final Reduction[] REDUCTIONS = Reduction.values();

    private ReductionSteps() {}

    static Expr reduce(Growth growth) {
        Expr x = growth.pickNumeric();
        int[] axes = growth.someAxes(x.rank());
        Reduction reduction = isEmpty(x, axes) ? Reduction.SUM : REDUCTIONS[growth.random.nextInt(REDUCTIONS.length)];
        return x.operation(new Op.Reduce(reduction, Axes.of(axes)));
    }

    private static boolean isEmpty(Expr x, int[] axes) {
        return Arrays.stream(axes).anyMatch(axis -> x.shape().extent(axis) == 0);
    }

    static Expr argMax(Growth growth) {
        Expr x = growth.pickNumeric();
        if (x.rank() == 0) {
            return x;
        }
        int axis = growth.axis(x);
        return x.shape().extent(axis) == 0 ? x : x.argmax(axis);
    }

    static Expr cumSum(Growth growth) {
        Expr x = growth.pickNumeric();
        return x.rank() == 0 ? x : x.operation(new Op.CumSum(growth.axis(x), growth.random.nextBoolean()));
    }

    static Expr composition(Growth growth) {
        Expr x = growth.pickFloating();
        if (x.rank() == 0) {
            return x;
        }
        int axis = growth.axis(x);
        if (x.shape().extent(axis) == 0) {
            return x;
        }
        return switch (growth.random.nextInt(4)) {
            case 0 -> x.softmax(axis);
            case 1 -> x.logSumExp(axis);
            case 2 -> x.variance(axis);
            default -> x.mean(axis);
        };
    }

    /** The axes of a value, in random order, are shared out: contracted, run along as a batch, or left free. */
    static Expr dot(Growth growth) {
        Expr x = growth.pickNumeric();
        int[] order = growth.permutation(x.rank());
        int contracted = x.rank() == 0 ? 0 : growth.random.nextInt(Math.min(x.rank(), 2) + 1);
        int batched = growth.random.nextInt(Math.min(x.rank() - contracted, 2) + 1);
        Axes contract = Axes.of(Arrays.copyOfRange(order, 0, contracted));
        Axes batch = Axes.of(Arrays.copyOfRange(order, contracted, contracted + batched));
        Shape free = free(growth, x, contract.then(batch));
        Shape other = x.shape().select(contract).then(x.shape().select(batch)).then(free);
        return dot(growth, x, contract, batch, new TensorType(x.dtype(), other));
    }

    /** Extents for up to two free axes of the other operand, so small that the product stays small. */
    private static Shape free(Growth growth, Expr x, Axes bound) {
        long size = Math.max(1, x.shape().without(bound).size());
        int[] extents = IntStream.range(0, growth.random.nextInt(3)).map(ignored -> growth.extent()).toArray();
        for (int i = 0; i < extents.length; i++) {
            if (!growth.isSmall(4 * size * extents[i]) || !growth.isSmall((long) extents[i] * x.shape().size())) {
                extents[i] = 2;
            }
            size *= Math.max(1, extents[i]);
        }
        return Shape.of(extents);
    }

    private static Expr dot(Growth growth, Expr x, Axes contract, Axes batch, TensorType type) {
        int[] order = growth.permutation(type.rank());
        Axes positions = Axes.of(order).inverse();
        Expr y = growth.like(type.with(type.shape().select(Axes.of(order))));
        Axes yContract = positionsOf(positions, 0, contract.count());
        Axes yBatch = positionsOf(positions, contract.count(), contract.count() + batch.count());
        return growth.random.nextBoolean()
                ? x.dot(y, contract, yContract, batch, yBatch)
                : y.dot(x, yContract, contract, yBatch, batch);
    }

    private static Axes positionsOf(Axes positions, int from, int to) {
        return Axes.of(IntStream.range(from, to).map(positions::at).toArray());
    }

    /** The plain matrix product, which most models are made of. */
    static Expr matmul(Growth growth) {
        Expr x = growth.pickFloating();
        if (x.rank() == 0) {
            return x;
        }
        int columns = Math.max(1, growth.extent());
        int inner = x.shape().extent(-1);
        boolean small = growth.isSmall((long) columns * inner) && growth.isSmall((long) columns * x.shape().size()
                / Math.max(1, inner));
        return small ? x.matmul(growth.input(TensorType.of(x.dtype(), inner, columns))) : x;
    }
}
