package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;

/** The work of a graph, as the floating-point operations of its matrix products. */
final class ProductFlops {
    private ProductFlops() {}

    /** Two for every multiplication with an addition; a loop's as often as it runs. */
    static double of(Graph graph) {
        return graph.nodes().stream().mapToDouble(ProductFlops::of).sum();
    }

    private static double of(Node node) {
        return switch (node.op()) {
            case Op.Dot dot -> {
                Expr left = node.inputs().getFirst();
                double terms = left.shape().select(dot.leftContract()).size();
                yield 2 * terms * node.types().getFirst().size();
            }
            case Op.Scan scan -> scan.length() * of(scan.body());
            case Op.Custom custom -> of(custom.body());
            default -> 0;
        };
    }
}
