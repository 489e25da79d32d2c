package cotangent.dsl;

import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.SourceLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Products over pairs of axes.
 *
 * @param <V> the kind of value
 */
public sealed interface Products<V extends Array<V>> extends Operand<V> permits Array {
    /**
     * The general product: sums over pairs of contracting axes and runs along pairs of batch axes. The result's axes are
     * the batch axes, then the other axes of this value, then those of the other, each in order.
     */
    default V dot(V other, Axes leftContract, Axes rightContract, Axes leftBatch, Axes rightBatch) {
        return operation(new Op.Dot(leftContract, rightContract, leftBatch, rightBatch), List.of(self(), other));
    }

    /** The product summed over one axis of each, with no batch axes. */
    default V dot(V other, int leftAxis, int rightAxis) {
        Axes left = Axes.normalize("dot", rank(), leftAxis);
        Axes right = Axes.normalize("dot", other.rank(), rightAxis);
        return dot(other, left, right, Axes.of(), Axes.of());
    }

    /**
     * The matrix product as NumPy defines it: [..., n, k] times [..., k, m] gives [..., n, m], leading axes are
     * broadcast, and a vector on either side stands for a matrix of one row or column that is then dropped.
     */
    default V matmul(V other) {
        if (rank() == 0 || other.rank() == 0) {
            throw new ShapeException("matmul: expected vectors or matrices, got %s and %s; use times for scalars (%s)"
                    .formatted(type(), other.type(), SourceLine.current()));
        }
        int inner = shape().extent(-1);
        int otherInner = other.shape().extent(other.rank() == 1 ? 0 : -2);
        if (inner != otherInner) {
            throw new ShapeException("matmul: inner dimensions differ: left is %s, right is %s (%s)".formatted(shape(),
                    other.shape(), SourceLine.current()));
        }
        if (other.rank() <= 2) {
            return dot(other, -1, other.rank() == 1 ? 0 : -2);
        }
        V left = rank() == 1 ? self().expandDims(0) : self();
        V right = other.rank() == 1 ? other.expandDims(1) : other;
        V product = batchedMatmul(left, right);
        V dropped = other.rank() == 1 ? product.squeeze(-1) : product;
        return rank() == 1 ? dropped.squeeze(-2) : dropped;
    }

    private static <V extends Array<V>> V batchedMatmul(V left, V right) {
        Shape batch = Broadcasting.common("matmul", leading(left), leading(right));
        V a = left.broadcastTo(batch.then(matrix(left)));
        V b = right.broadcastTo(batch.then(matrix(right)));
        int rank = batch.rank();
        Axes shared = Axes.range(0, rank);
        return a.dot(b, Axes.of(rank + 1), Axes.of(rank), shared, shared);
    }

    private static Shape leading(Array<?> value) {
        return value.shape().select(Axes.range(0, value.rank() - 2));
    }

    private static Shape matrix(Array<?> value) {
        return value.shape().select(Axes.range(value.rank() - 2, value.rank()));
    }

    /** Every product of an element of this value with one of the other: the axes of both, one after the other. */
    default V outer(V other) {
        return dot(other, Axes.of(), Axes.of(), Axes.of(), Axes.of());
    }

    /**
     * Einstein summation of this value and others, as NumPy defines it: {@code a.einsum("bij,bjk->bik", b)}. Each operand
     * has a letter per axis; letters that the result lacks are summed over. Without {@code ->} the result has the letters
     * that occur once, in alphabetical order. A letter twice in one operand takes its diagonal, and {@code ...} stands for
     * axes that are broadcast. Operands are multiplied pairwise from the left.
     *
     * @throws ShapeException if the specification does not fit the operands
     */
    @SuppressWarnings("unchecked")
    default V einsum(String specification, V... others) {
        List<V> operands = new ArrayList<>(List.of(self()));
        operands.addAll(Arrays.asList(others));
        return Einsum.of(specification, operands);
    }

    /** {@link #conv(Array, int[], Padding)} with stride 1 and no padding. */
    default V conv(V kernel) {
        return conv(kernel, 1, Padding.VALID);
    }

    /** {@link #conv(Array, int[], Padding)} with one stride for all axes. */
    default V conv(V kernel, int stride, Padding padding) {
        return conv(kernel, new int[]{stride}, padding);
    }

    /**
     * Convolution as neural networks have it (a correlation: the kernel is not flipped), over any number of spatial axes.
     * It holds the window's number of copies of the input in memory.
     *
     * @param kernel  [spatial..., channels, filters], while this value is [batch, spatial..., channels]
     * @param strides one per spatial axis, or one for all
     * @return [batch, spatial..., filters]
     * @throws ShapeException if ranks or channels differ or the kernel exceeds the padded input
     */
    default V conv(V kernel, int[] strides, Padding padding) {
        return Convolution.conv(self(), kernel, strides, padding);
    }

    /** Largest elements of square windows that touch each other, without padding. */
    default V maxPool(int window) {
        return maxPool(new int[]{window}, new int[]{window}, Padding.VALID);
    }

    /**
     * Largest element of each window of [batch, spatial..., channels]; a tie shares the derivative evenly.
     *
     * @param window  extents, one per spatial axis, or one for all
     * @param strides one per spatial axis, or one for all
     * @throws ShapeException if the window exceeds the padded input
     */
    default V maxPool(int[] window, int[] strides, Padding padding) {
        return Convolution.maxPool(self(), window, strides, padding);
    }

    /** Means of square windows that touch each other, without padding. */
    default V avgPool(int window) {
        return avgPool(new int[]{window}, new int[]{window}, Padding.VALID);
    }

    /**
     * Mean of each window of [batch, spatial..., channels], over those of its elements that lie inside the input.
     *
     * @param window  extents, one per spatial axis, or one for all
     * @param strides one per spatial axis, or one for all
     * @throws ShapeException if the window exceeds the padded input
     */
    default V avgPool(int[] window, int[] strides, Padding padding) {
        return Convolution.avgPool(self(), window, strides, padding);
    }
}
