package cotangent.dsl;

import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;

/**
 * Reductions over axes. No axes named means all; {@code -1} is the last. Reduced axes vanish from the shape.
 *
 * @param <V> the kind of value
 */
public sealed interface Reductions<V extends Array<V>> extends Operand<V> permits Array {
    /** Sum over axes; zero where there is nothing to add. */
    default V sum(int... axes) {
        return reduce(Reduction.SUM, axes);
    }

    /** Largest element over axes; NaN if any is. A tie shares the derivative evenly. */
    default V max(int... axes) {
        return reduce(Reduction.MAX, axes);
    }

    /** Smallest element over axes; NaN if any is. A tie shares the derivative evenly. */
    default V min(int... axes) {
        return reduce(Reduction.MIN, axes);
    }

    private V reduce(Reduction reduction, int... axes) {
        Axes over = axes.length == 0 ? Axes.range(0, rank()) : Axes.normalize(reduction.label(), rank(), axes);
        return over.count() == 0 ? self() : operation(new Op.Reduce(reduction, over.sorted()));
    }

    /** Arithmetic mean over axes. */
    default V mean(int... axes) {
        V sum = sum(axes);
        return sum.dividedBy((double) shape().size() / Math.max(1, sum.shape().size()));
    }

    /** Mean squared deviation from the mean over axes (divided by the count, not by the count less one). */
    default V variance(int... axes) {
        return self().minus(restore(mean(axes), shape(), axes)).square().mean(axes);
    }

    /** {@code log(sum(exp(x)))} over axes, without overflow. */
    default V logSumExp(int... axes) {
        V largest = max(axes).stopGradient();
        V finite = largest.abs().lessThan(Double.POSITIVE_INFINITY).where(largest, largest.filled(0));
        return self().minus(restore(finite, shape(), axes)).exp().sum(axes).log().plus(finite);
    }

    /** {@code exp(x) / sum(exp(x))} along an axis, without overflow. */
    default V softmax(int axis) {
        V exponentials = self().minus(max(axis).stopGradient().expandDims(axis)).exp();
        return exponentials.dividedBy(exponentials.sum(axis).expandDims(axis));
    }

    /** {@code x - logSumExp(x)} along an axis. */
    default V logSoftmax(int axis) {
        return self().minus(logSumExp(axis).expandDims(axis));
    }

    /** Running sum along an axis. */
    default V cumsum(int axis) {
        return operation(new Op.CumSum(Axes.normalize("cumsum", rank(), axis).at(0), false));
    }

    /** Index (I32) of the first largest element along an axis. */
    default V argmax(int axis) {
        return operation(new Op.ArgMax(Axes.normalize("argmax", rank(), axis).at(0)));
    }

    /** Index (I32) of the first smallest element along an axis. */
    default V argmin(int axis) {
        return self().neg().argmax(axis);
    }

    /** Undoes a reduction's change of shape: the value with the reduced axes of {@code full} back, of extent 1. */
    private static <V extends Array<V>> V restore(V reduced, Shape full, int... axes) {
        Axes over = axes.length == 0 ? Axes.range(0, full.rank()) : Axes.normalize("reduce", full.rank(), axes);
        int[] extents = full.toArray();
        over.stream().forEach(axis -> extents[axis] = 1);
        return reduced.reshape(Shape.of(extents));
    }
}
