package cotangent.linalg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelFunctionTest {
    private static final double U = 0x1p-53;
    private static final double[] SCALES = {0.8, 1.3, 2.1, 0.6, 1.7};

    /** A kernel and the value it must have, by plain loops. */
    private record Specimen(KernelFunction kernel, Reference reference) {
        @Override
        public String toString() {
            return kernel.toString();
        }
    }

    @FunctionalInterface
    private interface Reference {
        double value(double[] x, double[] y);
    }

    private static Reference stationary(double[] scales, DoubleUnaryOperator ofDistance) {
        return (x, y) -> {
            double square = 0;
            for (int k = 0; k < x.length; k++) {
                double along = (x[k] - y[k]) / scales[scales.length == 1 ? 0 : k];
                square += along * along;
            }
            return ofDistance.applyAsDouble(Math.sqrt(square));
        };
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int k = 0; k < x.length; k++) {
            sum += x[k] * y[k];
        }
        return sum;
    }

    private static double matern32(double r) {
        return (1 + Math.sqrt(3) * r) * Math.exp(-Math.sqrt(3) * r);
    }

    static Stream<Specimen> specimens() {
        double[] one = {1.4};
        Reference rbf = stationary(SCALES, r -> Math.exp(-r * r / 2));
        Reference cubic = (x, y) -> Math.pow(0.3 * dot(x, y) + 0.7, 3);
        return Stream.of(new Specimen(StationaryKernel.rbf(SCALES), rbf),
                new Specimen(StationaryKernel.rbf(one), stationary(one, r -> Math.exp(-r * r / 2))),
                new Specimen(StationaryKernel.matern12(one), stationary(one, r -> Math.exp(-r))),
                new Specimen(StationaryKernel.matern32(SCALES), stationary(SCALES, KernelFunctionTest::matern32)),
                new Specimen(StationaryKernel.matern52(SCALES), stationary(SCALES,
                        r -> (1 + Math.sqrt(5) * r + 5 * r * r / 3) * Math.exp(-Math.sqrt(5) * r))),
                new Specimen(PolynomialKernel.linear(), KernelFunctionTest::dot),
                new Specimen(PolynomialKernel.degree(3).slope(0.3).offset(0.7), cubic),
                new Specimen(StationaryKernel.rbf(SCALES).plus(PolynomialKernel.linear()).scale(2.5), (x, y) -> 2.5
                        * (rbf.value(x, y) + dot(x, y))),
                new Specimen(StationaryKernel.rbf(SCALES).times(PolynomialKernel.degree(3).slope(0.3).offset(0.7)),
                        (x, y) -> rbf.value(x, y) * cubic.value(x, y)));
    }

    private static double[] row(Tensor x, int i) {
        return x.at(0, i).toDoubles();
    }

    /**
     * Distances are within 3·8·2¹⁰·u relative, so that of g, whose logarithmic derivative by s is at most √5/2 + s/2 here, no digit over
     * 12 is lost at s up to 40; elementary functions and products add some 20 u; sizes are at most 40³.
     */
    @ParameterizedTest
    @MethodSource("specimens")
    void valuesAreThoseOfTheFormula(Specimen specimen) {
        Tensor x = Samples.normal(DType.F64, 1, 23, 5);
        Tensor y = Samples.normal(DType.F64, 2, 17, 5);
        Tensor block = specimen.kernel.block(x, y);
        for (int i = 0; i < 23; i++) {
            for (int j = 0; j < 17; j++) {
                double expected = specimen.reference.value(row(x, i), row(y, j));
                double size = Math.abs(expected) + Math.abs(dot(row(x, i), row(y, j)));
                assertThat(block.get(i, j)).isCloseTo(expected, within(3 * 8 * 1024 * U * 40 * Math.max(1e-3, size)));
            }
        }
        Tensor own = specimen.kernel.diagonal(x);
        for (int i = 0; i < 23; i++) {
            double expected = specimen.reference.value(row(x, i), row(x, i));
            assertThat(own.get(i)).isCloseTo(expected, within(100 * U * Math.abs(expected)));
        }
    }

    /** The same numbers in float32: distances are rounded once from float64, then some ten float32 roundings. */
    @ParameterizedTest
    @MethodSource("specimens")
    void float32IsFloat64Rounded(Specimen specimen) {
        Tensor x = Samples.normal(DType.F32, 1, 23, 5);
        Tensor y = Samples.normal(DType.F32, 2, 17, 5);
        Tensor narrow = specimen.kernel.block(x, y);
        Tensor wide = specimen.kernel.block(x.cast(DType.F64), y.cast(DType.F64));
        assertThat(narrow.dtype()).isEqualTo(DType.F32);
        for (int i = 0; i < 23; i++) {
            for (int j = 0; j < 17; j++) {
                double size = 60 * 0x1p-24 * (Math.abs(wide.get(i, j)) + 3 * Math.abs(dot(row(x, i), row(y, j))) + 1);
                assertThat(narrow.get(i, j)).isCloseTo(wide.get(i, j), within(size));
            }
        }
    }

    /** A million away from the origin and from each other by 1e-3: the norms alone would leave no digit of the distances. */
    @Test
    void nearPointsFarFromTheOriginKeepTheirDistances() {
        Tensor x = Samples.normal(DType.F64, 3, 40, 4).times(1e-3).plus(1e6);
        Tensor far = Tensor.full(Shape.of(1, 4), -1e6, DType.F64);
        Tensor all = Tensor.concat(0, x, far);
        Tensor block = StationaryKernel.matern12(1e-3).block(all, all);
        for (int i = 0; i < 40; i++) {
            assertThat(block.get(i, i)).isEqualTo(1);
            for (int j = 0; j < 40; j++) {
                double square = 0;
                for (int k = 0; k < 4; k++) {
                    double along = (x.get(i, k) - x.get(j, k)) / 1e-3;
                    square += along * along;
                }
                // centring rounds coordinates of 1e6 to 1e6·u ≈ 1e-10, which is 1e-7 lengthscales, in four coordinates twice
                assertThat(block.get(i, j)).isCloseTo(Math.exp(-Math.sqrt(square)), within(8 * 1e6 * U / 1e-3));
            }
            assertThat(block.get(i, 40)).isZero();
        }
    }

    static Stream<Profile> profiles() {
        return Stream.of(Profile.RBF, Profile.MATERN12, Profile.MATERN32, Profile.MATERN52);
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void slopesAreTheDerivatives(Profile profile) {
        Tensor s = Tensor.of(1e-6, 0.01, 0.3, 1, 4, 25);
        Fn sum = Fn.of("sum", t -> profile.value(DType.F64).apply(t).sum());
        double[] expected = sum.grad().apply(s).asTensor().toDoubles();
        double[] slopes = profile.weightedSlope().apply(s, s.times(0).plus(1)).asTensor().toDoubles();
        for (int i = 0; i < expected.length; i++) {
            // autodiff divides differences of the order r by r: a rounding of 1 becomes u/s
            assertThat(slopes[i]).isCloseTo(expected[i], within(20 * U * (1 + 1 / s.get(i))));
        }
        assertThat(profile.weightedSlope().apply(Tensor.of(0.0), Tensor.of(1.0)).asTensor().get(0)).isFinite();
    }

    /** Derivatives by the logarithms: central differences of step h err by h²/6 of a third derivative and u/h of the sum. */
    @ParameterizedTest
    @MethodSource("specimens")
    void derivativesAreThoseOfDifferences(Specimen specimen) {
        Tensor x = Samples.normal(DType.F64, 4, 12, 5);
        Tensor y = Tensor.concat(0, Samples.normal(DType.F64, 5, 9, 5), x.slice(0, 0, 2));
        Tensor weights = Samples.normal(DType.F64, 6, 12, 11);
        KernelFunction kernel = specimen.kernel;
        double[] derivatives = kernel.vjp(x, y, weights);
        double[] values = kernel.hyperparameters().values();
        assertThat(derivatives).hasSameSizeAs(values);
        double size = kernel.block(x, y).times(weights).abs().sum().item();
        double h = 1e-4;
        for (int p = 0; p < values.length; p++) {
            double[] up = values.clone();
            double[] down = values.clone();
            up[p] *= Math.exp(h);
            down[p] *= Math.exp(-h);
            double difference = (sum(kernel.with(up), x, y, weights) - sum(kernel.with(down), x, y, weights)) / (2 * h);
            assertThat(derivatives[p]).as(kernel.hyperparameters().names().get(p))
                    .isCloseTo(difference, within(
                            30 * h * h * size));
        }
    }

    private static double sum(KernelFunction kernel, Tensor x, Tensor y, Tensor weights) {
        return kernel.block(x, y).times(weights).sum().item();
    }

    /** One lengthscale per feature, by the language's own reverse mode through the plain formula. */
    @Test
    void derivativesAreThoseOfAutodiff() {
        Tensor x = Samples.normal(DType.F64, 4, 12, 5);
        Tensor y = Samples.normal(DType.F64, 5, 9, 5);
        Tensor weights = Samples.normal(DType.F64, 6, 12, 9);
        Fn plain = Fn.of("plain", (logs, a, b, w) -> {
            Expr scales = logs.exp();
            Expr difference = a.expandDims(1).minus(b.expandDims(0)).dividedBy(scales);
            return difference.square().sum(-1).times(-0.5).exp().times(w).sum();
        });
        double[] expected = plain.grad().apply(Tensor.of(SCALES).log(), x, y, weights).asTensor().toDoubles();
        double[] derivatives = StationaryKernel.rbf(SCALES).vjp(x, y, weights);
        for (int k = 0; k < expected.length; k++) {
            // 108 terms of weights times (x − y)²/ℓ², at most some 100 each, by a product that rounds each by (9 + 4)·u
            assertThat(derivatives[k]).isCloseTo(expected[k], within(108 * 100 * 13 * U));
        }
    }

    @Test
    void hyperparametersTravelThroughTheAlgebra() {
        KernelFunction kernel = StationaryKernel.rbf(0.5, 2).scale(3).plus(PolynomialKernel.degree(2).scale(0.1));
        assertThat(kernel.hyperparameters().names()).isEqualTo(List.of("variance", "lengthscale 1", "lengthscale 2",
                "variance", "slope", "offset"));
        KernelFunction other = kernel.with(2, 0.6, 2.1, 0.2, 1.1, 0.9);
        assertThat(other.hyperparameters().values()).containsExactly(2, 0.6, 2.1, 0.2, 1.1, 0.9);
        assertThatThrownBy(() -> kernel.with(1, 2)).isInstanceOf(ShapeException.class).hasMessageContaining("6 values");
        assertThatThrownBy(() -> kernel.with(2, -0.6, 2.1, 0.2, 1.1, 0.9)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("-0.6");
    }

    @Test
    void badInputsAreRefused() {
        Tensor x = Samples.normal(DType.F64, 1, 4, 3);
        for (KernelFunction kernel : List.of(StationaryKernel.rbf(1), PolynomialKernel.degree(2))) {
            assertThatThrownBy(() -> kernel.block(x, x.cast(DType.F32))).isInstanceOf(ShapeException.class);
            assertThatThrownBy(() -> kernel.block(x, x.slice(1, 0, 2))).isInstanceOf(ShapeException.class)
                    .hasMessageContaining("[4, 3]");
            Tensor poisoned = Tensor.of(new double[][]{{1, Double.NaN, 0}});
            assertThatThrownBy(() -> kernel.block(x, poisoned)).isInstanceOf(InvalidDataException.class);
            assertThatThrownBy(() -> kernel.block(poisoned, x)).isInstanceOf(InvalidDataException.class);
            assertThatThrownBy(() -> kernel.diagonal(poisoned)).isInstanceOf(InvalidDataException.class);
        }
        assertThatThrownBy(() -> StationaryKernel.rbf(1, 2).block(x, x)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("2 lengthscales");
        assertThatThrownBy(StationaryKernel::rbf).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> StationaryKernel.rbf(0)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> PolynomialKernel.degree(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> PolynomialKernel.degree(2).offset(-1)).isInstanceOf(InvalidDataException.class);
    }
}
