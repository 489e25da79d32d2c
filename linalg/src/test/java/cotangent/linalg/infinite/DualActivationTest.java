package cotangent.linalg.infinite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.Activation;
import cotangent.dsl.CotangentException;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.ErrorFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Moments of activations, through a network of one dense layer of variance 2 (the features) and the activation. */
class DualActivationTest {
    /** Deviations of u and v, and the angle between them. */
    private static final double[][] CASES = {{1, 1, 0.7}, {1.3, 0.6, 2.1}, {0.4, 1.7, 0.05}, {0.9, 0.9, 3.1},
            {0.8, 1.1, 0},
            {1, 0.5, Math.PI}, {1.2, 1.2, Math.PI / 2}};

    /** A smooth activation with its derivative. */
    record Smooth(DualActivation dual, DoubleUnaryOperator phi, DoubleUnaryOperator slope) {
        @Override
        public String toString() {
            return dual.toString();
        }
    }

    private static double normal(double x) {
        return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    }

    private static double phi(double x) {
        return 0.5 * (1 + erf(x / Math.sqrt(2)));
    }

    private static double erf(double x) {
        return ErrorFunction.erf(x);
    }

    static Stream<Smooth> smooth() {
        return Stream.of(
                new Smooth(DualActivation.erf(), DualActivationTest::erf,
                        x -> 2 / Math.sqrt(Math.PI) * Math.exp(-x * x)),
                new Smooth(DualActivation.gelu(), x -> x * phi(x), x -> phi(x) + x * normal(x)),
                new Smooth(DualActivation.sin(), Math::sin, Math::cos),
                new Smooth(DualActivation.cos(), Math::cos, x -> -Math.sin(x)),
                new Smooth(DualActivation.monomial(1), x -> x, x -> 1),
                new Smooth(DualActivation.monomial(2), x -> x * x, x -> 2 * x),
                new Smooth(DualActivation.monomial(5), x -> Math.pow(x, 5), x -> 5 * Math.pow(x, 4)),
                new Smooth(DualActivation.of(Activation.TANH), Math::tanh, x -> 1 - Math.tanh(x) * Math.tanh(x)),
                new Smooth(DualActivation.of(Activation.SOFTPLUS), x -> Math.log1p(Math.exp(x)), x -> 1 / (1 + Math.exp(
                        -x))),
                new Smooth(DualActivation.of("erf", DualActivationTest::erf), DualActivationTest::erf,
                        x -> 2 / Math.sqrt(
                                Math.PI) * Math.exp(-x * x)),
                new Smooth(DualActivation.of("gelu", x -> x * phi(x)), x -> x * phi(x), x -> phi(x) + x * normal(x)),
                new Smooth(DualActivation.of("exp(x/2)", x -> Math.exp(x / 2)), x -> Math.exp(x / 2),
                        x -> Math.exp(x / 2)
                                / 2));
    }

    /** Two points whose features u and v have the deviations and angle of a case. */
    private static Tensor points(double[] at) {
        return Tensor.of(Shape.of(2, 2), at[0], 0, at[1] * Math.cos(at[2]), at[1] * Math.sin(at[2]));
    }

    private static InfiniteKernels moments(DualActivation activation, double[] at) {
        return InfiniteNetwork.of(x -> x.dense(2).activate(activation)).kernels(points(at));
    }

    /** E f(u) f(v) by the trapezoidal rule in two dimensions, which converges exponentially for smooth f. */
    private static double expectation(DoubleUnaryOperator f, double r1, double r2, double c) {
        double step = 0.125;
        double edge = 13;
        double sine = Math.sqrt(Math.max(0, (1 - c) * (1 + c)));
        double sum = 0;
        for (double a = -edge; a <= edge; a += step) {
            double inner = 0;
            for (double b = -edge; b <= edge; b += step) {
                inner += normal(b) * f.applyAsDouble(r2 * (c * a + sine * b));
            }
            sum += normal(a) * f.applyAsDouble(r1 * a) * inner;
        }
        return sum * step * step;
    }

    /**
     * The rule of step h errs by 2 exp(−2π²/h²) for the Gaussian times, at most, the growth of f at a distance π/h off the axis, below
     * 1e-14 here but for tanh, whose poles at π/2r limit it to exp(−π²/(r h)), 1e-20 at r = 1.7. Series are cut at 1e-15 of E φ'², and
     * with 17-digit arithmetic over 10^4 terms, what is left is some 1e-14 of the largest values.
     */
    @ParameterizedTest
    @MethodSource("smooth")
    void agreeWithQuadratureInTwoDimensions(Smooth smooth) {
        for (double[] at : CASES) {
            InfiniteKernels kernels = moments(smooth.dual(), at);
            double c = Math.cos(at[2]);
            double scale = Math
                    .sqrt(expectation(smooth.phi(), at[0], at[0], 1) * expectation(smooth.phi(), at[1], at[1],
                            1));
            double steep = Math.sqrt(expectation(smooth.slope(), at[0], at[0], 1) * expectation(smooth.slope(), at[1],
                    at[1], 1));
            assertThat(kernels.nngp().get(0, 1)).as("%s at %s %s %s", smooth, at[0], at[1], at[2])
                    .isCloseTo(expectation(smooth.phi(), at[0], at[1], c), within(1e-13 * scale));
            double k = at[0] * at[1] * c;
            assertThat(kernels.ntk().get(0, 1)).as("%s' at %s %s %s", smooth, at[0], at[1], at[2])
                    .isCloseTo(k * expectation(smooth.slope(), at[0], at[1], c),
                            within((1e-13 + 10 * kernels.seriesError())
                                    * steep * at[0] * at[1]));
        }
    }

