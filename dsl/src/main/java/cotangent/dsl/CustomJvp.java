package cotangent.dsl;

import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import java.util.List;
import java.util.function.UnaryOperator;

/** Functions that carry their own derivative rule, where the derivative of the formula would lose accuracy. */
final class CustomJvp {
    private CustomJvp() {}

    /** A rule for a function of one argument: the output's tangent from the input, the output and the input's tangent. */
    @FunctionalInterface
    interface UnaryRule {
        Expr tangent(Expr input, Expr output, Expr tangent);
    }

    /** The primitive application of {@code function} to a value of the given type, with {@code rule} as its derivative. */
    static Op.Custom unary(String name, TensorType type, UnaryOperator<Expr> function, UnaryRule rule) {
        Expr input = Expr.input(type);
        Graph body = Graph.of(List.of(input), List.of(function.apply(input)));
        return new Op.Custom(name, body,
                (primals, outputs, tangents) -> List.of(rule.tangent(primals.getFirst(), outputs
                        .getFirst(), tangents.getFirst())));
    }
}
