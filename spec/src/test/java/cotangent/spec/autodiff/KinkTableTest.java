package cotangent.spec.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Tensor;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of derivatives at kinks, ties, jumps and the edges of domains: what the documentation promises, exactly. */
class KinkTableTest {
    private static final double INFINITE = Double.POSITIVE_INFINITY;

    static Stream<Arguments> table() {
        return Stream.of(
                row("abs", Expr::abs, at(-2, -0.0, 0, 3), at(-1, 0, 0, 1)),
                row("sign", Expr::sign, at(-2, 0, 3), at(0, 0, 0)),
                row("relu", Expr::relu, at(-1, -0.0, 0, 1), at(0, 0, 0, 1)),
                row("clamp", x -> x.clamp(-1, 1), at(-2, -1, 0, 1, 2), at(0, 0.5, 1, 0.5, 0)),
                row("atLeast", x -> x.atLeast(0), at(-1, 0, 1), at(0, 0.5, 1)),
                row("atMost", x -> x.atMost(0), at(-1, 0, 1), at(1, 0.5, 0)),
                row("max of two", x -> x.at(0, 0).max(x.at(0, 1)), at(2, 1), at(1, 0)),
                row("max of equals", x -> x.at(0, 0).max(x.at(0, 1)), at(2, 2), at(0.5, 0.5)),
                row("max of 0 and -0", x -> x.at(0, 0).max(x.at(0, 1)), at(0, -0.0), at(0.5, 0.5)),
                row("min of two", x -> x.at(0, 0).min(x.at(0, 1)), at(2, 1), at(0, 1)),
                row("min of equals", x -> x.at(0, 0).min(x.at(0, 1)), at(2, 2), at(0.5, 0.5)),
                row("max of itself", x -> x.max(x), at(3), at(1)),
                row("largest", x -> x.max(0), at(1, 4, 2), at(0, 1, 0)),
                row("largest of four, two tied", x -> x.max(0), at(1, 4, 2, 4), at(0, 0.5, 0, 0.5)),
                row("smallest of four tied", x -> x.min(0), at(1, 1, 1, 1), at(0.25, 0.25, 0.25, 0.25)),
                row("logSumExp of equals", x -> x.logSumExp(0), at(3, 3), at(0.5, 0.5)),
                row("logSumExp with -infinity", x -> x.logSumExp(0), at(3, -INFINITE), at(1, 0)),
                row("softplus far out", Expr::softplus, at(-1000, 0, 1000), at(0, 0.5, 1)),
                row("sqrt", Expr::sqrt, at(0, 4), at(INFINITE, 0.25)),
                row("log", Expr::log, at(0, 4), at(INFINITE, 0.25)),
                row("log1p", Expr::log1p, at(-1, 3), at(INFINITE, 0.25)),
                row("tanh far out", Expr::tanh, at(-1000, 0, 1000), at(0, 1, 0)),
                row("sigmoid far out", Expr::sigmoid, at(-1000, 0, 1000), at(0, 0.25, 0)),
                row("erf far out", Expr::erf, at(-1000, 1000), at(0, 0)),
                row("x^3", x -> x.pow(3), at(-2, 0, 2), at(12, 0, 12)),
                row("x^1", x -> x.pow(1), at(-2, 0, 2), at(1, 1, 1)),
                row("x^0", x -> x.pow(0), at(-2, 0, 2), at(0, 0, 0)),
                row("x^0.5", x -> x.pow(0.5), at(0, 4), at(INFINITE, 0.25)),
                row("0^y", y -> y.filled(0).pow(y), at(0.5, 1, 3), at(0, 0, 0)),
                row("1^y", y -> y.filled(1).pow(y), at(-2, 0, 3), at(0, 0, 0)),
                row("stopGradient", Expr::stopGradient, at(-2, 0, 3), at(0, 0, 0)),
                row("through I32", x -> x.cast(DType.I32).cast(DType.F64), at(-2.5, 0, 3), at(0, 0, 0)),
                row("through BOOL", x -> x.lessThan(0).cast(DType.F64), at(-2.5, 0, 3), at(0, 0, 0)),
                row("argmax", x -> x.argmax(0).cast(DType.F64), at(1, 3, 2), at(0, 0, 0)),
                row("where", x -> x.greaterThan(0).where(x.times(3), x.times(2)), at(-1, 0, 1), at(2, 2, 3)));
    }

    private static Arguments row(String name, UnaryOperator<Expr> function, double[] point, double[] derivative) {
        return arguments(name, function, point, derivative);
    }

    private static double[] at(double... numbers) {
        return numbers;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void derivativesAreThoseOfTheTable(String name, UnaryOperator<Expr> function, double[] point, double[] derivative) {
        Fn f = Fn.of(name, x -> function.apply(x).sum());
        Tensor x = Tensor.of(point);
        assertThat(f.grad().apply(x).asTensor().plus(0)).as("reverse mode").isEqualTo(Tensor.of(derivative));
        Tensor forward = f.jacfwd().apply(x).asTensor();
        assertThat(forward.shape()).isEqualTo(x.shape());
        for (int i = 0; i < point.length; i++) {
            double[] tangent = new double[point.length];
            tangent[i] = 1;
            double slope = f.jvp().apply(x, Tensor.of(tangent)).asTuple().get(1).asTensor().item();
            if (Double.isFinite(derivative[i]) && allFinite(derivative)) {
                assertThat(slope + 0.0).as("forward mode").isEqualTo(derivative[i]);
                assertThat(forward.get(i) + 0.0).isEqualTo(derivative[i]);
            }
        }
    }

    /** Where one element's derivative is infinite, zero times it spoils forward mode's sum over the others. */
    private static boolean allFinite(double... numbers) {
        for (double number : numbers) {
            if (!Double.isFinite(number)) {
                return false;
            }
        }
        return true;
    }
}
