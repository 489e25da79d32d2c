package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A·(B·c): the outer product contracts all axes, and only those, that B·c has from B. */
record ProductChain(Op.Dot outer, Op.Dot inner, Expr a, Expr b, Expr c) {

    /** The chain that ends in a node, or null if none does. */
    static @Nullable ProductChain in(Node node) {
        if (!(node.op() instanceof Op.Dot outer) || !(node.inputs().get(1).node().op() instanceof Op.Dot inner)
                || outer.leftBatch().count() > 0 || inner.leftBatch().count() > 0) {
            return null;
        }
        Node product = node.inputs().get(1).node();
        int free = product.inputs().get(0).rank() - inner.leftContract().count();
        boolean links = free > 0 && outer.rightContract().sorted().equals(Axes.range(0, free));
        return links
                ? new ProductChain(outer, inner, node.inputs().get(0), product.inputs().get(0), product.inputs().get(1))
                : null;
    }

    /** Whether c varies while A and B stay the same. */
    boolean isFixed(Set<Expr> varying) {
        return !varying.contains(a) && !varying.contains(b) && varying.contains(c);
    }

    /** A·B: the free axes of A, then the contracted axes of B, ascending. */
    Expr product() {
        Axes free = inner.leftContract().complement(b.rank());
        Axes met = Axes.of(outer.rightContract().stream().map(free::at).toArray());
        return a.dot(b, outer.leftContract(), met, Axes.of(), Axes.of());
    }

    /** Bytes of A·B. */
    long productBytes() {
        return (long) (rows() * contracted() * a.dtype().bytes());
    }

    /** Whether (A·B)·c, over so many products, costs less multiply-adds than A·(B·c), those of A·B included. */
    boolean pays(long products) {
        double linked = size(a.shape().select(outer.leftContract()).stream().asLongStream());
        double columns = size(c.shape().without(inner.rightContract()).stream().asLongStream());
        double saved = linked * contracted() * columns + rows() * linked * columns - rows() * contracted() * columns;
        return saved * products > rows() * linked * contracted();
    }

    private double rows() {
        return size(a.shape().without(outer.leftContract()).stream().asLongStream());
    }

    private double contracted() {
        return size(b.shape().select(inner.leftContract()).stream().asLongStream());
    }

    private static double size(LongStream extents) {
        return extents.asDoubleStream().reduce(1, (x, y) -> x * y);
    }

    /** (A·B)·c in place of the original. */
    Node with(Expr kept, Node original) {
        int rows = a.rank() - outer.leftContract().count();
        Axes partners = inner.rightContract().partners(inner.leftContract());
        Op.Dot dot = new Op.Dot(Axes.range(rows, kept.rank()), partners, Axes.of(), Axes.of());
        return Node.of(dot, List.of(kept, c), original.source());
    }
}
