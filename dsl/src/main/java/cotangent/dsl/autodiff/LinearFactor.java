package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a tangent is multiplied by in a sum of terms.
 *
 * @param negative whether the term is subtracted
 * @param narrow   factors that repeat something smaller: multiplied into others they would take more memory on a tape
 * @param dense    the product of all other factors, a primal value; {@code null} is one
 */
record LinearFactor(boolean negative, List<Expr> narrow, @Nullable Expr dense) {
    static final LinearFactor ONE = new LinearFactor(false, List.of(), null);

    /** Whether a value only repeats a smaller one, or is known while the graph is built. */
    static boolean isNarrow(Expr value) {
        Expr source = value;
        while (source.node().op() instanceof Op.Reshape) {
            source = source.node().inputs().getFirst();
        }
        Op op = source.node().op();
        return op instanceof Op.Broadcast || op instanceof Op.Constant || op instanceof Op.Iota;
    }

    /** The factor of an input of a node, a sum, difference, product, quotient or negation, whose factor this is. */
    LinearFactor through(Node node, int input) {
        if (!(node.op() instanceof Op.Binary binary)) {
            return negated();
        }
        Expr other = node.inputs().get(1 - input);
        return switch (binary.function()) {
            case ADD -> this;
            case SUB -> input == 0 ? this : negated();
            case MUL -> times(other);
            case DIV -> new LinearFactor(negative, narrow, (dense == null ? other.filled(1) : dense).dividedBy(other));
            case POW, MAX, MIN, AND, OR -> throw new AssertionError(node);
        };
    }

    private LinearFactor negated() {
        return new LinearFactor(!negative, narrow, dense);
    }

    private LinearFactor times(Expr factor) {
        if (isNarrow(factor)) {
            List<Expr> all = new ArrayList<>(narrow);
            all.add(factor);
            return new LinearFactor(negative, List.copyOf(all), dense);
        }
        return new LinearFactor(negative, narrow, dense == null ? factor : dense.times(factor));
    }

    /** The sum of two factors of one tangent. */
    LinearFactor plus(LinearFactor other, Expr tangent) {
        if (!narrow.equals(other.narrow)) {
            return new LinearFactor(negative, List.of(), combine(product(tangent), other.product(tangent), other));
        }
        Expr a = dense == null ? tangent.filled(1) : dense;
        Expr b = other.dense == null ? tangent.filled(1) : other.dense;
        return new LinearFactor(negative, narrow, combine(a, b, other));
    }

    private Expr combine(Expr a, Expr b, LinearFactor other) {
        return a.operation(new Op.Binary(negative == other.negative ? BinaryFunction.ADD : BinaryFunction.SUB), List.of(
                a, b));
    }

    /** All factors but the sign as one value of the tangent's type. */
    private Expr product(Expr tangent) {
        Expr product = dense;
        for (Expr factor : narrow) {
            product = product == null ? factor : product.times(factor);
        }
        return product == null ? tangent.filled(1) : product;
    }

    private Expr applied(Expr tangent) {
        Expr term = tangent;
        for (Expr factor : narrow) {
            term = term.times(factor);
        }
        return dense == null ? term : term.times(dense);
    }

    /** A sum and terms added to it, one after the other; {@code null} is no sum yet. */
    static @Nullable Expr addTo(@Nullable Expr start, Map<LinearFactor, Expr> terms) {
        Expr sum = start;
        for (Map.Entry<LinearFactor, Expr> entry : terms.entrySet()) {
            Expr term = entry.getKey().applied(entry.getValue());
            boolean minus = entry.getKey().negative();
            if (sum == null) {
                sum = minus ? term.neg() : term;
            } else {
                sum = minus ? sum.minus(term) : sum.plus(term);
            }
        }
        return sum;
    }
}
