package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.Op;

/**
 * A value with where its batch axis sits.
 *
 * @param axis the position, or {@link #NONE}
 */
record Batched(Expr value, int axis) {
    static final int NONE = -1;

    boolean isBatched() {
        return axis != NONE;
    }

    /** Whether the batch axis comes after all others. */
    boolean isLast() {
        return axis == value.rank() - 1;
    }

    /** The value with its batch axis moved, or made with so many entries, at a position. */
    Expr place(int position, int size) {
        if (isBatched()) {
            return axis == position ? value : value.moveAxis(axis, position);
        }
        Shape wide = value.shape().insert(position, size);
        return value.operation(new Op.Broadcast(wide, Axes.of(position).complement(wide.rank())));
    }

    /** An axis number before the batch axis came in, as it is after. */
    int shift(int number) {
        return axis == NONE || number < axis ? number : number + 1;
    }

    Axes shift(Axes axes) {
        return Axes.of(axes.stream().map(this::shift).toArray());
    }
}
