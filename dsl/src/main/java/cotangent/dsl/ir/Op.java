package cotangent.dsl.ir;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import java.util.List;

/**
 * A primitive operation: what a node of the graph does with its inputs.
 *
 * <p>The set is closed and small. Everything else a user can call is a composition of these. Each transformation (shape
 * inference, forward mode, transposition, batching, each backend) is one exhaustive {@code switch} over this interface,
 * so that a new primitive does not compile until every one of them knows it. The set is closed under transposition: the
 * transpose of every primitive that is linear in an input is built from primitives of the set.
 */
public sealed interface Op {
    /** A value given from outside; it has no inputs, and its node's identity tells it from others of the same type. */
    record Input(TensorType type) implements Op {}

    /** A value known while the graph is built. */
    record Constant(Tensor value) implements Op {}

    /** The index along an axis, at every position: {@code result[i0, ..., in] = i_axis}; a numeric type. */
    record Iota(TensorType type, int axis) implements Op {}

    /** An elementwise function of one argument. */
    record Unary(UnaryFunction function) implements Op {}

    /** An elementwise function of two arguments of the same type. */
    record Binary(BinaryFunction function) implements Op {}

    /** An elementwise comparison of two arguments of the same numeric type; gives BOOL. */
    record Compare(Comparison comparison) implements Op {}

    /** Elementwise choice: inputs (condition: BOOL, ifTrue, ifFalse), all of one shape. */
    record Select() implements Op {}

    /** Conversion to another dtype, as Java's casts do it; BOOL is 0 or 1, and a number is true if it is not zero. */
    record Cast(DType dtype) implements Op {}

    /** The identity, with a derivative of zero. */
    record StopGradient() implements Op {}

    /** Reduction over axes, which vanish from the shape. */
    record Reduce(Reduction reduction, Axes axes) implements Op {}

    /** Index (I32) of the first largest element along an axis, which vanishes; a NaN counts as largest. */
    record ArgMax(int axis) implements Op {}

    /** Running sum along an axis, from its start or ({@code reverse}) from its end. */
    record CumSum(int axis, boolean reverse) implements Op {}

    /**
     * The general product of two tensors: sums over pairs of contracting axes, runs along pairs of batch axes. The
     * result's axes are the batch axes, the left operand's other axes, the right operand's other axes, each in order.
     */
    record Dot(Axes leftContract, Axes rightContract, Axes leftBatch, Axes rightBatch) implements Op {}

    /** Permutation: axis {@code i} of the result is axis {@code permutation[i]} of the input. */
    record Transpose(Axes permutation) implements Op {}

    /** The same elements in row-major order under another shape. */
    record Reshape(Shape shape) implements Op {}

    /**
     * Repetition along new axes: axis {@code i} of the input becomes axis {@code axes[i]} of the result, with the same
     * extent; {@code axes} ascends.
     */
    record Broadcast(Shape shape, Axes axes) implements Op {}

    /** Reversal of the order along axes. */
    record Reverse(Axes axes) implements Op {}

    /** Every stride-th element of each axis, from its start to below its limit; strides are positive. */
    record Slice(Axes starts, Axes limits, Axes strides) implements Op {}

    /** Zeros added before, after and ({@code interior}) between the elements of each axis; none negative. */
    record Pad(Axes low, Axes high, Axes interior) implements Op {}

    /** One or more inputs, one after the other along an axis. */
    record Concat(int axis) implements Op {}

    /**
     * Elements picked along an axis: inputs (operand, indices: I32). The first {@code batch} axes of both run together;
     * the result's shape is the operand's with {@code axis} replaced by the remaining axes of the indices. An index
     * outside the axis is an {@link cotangent.dsl.InvalidDataException} when it runs.
     */
    record Gather(int axis, int batch) implements Op {}

    /**
     * The transpose of {@link Gather} added to an operand: inputs (operand, indices: I32, updates), where the updates
     * have the shape that Gather would give; updates that meet are added in row-major order.
     */
    record ScatterAdd(int axis, int batch) implements Op {}

    /**
     * Counter-based random numbers from a key (I32, shape [..., 4]: a {@code Key}'s); the result has the
     * key's leading axes before {@code type}'s shape. Float32 numbers are the rounded float64 ones.
     */
    record Random(Distribution distribution, TensorType type) implements Op {}

    /** A function with a derivative of its own; a backend runs {@code body}, forward mode calls {@code rule}. */
    record Custom(String name, Graph body, JvpRule rule) implements Op {}

    /**
     * A loop over time. Inputs are carries, sequences (time is their first axis) and constants (the same at every step);
     * outputs are the carries after the last step and the body's other outputs, stacked along a first axis of time.
     *
     * @param body      (carries, one entry of each sequence, constants) to (carries, anything); it uses nothing else
     * @param carries   number of carries
     * @param sequences number of sequences
     * @param length    number of steps
     * @param reverse   whether it begins with the last entries; what it stacks stays where its entry was
     * @param recomputes whether a derivative computes what it needs of a step again, from the carries before it, instead
     *                  of keeping it
     */
    record Scan(Graph body, int carries, int sequences, int length, boolean reverse, boolean recomputes)
            implements
                Op {
        /** A loop whose derivative keeps what it needs of every step. */
        public Scan(Graph body, int carries, int sequences, int length, boolean reverse) {
            this(body, carries, sequences, length, reverse, false);
        }

        /** The same loop with other steps. */
        public Scan with(Graph other) {
            return new Scan(other, carries, sequences, length, reverse, recomputes);
        }
    }

    /** The derivative rule of {@link Custom}. */
    @FunctionalInterface
    interface JvpRule {
        /**
         * The outputs' tangents, linear in the tangents.
         *
         * @param primals  the inputs
         * @param outputs  the outputs of the body
         * @param tangents one per input, of the same type (zeros where the input does not vary or is not differentiable)
         */
        List<Expr> tangents(List<Expr> primals, List<Expr> outputs, List<Expr> tangents);
    }

    /** The operation's name as a user knows it, for messages and plans. */
    default String label() {
        return switch (this) {
            case Unary op -> op.function().label();
            case Binary op -> op.function().label();
            case Compare op -> op.comparison().label();
            case Reduce op -> op.reduction().label();
            case Custom op -> op.name();
            case Select ignored -> "where";
            default -> {
                String name = getClass().getSimpleName();
                yield Character.toLowerCase(name.charAt(0)) + name.substring(1);
            }
        };
    }
}
