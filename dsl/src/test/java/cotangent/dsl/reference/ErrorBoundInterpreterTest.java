package cotangent.dsl.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Graph;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Bounds on values small enough to bound by hand; that they hold in general is tested by random graphs, in spec. */
final class ErrorBoundInterpreterTest {
    private static final double U32 = DType.F32.unitRoundoff();
    private static final double U64 = DType.F64.unitRoundoff();
    private static final double UNKNOWN = Double.POSITIVE_INFINITY;

    private static BoundedTensor run(UnaryOperator<Expr> function, Tensor input) {
        Expr x = Expr.input(input.type());
        return ErrorBoundInterpreter.run(Graph.of(List.of(x), List.of(function.apply(x))), List.of(input)).getFirst();
    }

    private static double bound(UnaryOperator<Expr> function, Tensor input) {
        return run(function, input).bound(0);
    }

    /** {@code low <= bound <= high (1 + 2^-30)}: not below what rounding can do, and not far above it. */
    private static void assertBetween(double bound, double low, double high) {
        assertThat(bound).isGreaterThanOrEqualTo(low).isLessThanOrEqualTo(high * (1 + 0x1p-30));
    }

    @Test
    void oneRoundingOfTheDtype() {
        Tensor x = Tensor.of(1f);
        assertBetween(bound(v -> v.dividedBy(3), x), U32 / 3, (U32 + U64) / 3);
        // The oracle's own rounding counts where it is as coarse as the implementation's.
        assertBetween(bound(v -> v.dividedBy(3), Tensor.of(1.0)), U64 / 3, 2 * U64 / 3);
    }

    @Test
    void sumsInAnyOrder() {
        Tensor x = Tensor.of(0.1, 0.2, -0.3, 0.4);
        assertBetween(bound(Expr::sum, x), 3 * U64 * 1.0, 3 * 2 * U64 * (1 + 6 * U64));
    }

    @Test
    void wholeNumbersAndZerosAreExact() {
        assertThat(bound(Expr::sum, Tensor.of(3.0, -5, 7))).isZero();
        assertThat(bound(v -> v.matmul(v), Tensor.of(3.0, -5, 7))).isZero();
        assertThat(bound(v -> v.matmul(v.times(2)), Tensor.of(0.1, 0))).isPositive();
        assertThat(bound(v -> v.times(0), Tensor.of(0.1))).isZero();
        assertThat(bound(v -> v.plus(0), Tensor.of(0.1))).isZero();
        // 0.1 * 30 rounds to 3 in float64, but is not 3.
        assertThat(bound(v -> v.matmul(v.filled(30)), Tensor.of(0.1))).isPositive();
    }

    @Test
    void slopesCarryErrorsOn() {
        // x/3 is known to u/3; its exponential moves by exp(1/3) times that and rounds by up to 3 ULP.
        double propagated = Math.exp(1 / 3.0) * U32 / 3;
        double rounding = 2 * 3 * U32 * Math.exp(1 / 3.0);
        assertBetween(bound(v -> v.dividedBy(3).exp(), Tensor.of(1f)), propagated + rounding, (propagated + rounding)
                * (1 + 4 * U32));
        // Far out the slope of tanh vanishes, and so does what it carries on.
        assertBetween(bound(v -> v.times(1e7).tanh(), Tensor.of(0.1f)), 14 * U32, 14 * (U32 + U64));
    }

    @Test
    void whatCannotBeToldIsUnknown() {
        Tensor third = Tensor.of(1f / 3);
        UnaryOperator<Expr> nothing = v -> v.times(3).minus(1);
        assertThat(bound(v -> nothing.apply(v).reciprocal(), third)).isEqualTo(UNKNOWN);
        assertThat(bound(v -> nothing.apply(v).log(), third)).isEqualTo(UNKNOWN);
        assertThat(bound(v -> nothing.apply(v).sqrt(), third)).isEqualTo(UNKNOWN);
        assertThat(bound(v -> nothing.apply(v).lessThan(0), third)).isEqualTo(UNKNOWN);
        assertThat(bound(v -> v.times(1e38).times(30), Tensor.of(1f))).isEqualTo(UNKNOWN);
        assertThat(bound(v -> v.times(1e38).times(30).tanh(), Tensor.of(1f))).isEqualTo(UNKNOWN);
    }

    @Test
    void aChoiceThatRoundingMayTurnCoversBothSides() {
        Tensor third = Tensor.of(1f / 3);
        double relu = bound(v -> v.times(3).minus(1).relu(), third);
        assertBetween(relu, U32, 4 * U32);
        assertThat(bound(v -> v.times(3).minus(1).sign(), third)).isEqualTo(2);
    }

    @Test
    void certainInfinitiesAndNaNsMustMatch() {
        BoundedTensor log = run(Expr::log, Tensor.of(0.0, -1, Double.POSITIVE_INFINITY, Double.NaN));
        assertThat(log.disagreement(Tensor.of(Double.NEGATIVE_INFINITY, Double.NaN, Double.POSITIVE_INFINITY,
                Double.NaN))).isEmpty();
        assertThat(log.disagreement(Tensor.of(-1e300, Double.NaN, Double.POSITIVE_INFINITY, Double.NaN))).isPresent();
        assertThat(log.disagreement(Tensor.of(Double.NEGATIVE_INFINITY, 0, Double.POSITIVE_INFINITY, Double.NaN)))
                .isPresent();
        assertThat(run(v -> v.max(v.filled(1)), Tensor.of(Double.NaN)).disagreement(Tensor.of(1.0))).isPresent();
    }

    @Test
    void argmaxIsDecidedByDistance() {
        assertThat(bound(v -> v.argmax(0), Tensor.of(1.0, 2, 2))).isZero();
        assertThat(bound(v -> v.dividedBy(3).argmax(0), Tensor.of(1.0, 2, 2))).isEqualTo(UNKNOWN);
        assertThat(bound(v -> v.dividedBy(3).argmax(0), Tensor.of(1.0, 2, 3))).isZero();
    }

    @Test
    void anUndecidedIndexEndsTheRun() {
        assertThatThrownBy(() -> run(v -> v.gather(0, v.dividedBy(3).argmax(0)), Tensor.of(2.0, 2))).isInstanceOf(
                UndecidedException.class).hasMessageContaining("index");
        assertThatThrownBy(() -> run(v -> v.cast(DType.I32).dividedBy(v.times(3).cast(DType.I32)), Tensor.of(1 / 3.0)))
                .isInstanceOf(UndecidedException.class)
                .hasMessageContaining("divisor");
    }

    @Test
    void disagreementsNameTheElement() {
        BoundedTensor sum = run(v -> v.plus(0.1), Tensor.of(new double[][]{{1, 2}, {3, 4}}));
        assertThat(sum.judgedCount()).isEqualTo(4);
        assertThat(sum.disagreement(Tensor.of(new double[][]{{1.1, 2.1}, {3.2, 4.1}}))).get()
                .asString()
                .contains(
                        "[1, 0]", "3.2");
        assertThat(sum.disagreement(Tensor.of(1f))).get().asString().contains("expected f64[2, 2]");
        assertThat(sum.entry(1).disagreement(Tensor.of(3.1, 4.1))).isEmpty();
    }
}
