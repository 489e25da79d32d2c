package cotangent.dsl;

import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.SourceLine;
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
}
