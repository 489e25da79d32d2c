package cotangent.spec.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.CheckGrads;
import org.junit.jupiter.api.Test;

/** The checker of derivatives must find what is wrong, at first order and at second, and accept what is right. */
class CheckGradsTest {
    private static final Tensor X = Key.of(1).uniform(2, 3);

    private static Fn sine(Fn rule) {
        return Fn.of("sine", Expr::sin).customJvp(rule);
    }

    @Test
    void acceptsARightRuleAndTellsHowSharpTheCheckWas() {
        Fn right = sine(Fn.of("rule", (x, dx) -> dx.times(x.cos())));
        CheckGrads.Report report = CheckGrads.check(right, 1, X);
        assertThat(report.forward()).isLessThanOrEqualTo(report.tolerance());
        assertThat(report.reverse()).isLessThanOrEqualTo(report.tolerance());
        assertThat(report.second()).isLessThanOrEqualTo(report.tolerance());
        assertThat(report.tolerance()).isLessThan(1e-7);
        assertThat(CheckGrads.check(right, 1, X)).isEqualTo(report);
    }

    @Test
    void findsARelativeErrorOfAMillionth() {
        Fn wrong = sine(Fn.of("rule", (x, dx) -> dx.times(x.cos()).times(1 + 1e-6)));
        assertThatThrownBy(() -> CheckGrads.check(wrong, 1, X)).isInstanceOf(CotangentException.class)
                .hasMessageContaining("jvp and finite differences of sine");
    }

    @Test
    void findsAWrongElementAmongManyRightOnes() {
        Tensor spoiled = Tensor.of(Shape.of(2, 3), 1., 1, 1, 1, 1.001, 1);
        Fn wrong = sine(Fn.of("rule", (x, dx) -> dx.times(x.cos()).times(Expr.of(spoiled))));
        assertThatThrownBy(() -> CheckGrads.check(wrong, 1, X)).hasMessageContaining("jvp and finite differences");
    }

    @Test
    void findsAWrongSecondDerivative() {
        Fn wrong = sine(Fn.of("rule", (x, dx) -> dx.times(x.cos().stopGradient())));
        assertThatThrownBy(() -> CheckGrads.check(wrong, 1, X)).isInstanceOf(CotangentException.class)
                .hasMessageContaining("jvp of jvp");
    }

    @Test
    void findsAStoppedGradientAndADerivativeThatIsNotANumber() {
        assertThatThrownBy(() -> CheckGrads.check(Fn.of("stopped", x -> x.stopGradient().times(x)), 1, X))
                .isInstanceOf(CotangentException.class);
        assertThatThrownBy(() -> CheckGrads.check(Fn.of("root", Expr::sqrt), 1, Tensor.of(1., 0))).isInstanceOf(
                CotangentException.class);
    }

    @Test
    void checksEveryInputOfATree() {
        Fn f = Fn.of("f", (p, x) -> sine(Fn.of("rule", (a, da) -> da.times(a.cos().times(1.01)))).apply(p.get("w"))
                .times(x));
        assertThatThrownBy(() -> CheckGrads.check(f, 1, Params.of("v", X).with("w", X), X)).isInstanceOf(
                CotangentException.class);
    }

    @Test
    void takesFloat64Only() {
        assertThatThrownBy(() -> CheckGrads.check(Fn.of("f", Expr::sin), 1, X.cast(DType.F32))).isInstanceOf(
                ShapeException.class).hasMessageContaining("f32[2, 3]");
    }
}
