package cotangent.dsl.ir;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import java.util.List;

/**
 * What running a graph takes, counted from its nodes: machine-independent, and before anything is fused.
 *
 * <p>Products are told apart by the least of their three extents, since a multiply gets out of a machine what that allows:
 * one that is thin waits for memory, a wide one does not.
 *
 * @param thin     floating-point operations of matrix products with an extent under {@value #NARROW}
 * @param narrow   of those with one under {@value #WIDE}
 * @param wide     of all others
 * @param elements elements that loop nests compute; an elementary function counts as {@value #FUNCTION}
 * @param calls    kernels called: products and elementwise nodes, those of a loop at every step
 */
public record Cost(double thin, double narrow, double wide, double elements, double calls) {
    /** Extents from here on are narrow. */
    public static final int NARROW = 8;
    /** Extents from here on are wide. */
    public static final int WIDE = 64;
    /** Elements that an elementary function such as tanh counts as. */
    public static final int FUNCTION = 8;
    /** Nothing. */
    public static final Cost NONE = new Cost(0, 0, 0, 0, 0);

    /** What the graph's nodes take together. */
    public static Cost of(Graph graph) {
        return of(graph.nodes());
    }

    private static Cost of(List<Node> nodes) {
        Cost cost = NONE;
        for (Node node : nodes) {
            cost = cost.plus(of(node));
        }
        return cost;
    }

    private static Cost of(Node node) {
        return switch (node.op()) {
            case Op.Dot dot -> product(dot, node);
            case Op.Scan scan -> of(scan.body()).times(scan.length());
            case Op.Custom custom -> of(custom.body());
            case Op.Unary unary -> elements(size(node) * switch (unary.function()) {
                case NEG, ABS, SIGN, NOT -> 1;
                default -> FUNCTION;
            });
            case Op.Binary ignored -> elements(size(node));
            case Op.Compare ignored -> elements(size(node));
            case Op.Select ignored -> elements(size(node));
            case Op.Cast ignored -> elements(size(node));
            case Op.Concat ignored -> elements(size(node));
            case Op.Pad ignored -> elements(size(node));
            case Op.Gather ignored -> elements(size(node));
            case Op.CumSum ignored -> elements(size(node));
            case Op.Random ignored -> elements((double) FUNCTION * size(node));
            case Op.Reduce ignored -> elements(size(node.inputs().getFirst()));
            case Op.ArgMax ignored -> elements(size(node.inputs().getFirst()));
            case Op.ScatterAdd ignored -> elements(size(node.inputs().getLast()));
            case Op.Input ignored -> NONE;
            case Op.Constant ignored -> NONE;
            case Op.Iota ignored -> NONE;
            case Op.StopGradient ignored -> NONE;
            case Op.Transpose ignored -> NONE;
            case Op.Reshape ignored -> NONE;
            case Op.Broadcast ignored -> NONE;
            case Op.Reverse ignored -> NONE;
            case Op.Slice ignored -> NONE;
        };
    }

    private static Cost product(Op.Dot dot, Node node) {
        Expr left = node.inputs().get(0);
        Expr right = node.inputs().get(1);
        double batch = extent(left, dot.leftBatch());
        double contracted = extent(left, dot.leftContract());
        double rows = size(left) / Math.max(1, batch * contracted);
        double columns = size(right) / Math.max(1, batch * contracted);
        return product(batch, rows, contracted, columns);
    }

    /** What a batch of products of [rows, contracted] with [contracted, columns] takes. */
    public static Cost product(double batch, double rows, double contracted, double columns) {
        double flops = 2 * batch * rows * contracted * columns;
        double least = Math.min(contracted, Math.min(rows, columns));
        return new Cost(least < NARROW ? flops : 0, least >= NARROW && least < WIDE ? flops : 0, least >= WIDE
                ? flops
                : 0, 0, 1);
    }

    private static double extent(Expr operand, Axes axes) {
        return operand.shape().select(axes).size();
    }

    private static double size(Node node) {
        return size(node.output(0));
    }

    private static double size(Expr value) {
        return value.type().size();
    }

    /** The cost of one loop nest over so many elements. */
    public static Cost elements(double number) {
        return new Cost(0, 0, 0, number, 1);
    }

    /** This and another one. */
    public Cost plus(Cost other) {
        return new Cost(thin + other.thin, narrow + other.narrow, wide + other.wide, elements + other.elements, calls
                + other.calls);
    }

    /** This so many times. */
    public Cost times(double count) {
        return new Cost(count * thin, count * narrow, count * wide, count * elements, count * calls);
    }

    /** Floating-point operations of all products. */
    public double flops() {
        return thin + narrow + wide;
    }
}
