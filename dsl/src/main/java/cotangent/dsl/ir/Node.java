package cotangent.dsl.ir;

import cotangent.dsl.Expr;
import cotangent.dsl.TensorType;
import java.util.List;

/**
 * One application of a primitive. Nodes are immutable and told apart by identity; a graph is whatever hangs together
 * below its outputs.
 */
public final class Node {
    private final Op op;
    private final List<Expr> inputs;
    private final List<TensorType> types;
    private final SourceLine source;

    private Node(Op op, List<Expr> inputs, List<TensorType> types, SourceLine source) {
        this.op = op;
        this.inputs = inputs;
        this.types = types;
        this.source = source;
    }

    /**
     * The node that applies {@code op}, blamed on the user's current source line.
     *
     * @throws cotangent.dsl.ShapeException if the inputs do not fit
     */
    public static Node of(Op op, List<Expr> inputs) {
        return of(op, inputs, SourceLine.current());
    }

    /** The node that applies {@code op}, blamed on {@code source}. */
    public static Node of(Op op, List<Expr> inputs, SourceLine source) {
        List<TensorType> types = ShapeInference.infer(op, inputs.stream().map(Expr::type).toList(), source);
        return new Node(op, List.copyOf(inputs), types, source);
    }

    /** What the node does. */
    public Op op() {
        return op;
    }

    /** What it does it to. */
    public List<Expr> inputs() {
        return inputs;
    }

    /** The types of its outputs; all primitives but {@link Op.Custom} and {@link Op.Scan} have one. */
    public List<TensorType> types() {
        return types;
    }

    /** The user's line that built it. */
    public SourceLine source() {
        return source;
    }

    /** Output number {@code index} as an expression. */
    public Expr output(int index) {
        return Expr.of(this, index);
    }

    @Override
    public String toString() {
        return op.label() + types + " (" + source + ")";
    }
}
