package cotangent.dsl.compile;

import cotangent.dsl.Shape;
import cotangent.dsl.ir.Op;
import org.jspecify.annotations.Nullable;

/** The primitives that move no elements: their result is another view of their input. */
final class Views {
    private Views() {}

    static boolean isView(Op op) {
        return switch (op) {
            case Op.Transpose ignored -> true;
            case Op.Reshape ignored -> true;
            case Op.Broadcast ignored -> true;
            case Op.Slice ignored -> true;
            case Op.Reverse ignored -> true;
            case Op.StopGradient ignored -> true;
            default -> false;
        };
    }

    /** The view of the result, or null if the elements must be copied first (which only a reshape may ask for). */
    static @Nullable View of(Op op, View input, Shape result) {
        return switch (op) {
            case Op.Transpose transpose -> input.transpose(transpose.permutation());
            case Op.Reshape ignored -> input.reshape(result);
            case Op.Broadcast broadcast -> input.broadcast(broadcast);
            case Op.Slice slice -> input.slice(slice, result);
            case Op.Reverse reverse -> input.reverse(reverse.axes());
            case Op.StopGradient ignored -> input;
            default -> throw new IllegalArgumentException(op.label() + " is not a view");
        };
    }
}
