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
import cotangent.linalg.probe.CancelledException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class FunctionProductTest {
    private static final int N = 150;
    private static final double EPSILON = 0x1p-52;

    private static final List<IntToDoubleFunction> SPECTRA = List.of(i -> 1 + 0.05 * i, i -> Math.pow(0.9, i),
            i -> i % 3, i -> 2, i -> 0, i -> i < 5 ? 4 + 1e-9 * i : 1.0 / (1 + i), i -> Math.cos(i));
    private static final List<DoubleUnaryOperator> FUNCTIONS = List.of(Math::exp, x -> 1 / (3 + x), x -> x * x * x,
            x -> Math.tanh(x), x -> Math.sin(5 * x));

    private static double error(IntToDoubleFunction spectrum, DoubleUnaryOperator f, Tensor b, Tensor value) {
        double norm = 0;
        for (int i = 0; i < N; i++) {
            norm = Math.hypot(norm, value.get(i) - f.applyAsDouble(spectrum.applyAsDouble(i)) * b.get(i));
        }
        return norm;
    }

    /** sup|f| and sup|f'| on the spectra are below 1,100 and 5·1100: products' rounding, N ε of the norm, goes through f'. */
    private static double rounding(double norm) {
        return 10 * N * EPSILON * 5500 * norm;
    }

    @Test
    void agreeWithTheFunctionOfEachEigenvalue() {
        Tensor b = LanczosProcessTest.vector(N);
        double norm = 0;
        for (int i = 0; i < N; i++) {
            norm = Math.hypot(norm, b.get(i));
        }
        for (IntToDoubleFunction spectrum : SPECTRA) {
            LinearOperator a = LanczosProcessTest.diagonal(spectrum);
            for (DoubleUnaryOperator f : FUNCTIONS) {
                for (Reorthogonalization how : Reorthogonalization.values()) {
                    FunctionProduct lanczos = LanczosFunction.of(f).reorthogonalization(how).apply(a, b);
                    assertThat(lanczos.converged()).as(lanczos.toString()).isTrue();
                    assertThat(error(spectrum, f, b, lanczos.value())).as(lanczos.toString())
                            .isLessThanOrEqualTo(2 * lanczos.errorEstimate() + rounding(norm));
                }
                FunctionProduct chebyshev = ChebyshevFunction.of(f).apply(a, b);
                assertThat(chebyshev.converged()).as(chebyshev.toString()).isTrue();
                assertThat(error(spectrum, f, b, chebyshev.value())).as(chebyshev.toString())
                        .isLessThanOrEqualTo(chebyshev.errorEstimate() + rounding(norm));
            }
        }
    }

    /** Where the polynomial is too short the result says so, with an error estimate of the right size. */
    @Test
    void sayWhenTheyDidNotConverge() {
        IntToDoubleFunction spectrum = i -> 1.0 + i;
        DoubleUnaryOperator f = x -> 1 / x;
        Tensor b = LanczosProcessTest.vector(N);
        LinearOperator a = LanczosProcessTest.diagonal(spectrum);
        FunctionProduct lanczos = LanczosFunction.of(f).maxSteps(20).apply(a, b);
        assertThat(lanczos.converged()).isFalse();
        assertThat(lanczos.degree()).isEqualTo(19);
        double error = error(spectrum, f, b, lanczos.value());
        assertThat(lanczos.errorEstimate()).isBetween(error / 10, error * 10);
        FunctionProduct chebyshev = ChebyshevFunction.of(f).interval(1, N).maxDegree(30).apply(a, b);
        assertThat(chebyshev.converged()).isFalse();
        assertThat(error(spectrum, f, b, chebyshev.value())).isLessThanOrEqualTo(10 * chebyshev.errorEstimate());
        // with all steps allowed the Krylov space is the whole space
        FunctionProduct whole = LanczosFunction.of(f).tolerance(0).maxSteps(1000).apply(a, b);
        assertThat(error(spectrum, f, b, whole.value())).isLessThan(10 * N * EPSILON * N);
        assertThat(whole.numMatvecs()).isLessThanOrEqualTo(N);
    }

    /**
     * At a long time all that is left lies on eigenvalues that come last: while every Ritz value is above 745/t the result is 0, and
     * stands still there. What is returned as converged must be so.
     */
    @Test
    void areNotDeceivedByResultsThatHaveNotBegun() {
        Tensor b = LanczosProcessTest.vector(N);
        for (IntToDoubleFunction spectrum : List.<IntToDoubleFunction>of(i -> Math.pow(10, -8.0 * i / N),
                i -> i == 0 ? 0 : 0.5 + i, i -> i < 3 ? 1e-5 * (1 + i) : 1.0 + i)) {
            for (double time : new double[]{1e3, 1e5}) {
                DoubleUnaryOperator decay = x -> Math.exp(-time * x);
                LinearOperator declared = LanczosProcessTest.diagonal(spectrum);
                LinearOperator undeclared = LinearOperator.symmetric(N, DType.F64, declared::matmat);
                for (LinearOperator a : List.of(declared, undeclared)) {
                    for (int steps : new int[]{20, 60, 2 * N}) {
                        FunctionProduct product = LanczosFunction.of(decay).maxSteps(steps).apply(a, b);
                        double error = error(spectrum, decay, b, product.value());
                        double norm = error(spectrum, decay, b, Tensor.zeros(DType.F64, N));
                        // the products' rounding, N ε of ‖A‖ = N, goes through t e^(−tx)
                        double rounding = 10 * N * EPSILON * N * time * norm;
                        assertThat(product.converged() && error > 10 * 1e-10 * norm + rounding).as(
                                "t = %s, %s: error %s of %s", time, product, error, norm).isFalse();
                    }
                    assertThat(LanczosFunction.of(decay).maxSteps(2 * N).apply(a, b).converged()).isTrue();
                }
            }
        }
    }

    /** What is known to stay away from 0 costs no more: the least Ritz value has converged before the result does. */
    @Test
    void findSmallResultsAsFastAsLargeOnes() {
        Tensor b = LanczosProcessTest.vector(N);
        LinearOperator a = LanczosProcessTest.diagonal(i -> 5 + 0.01 * i);
        FunctionProduct small = LanczosFunction.of(x -> Math.exp(-20 * x)).apply(a, b);
        FunctionProduct scaled = LanczosFunction.of(x -> Math.exp(-20 * (x - 5))).apply(a, b);
        assertThat(small.converged()).isTrue();
        assertThat(small.numMatvecs()).isLessThanOrEqualTo(2 * scaled.numMatvecs());
        assertThat(error(i -> 5 + 0.01 * i, x -> Math.exp(-20 * x), b, small.value())).isLessThan(2 * small
                .errorEstimate() + 10 * N * EPSILON * 200 * Math.exp(-100) * N);
    }

    @Test
    void spendWhatTheySay() {
        LinearOperator a = LanczosProcessTest.diagonal(i -> 1 + 0.01 * i);
        Tensor b = LanczosProcessTest.vector(N);
        CountingOperator counting = CountingOperator.of(a);
        AtomicLong last = new AtomicLong();
        FunctionProduct lanczos = LanczosFunction.of(Math::log)
                .listener((done, total) -> last.set(done))
                .apply(counting,
                        b);
        assertThat(counting.products()).isEqualTo(lanczos.degree() + 1)
                .isEqualTo(lanczos.numMatvecs())
                .isEqualTo(last
                        .get());
        CountingOperator given = CountingOperator.of(a);
        FunctionProduct chebyshev = ChebyshevFunction.of(Math::log).interval(1, 2.5).apply(given, b);
        assertThat(given.products()).isEqualTo(chebyshev.degree()).isEqualTo(chebyshev.numMatvecs());
        CountingOperator found = CountingOperator.of(a);
        FunctionProduct other = ChebyshevFunction.of(Math::exp).apply(found, b);
        assertThat(found.products()).isEqualTo(other.degree() + 16).isEqualTo(other.numMatvecs());
        assertThat(error(i -> 1 + 0.01 * i, Math::log, b, lanczos.value())).isLessThan(1e-7);
        assertThat(error(i -> 1 + 0.01 * i, Math::log, b, chebyshev.value())).isLessThan(1e-7);
    }

    @Test
    void workInSinglePrecision() {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> 1 + 1.0 / (1 + i));
        Tensor b = LanczosProcessTest.vector(N);
        LinearOperator wide = LinearOperator.of(matrix);
        LinearOperator narrow = LinearOperator.of(matrix.cast(DType.F32));
        Tensor expected = LanczosFunction.of(Math::sqrt).apply(wide, b).value();
        for (FunctionProduct product : List.of(LanczosFunction.of(Math::sqrt)
                .tolerance(1e-6)
                .apply(narrow, b.cast(
                        DType.F32)),
                ChebyshevFunction.of(Math::sqrt)
                        .interval(0.9, 2.1)
                        .tolerance(1e-6)
                        .apply(narrow, b.cast(
                                DType.F32)))) {
            assertThat(product.value().dtype()).isEqualTo(DType.F32);
            for (int i = 0; i < N; i++) {
                assertThat(product.value().get(i)).isCloseTo(expected.get(i), within(N * 0x1p-23));
            }
        }
    }

    @Test
    void knowTheEdges() {
        LinearOperator empty = LinearOperator.of(Tensor.zeros(DType.F64, 0, 0));
        Tensor none = Tensor.zeros(DType.F64, 0);
        assertThat(LanczosFunction.of(Math::exp).apply(empty, none).value().shape().size()).isZero();
        assertThat(ChebyshevFunction.of(Math::exp).apply(empty, none).value().shape().size()).isZero();
        LinearOperator one = LinearOperator.diagonal(Tensor.of(new double[]{2}));
        Tensor b = Tensor.of(new double[]{3});
        assertThat(LanczosFunction.of(Math::exp).apply(one, b).value().get(0)).isCloseTo(3 * Math.exp(2),
                within(1e-13));
        assertThat(ChebyshevFunction.of(Math::exp).apply(one, b).value().get(0)).isCloseTo(3 * Math.exp(2), within(
                1e-12));
        assertThat(LanczosFunction.of(Math::exp).apply(one, Tensor.zeros(DType.F64, 1)).numMatvecs()).isZero();
        LinearOperator huge = LanczosProcessTest.diagonal(i -> Math.scalb(1.0 + i, 900));
        Tensor value = LanczosFunction.of(x -> Math.scalb(x, -900)).apply(huge, LanczosProcessTest.vector(N)).value();
        assertThat(value.get(N - 1)).isCloseTo(N * LanczosProcessTest.vector(N).get(N - 1), within(1e-8 * N));
    }

    @Test
    void refuseWhatTheyCannotDo() {
        LinearOperator a = LanczosProcessTest.diagonal(i -> i - 10.0);
        Tensor b = LanczosProcessTest.vector(N);
        assertThatThrownBy(() -> LanczosFunction.of(Math::log).apply(a, b)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("spectrum");
        assertThatThrownBy(() -> ChebyshevFunction.of(Math::log).apply(a, b)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> ChebyshevFunction.of(Math::exp).interval(0, 3).apply(a, b))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("wider");
        assertThatThrownBy(() -> ChebyshevFunction.of(Math::exp).interval(3, 0))
                .isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> LanczosFunction.of(Math::exp).maxSteps(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> ChebyshevFunction.of(Math::exp).maxDegree(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> LanczosFunction.of(Math::exp).tolerance(-1)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> LanczosFunction.of(Math::exp).apply(a, LanczosProcessTest.vector(3)))
                .isInstanceOf(ShapeException.class);
        LinearOperator general = LinearOperator.of(Tensor.of(new double[][]{{1, 2}, {3, 4}}));
        assertThatThrownBy(() -> ChebyshevFunction.of(Math::exp).apply(general, LanczosProcessTest.vector(2)))
                .isInstanceOf(ShapeException.class);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> LanczosFunction.of(Math::exp).apply(a, b)).isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> ChebyshevFunction.of(Math::exp).apply(a, b)).isInstanceOf(
                    CancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
