package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NystromTest {
    private static final int N = 80;
    private static final int K = 8;
    private static final double EPSILON = 0x1p-52;

    record Spectrum(String name, IntToDoubleFunction eigenvalue) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Spectrum> spectra() {
        return List
                .of(new Spectrum("geometric", i -> Math.pow(0.7, i)), new Spectrum("slow", i -> 1 / Math.sqrt(1 + i)),
                        new Spectrum("flat", i -> 3), new Spectrum("step", i -> i < 6 ? 1 : 1e-8),
                        new Spectrum("low rank", i -> i < 5 ? 5 - i : 0),
                        new Spectrum("clustered", i -> i < 8 ? 1 + 1e-9 * i
                                : 1e-3),
                        new Spectrum("graded", i -> Math.pow(10, -3.0 * i)),
                        new Spectrum("tiny", i -> Math.scalb(Math.pow(0.5,
                                i), -900)),
                        new Spectrum("huge", i -> Math.scalb(Math.pow(0.5, i), 900)));
    }

    private static LinearOperator operator(Spectrum spectrum) {
        return LinearOperator.of(RandomizedEighTest.symmetric(N, spectrum.eigenvalue)).asPositiveSemidefinite();
    }

    /** 0 ≤ Â ≤ A: values from below, and no further off than the error measured; all but for the shift and rounding. */
    @ParameterizedTest
    @MethodSource("spectra")
    void approximatesFromBelow(Spectrum spectrum) {
        LinearOperator a = operator(spectrum);
        double scale = spectrum.eigenvalue.applyAsDouble(0);
        NystromApproximation nystrom = Nystrom.rank(K).approximate(a);
        RandomizedEighTest.assertOrthonormal(nystrom.vectors(), 1);
        double slack = 4 * nystrom.shift() + N * EPSILON * scale;
        Tensor difference = a.toDense().minus(nystrom.operator().toDense()).times(1 / scale);
        Tensor errors = Eigh.values(RitzPairs.symmetricPart(difference));
        assertThat(errors.get(0) * scale).isGreaterThanOrEqualTo(-slack);
        double exactTrace = 0;
        for (int i = 0; i < K; i++) {
            double exact = spectrum.eigenvalue.applyAsDouble(i);
            exactTrace += exact;
            assertThat(nystrom.values().get(i)).isBetween(0.0, spectrum.name.equals("clustered")
                    ? scale * (1 + 1e-8) + slack
                    : exact + slack);
        }
        assertThat(nystrom.trace()).isLessThanOrEqualTo(exactTrace + K * (slack + 1e-8 * scale));
        assertThat(nystrom.shift()).isLessThanOrEqualTo(N * EPSILON * scale);
    }

    /** Leaving one out measures the mean square error of one vector fewer: over 40 seeds within a factor of 1.5 of it. */
    @Test
    void estimatesItsError() {
        for (IntToDoubleFunction eigenvalue : List.<IntToDoubleFunction>of(i -> 1 / Math.sqrt(1 + i), i -> Math.pow(0.8,
                i))) {
            LinearOperator a = operator(new Spectrum("", eigenvalue));
            Tensor dense = a.toDense();
            double estimated = 0;
            double actual = 0;
            for (int seed = 0; seed < 40; seed++) {
                double estimate = Nystrom.rank(15).oversampling(0).seed(seed).approximate(a).errorEstimate();
                estimated += estimate * estimate;
                Tensor error = dense.minus(Nystrom.rank(14)
                        .oversampling(0)
                        .seed(seed)
                        .approximate(a)
                        .operator()
                        .toDense());
                for (double entry : error.toDoubles()) {
                    actual += entry * entry;
                }
            }
            assertThat(Math.sqrt(estimated / actual)).isBetween(1 / 1.5, 1.5);
        }
    }

    @ParameterizedTest
    @MethodSource("spectra")
    void eigenpairsCarryTrueBounds(Spectrum spectrum) {
        LinearOperator a = operator(spectrum);
        double scale = spectrum.eigenvalue.applyAsDouble(0);
        Eigenpairs pairs = Nystrom.rank(K).approximate(a).eigenpairs(a);
        double[] exact = Eigh.values(a.toDense().times(1 / scale)).toDoubles();
        for (int j = 0; j < K; j++) {
            double value = pairs.values().get(j);
            double nearest = Double.POSITIVE_INFINITY;
            for (double candidate : exact) {
                nearest = Math.min(nearest, Math.abs(candidate * scale - value));
            }
            assertThat(nearest).isLessThanOrEqualTo(pairs.valueBound(j) + 10 * N * EPSILON * scale);
        }
        RandomizedEighTest.assertOrthonormal(pairs.vectors(), 1);
    }

    @Test
    void spendsWhatItSays() {
        CountingOperator counting = CountingOperator.of(operator(spectra().getFirst()));
        NystromApproximation nystrom = Nystrom.rank(K).oversampling(5).approximate(counting);
        assertThat(counting.products()).isEqualTo(K + 5).isEqualTo(nystrom.numMatvecs());
        Eigenpairs pairs = nystrom.eigenpairs(counting);
        assertThat(counting.products()).isEqualTo(2 * K + 5).isEqualTo(pairs.numMatvecs());
        CountingOperator whole = CountingOperator.of(operator(spectra().getFirst()));
        NystromApproximation all = Nystrom.rank(N - 2).approximate(whole);
        assertThat(whole.products()).isEqualTo(N).isEqualTo(all.numMatvecs());
        assertThat(all.route()).contains("exact");
        assertThat(all.values().get(0)).isCloseTo(1, within(10 * N * EPSILON));
        assertThat(all.errorEstimate()).isZero();
    }

    @Test
    void knowsZeroAndOne() {
        LinearOperator zero = LinearOperator.diagonal(Tensor.zeros(DType.F64, N));
        NystromApproximation nothing = Nystrom.rank(K).approximate(zero);
        assertThat(nothing.values().toDoubles()).containsOnly(0);
        assertThat(nothing.errorEstimate()).isZero();
        RandomizedEighTest.assertOrthonormal(nothing.vectors(), 1);
        LinearOperator one = LinearOperator.diagonal(Tensor.of(new double[]{4}));
        assertThat(Nystrom.rank(1).approximate(one).values().get(0)).isEqualTo(4);
    }

    @Test
    void worksInSinglePrecision() {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> Math.pow(2, -i));
        LinearOperator single = LinearOperator.of(matrix.cast(DType.F32)).asPositiveSemidefinite();
        NystromApproximation nystrom = Nystrom.rank(5).approximate(single);
        NystromApproximation wide = Nystrom.rank(5).approximate(LinearOperator.of(matrix).asPositiveSemidefinite());
        assertThat(nystrom.vectors().dtype()).isEqualTo(DType.F32);
        for (int i = 0; i < 5; i++) {
            // the error is bounded by the trace of the tail, to which rounding and shift add n times their size
            assertThat(nystrom.values().get(i)).isCloseTo(wide.values().get(i), within(2 * N * nystrom.shift()));
            assertThat(nystrom.values().get(i)).isCloseTo(Math.pow(2, -i), within(3 * nystrom.errorEstimate()));
        }
        RandomizedEighTest.assertOrthonormal(nystrom.vectors(), 0x1p29);
    }

    @Test
    void refusesWhatItCannotApproximate() {
        LinearOperator five = LinearOperator.identity(5, DType.F64);
        assertThatThrownBy(() -> Nystrom.rank(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Nystrom.rank(6).approximate(five)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("at most 5");
        assertThatThrownBy(() -> Nystrom.rank(1).approximate(five.scale(-1).asSymmetric()))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("positive semidefinite");
        LinearOperator indefinite = LinearOperator.of(RandomizedEighTest.symmetric(N, i -> i % 2 == 0 ? 1 : -1))
                .asPositiveSemidefinite();
        assertThatThrownBy(() -> Nystrom.rank(K).approximate(indefinite)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("RandomizedEigh");
        assertThatThrownBy(() -> Nystrom.rank(1)
                .approximate(LinearOperator.of(Tensor.zeros(DType.F64, 0, 0)).asPositiveSemidefinite()))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("empty");
    }
}
