package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.Op;
import java.util.Comparator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A general product seen as a batch of matrix products. Contracting axes may be taken in any order as long as both
 * operands take the same, so they are taken in the order in which they lie in the larger operand; free axes keep the
 * order that the result's shape asks for. An operand is copied only if its rows or columns cannot be walked with one
 * stride.
 */
final class ProductShape {
    /** Of a right operand that is copied: sizes at which the copy was seen to pay. */
    private static final int LEAST_COLUMNS = 32;
    private static final int LEAST_ROWS = 8;
    private static final int MOST_ELEMENTS = 1 << 13;

    private final View left;
    private final View right;
    private final Shape batch;
    private final int m;
    private final int n;
    private final int k;

    private ProductShape(View left, View right, Shape batch, int m, int n, int k) {
        this.left = left;
        this.right = right;
        this.batch = batch;
        this.m = m;
        this.n = n;
        this.k = k;
    }

    static ProductShape of(Op.Dot dot, View a, View b) {
        Axes freeLeft = dot.leftContract().then(dot.leftBatch()).complement(a.shape().rank());
        Axes freeRight = dot.rightContract().then(dot.rightBatch()).complement(b.shape().rank());
        int[] order = contractionOrder(dot, a, b);
        Axes leftContract = Axes.of(IntStream.of(order).map(dot.leftContract()::at).toArray());
        Axes rightContract = Axes.of(IntStream.of(order).map(dot.rightContract()::at).toArray());
        View left = a.transpose(dot.leftBatch().then(freeLeft).then(leftContract));
        View right = b.transpose(dot.rightBatch().then(rightContract).then(freeRight));
        return new ProductShape(left, right, a.shape().select(dot.leftBatch()), a.shape().select(freeLeft).size(), b
                .shape()
                .select(freeRight)
                .size(), a.shape().select(leftContract).size());
    }

    private static int[] contractionOrder(Op.Dot dot, View a, View b) {
        boolean byLeft = a.size() >= b.size();
        return IntStream.range(0, dot.leftContract().count())
                .boxed()
                .sorted(Comparator.comparingInt(pair -> -Math.abs(
                        byLeft ? a.stride(dot.leftContract().at(pair)) : b.stride(dot.rightContract().at(pair)))))
                .mapToInt(
                        Integer::intValue)
                .toArray();
    }

    int k() {
        return k;
    }

    Shape resultShape() {
        return batch.then(Shape.of(m, n));
    }

    /** The step, with operands copied by {@code copy} where they must be. */
    Step.Product step(UnaryOperator<View> copy, View output) {
        Shape leftShape = Shape.of(m, k);
        Shape rightShape = Shape.of(k, n);
        Shape one = batch.rank() == 0 ? batch : Shape.of(batch.size());
        View a = walkable(left, one.then(leftShape));
        View b = walkable(right, one.then(rightShape));
        if (b != null && isWorthTurning(b)) {
            b = View.dense(copy.apply(right).buffer(), rightShape);
        }
        if (a != null && b != null) {
            return new Step.Product(one, m, n, k, a, b, View.dense(output.buffer(), one.then(Shape.of(m, n))));
        }
        View x = walkable(left, batch.then(leftShape));
        View y = walkable(right, batch.then(rightShape));
        View p = x != null ? x : View.dense(copy.apply(left).buffer(), batch.then(leftShape));
        View q = y != null ? y : View.dense(copy.apply(right).buffer(), batch.then(rightShape));
        return new Step.Product(batch, m, n, k, p, q, output);
    }

    /**
     * Whether a right operand whose rows are not contiguous is small enough to be copied for the multiply, which has kernels of
     * known size for contiguous rows only and would pack it in every product.
     */
    private boolean isWorthTurning(View b) {
        return batch.rank() == 0 && n >= LEAST_COLUMNS && m >= LEAST_ROWS && b.stride(1) != 1
                && b.size() <= MOST_ELEMENTS
                && b.dtype().isFloating();
    }

    /** The operand under another shape, if it has one that the multiply can walk: no stride may be negative. */
    private static @Nullable View walkable(View operand, Shape shape) {
        View view = operand.reshape(shape);
        return view != null && IntStream.range(0, shape.rank()).allMatch(axis -> view.stride(axis) >= 0) ? view : null;
    }
}
