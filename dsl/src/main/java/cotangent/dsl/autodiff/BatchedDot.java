package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.Op;
import java.util.List;

/** The batching rule of products. */
record BatchedDot(Op.Dot dot, int size) {
    Batched of(Batched left, Batched right) {
        if (left.isBatched() && right.isBatched()) {
            Axes leftBatch = Axes.of(left.axis()).then(left.shift(dot.leftBatch()));
            Axes rightBatch = Axes.of(right.axis()).then(right.shift(dot.rightBatch()));
            return new Batched(left.value()
                    .dot(right.value(), left.shift(dot.leftContract()), right.shift(dot.rightContract()), leftBatch,
                            rightBatch),
                    0);
        }
        return along(left, right.isBatched() ? beforeFree(right) : right);
    }

    /** The batch axis is one of the free axes of the operand that has it. */
    private Batched along(Batched left, Batched right) {
        Axes leftContract = left.shift(dot.leftContract());
        Axes leftBatch = left.shift(dot.leftBatch());
        Axes rightContract = right.shift(dot.rightContract());
        Axes rightBatch = right.shift(dot.rightBatch());
        Axes leftFree = leftBatch.then(leftContract).complement(left.value().rank());
        Axes rightFree = rightBatch.then(rightContract).complement(right.value().rank());
        int axis = leftBatch.count() + (left.isBatched()
                ? leftFree.indexOf(left.axis())
                : leftFree.count() + rightFree.indexOf(right.axis()));
        return new Batched(left.value().dot(right.value(), leftContract, rightContract, leftBatch, rightBatch), axis);
    }

    /** The right operand with its batch axis just before its other free axes: the result then has it after the left's. */
    private Batched beforeFree(Batched right) {
        Axes free = dot.rightBatch().then(dot.rightContract()).complement(right.value().rank() - 1);
        if (free.count() == 0) {
            return right;
        }
        int target = free.at(0);
        return right.axis() <= target ? right : new Batched(right.place(target, size), target);
    }

    /**
     * The result with its batch axis last, if an operand has it there. For a left operand the operands change places, so that
     * the batch comes to be the columns of one product for each of the left operand's other positions.
     */
    Batched withLast(Batched left, Batched right) {
        if (left.isBatched() == right.isBatched() || !(left.isBatched() ? left : right).isLast()) {
            return of(left, right);
        }
        if (right.isBatched()) {
            return along(left, right);
        }
        Axes free = dot.leftBatch().then(dot.leftContract()).complement(left.value().rank() - 1);
        Expr factor = right.value();
        Shape wide = left.value().shape().select(free).then(factor.shape());
        int added = free.count();
        Expr repeated = factor.operation(new Op.Broadcast(wide, Axes.range(added, wide.rank())));
        Op.Dot turned = new Op.Dot(moved(dot.rightContract(), added), dot.leftContract(),
                moved(dot.rightBatch(), added).then(Axes.range(0, added)), dot.leftBatch().then(free));
        Expr result = repeated.operation(turned, List.of(repeated, left.value()));
        return new Batched(result, result.rank() - 1);
    }

    private static Axes moved(Axes axes, int by) {
        return Axes.of(axes.stream().map(axis -> axis + by).toArray());
    }
}