    /** E φ(u)φ(v) of a function that is a·x or b·x, over the angle of (u, v)'s polar coordinates; E of the radius squared is 2. */
    private static double overAngles(double a, double b, double theta, boolean derivative) {
        double sum = 0;
        double[] kinks = {-Math.PI / 2, theta - Math.PI / 2, Math.PI / 2, theta + Math.PI / 2, 3 * Math.PI / 2};
        for (int piece = 0; piece < 4; piece++) {
            double from = kinks[piece];
            double width = kinks[piece + 1] - from;
            double middle = from + width / 2;
            double left = Math.cos(middle) > 0 ? b : a;
            double right = Math.cos(middle - theta) > 0 ? b : a;
            // the integral of cos t cos(t − θ) is (t cos θ + sin(2t − θ)/2)/2
            double integral = derivative ? width
                    : 0.5 * (width * Math.cos(theta) + Math.cos(2 * middle - theta) * Math.sin(width));
            sum += left * right * integral;
        }
        return (derivative ? 1 : 2) * sum / (2 * Math.PI);
    }

    @Test
    void piecewiseLinearMomentsAreIntegralsOverAnAngle() {
        double[][] slopes = {{0, 1}, {0.1, 1}, {-0.3, 1}, {-1, 1}, {1, 1}, {2, 1}};
        DualActivation[] duals = {DualActivation.relu(), DualActivation.leakyRelu(0.1), DualActivation.leakyRelu(-0.3),
                DualActivation.abs(), DualActivation.identity(), DualActivation.leakyRelu(2)};
        for (int j = 0; j < slopes.length; j++) {
            for (double[] at : CASES) {
                InfiniteKernels kernels = moments(duals[j], at);
                double s = at[0] * at[1];
                double size = Math.max(1, slopes[j][0] * slopes[j][0]) * s;
                assertThat(kernels.nngp().get(0, 1)).as("%s at %s", duals[j], at[2])
                        .isCloseTo(s * overAngles(slopes[j][0], slopes[j][1], at[2], false), within(1e-14 * size));
                assertThat(kernels.ntk().get(0, 1)).as("%s' at %s", duals[j], at[2])
                        .isCloseTo(s * Math.cos(at[2]) * overAngles(slopes[j][0], slopes[j][1], at[2], true), within(
                                1e-14 * size));
            }
        }
    }

    /** asin(1/2) = π/6 (Williams 1996), and asin of numbers near 1 for weights as large as one likes. */
    @Test
    void theArcsineKernelHasItsKnownValues() {
        double third = moments(DualActivation.erf(), new double[]{Math.sqrt(0.5), 1, 0}).nngp().get(0, 0);
        assertThat(third).isCloseTo(1.0 / 3, within(0x1p-52));
        InfiniteKernels large = InfiniteNetwork.of(x -> x.dense(2e12).erf())
                .kernels(Tensor.of(Shape.of(2, 2), 1.0, 0.0, 0.0, 1.0));
        assertThat(large.nngp().get(0, 1)).isEqualTo(0);
        // 1 − (2/π)·asin(2k/(1 + 2k)) with asin(1 − x) = π/2 − sqrt(2x) and x = 1/(1 + 2k)
        assertThat(1 - large.nngp().get(0, 0)).isCloseTo(2 / Math.PI * Math.sqrt(2 / 2e12), within(1e-15));
        // 4/π/sqrt(1 + 4k)·k
        assertThat(large.ntk().get(0, 0)).isCloseTo(4 / Math.PI * 1e12 / Math.sqrt(1 + 4e12), within(1e-9));
    }

    @Test
    void monomialsHaveTheMomentsOfGaussians() {
        double[] at = {1.3, 0.6, 1.1};
        double k1 = 1.3 * 1.3;
        double k2 = 0.36;
        double k = 1.3 * 0.6 * Math.cos(1.1);
        double third = moments(DualActivation.monomial(3), at).nngp().get(0, 1);
        assertThat(third).isCloseTo(9 * k1 * k2 * k + 6 * k * k * k, within(1e-14));
        assertThat(moments(DualActivation.monomial(3), at).seriesError()).isZero();
    }

    /** A kink leaves a tail of n^(−5/2) in E φφ and of n^(−3/2) in E φ'φ'; the reported error, an estimate, is held to half of the second. */
    @Test
    void aKinkIsCutAndTheErrorReported() {
        DualActivation byQuadrature = DualActivation.of("relu", x -> Math.max(x, 0));
        for (double[] at : CASES) {
            InfiniteKernels exact = moments(DualActivation.relu(), at);
            InfiniteKernels cut = moments(byQuadrature, at);
            double s = at[0] * at[1];
            assertThat(cut.seriesError()).isBetween(1e-2, 0.1);
            assertThat(cut.nngp().get(0, 1)).isCloseTo(exact.nngp().get(0, 1), within(3e-4 * s));
            assertThat(cut.ntk().get(0, 1)).isCloseTo(exact.ntk().get(0, 1), within(2 * cut.seriesError() * 0.5 * s));
        }
    }

    @Test
    void refusesWhatIsNotFinite() {
        assertThatThrownBy(() -> moments(DualActivation.of("log", Math::log), new double[]{1, 1, 1})).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("log: expected finite values");
        assertThatThrownBy(() -> DualActivation.leakyRelu(Double.NaN)).isInstanceOf(CotangentException.class);
        assertThatThrownBy(() -> DualActivation.monomial(0)).isInstanceOf(CotangentException.class);
        assertThatThrownBy(() -> DualActivation.monomial(33)).isInstanceOf(CotangentException.class);
    }
}
