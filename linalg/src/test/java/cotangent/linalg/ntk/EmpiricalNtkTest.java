package cotangent.linalg.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Eigh;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.AdjointTest;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.Sampling;
import org.junit.jupiter.api.Test;

class EmpiricalNtkTest {
    private static final int SAMPLES = 7;
    private static final int CLASSES = 3;
    private static final Fn NET = Fn.of("net",
            (p, x) -> x.matmul(p.get("W1"))
                    .plus(p.get("b1"))
                    .tanh()
                    .matmul(p.get("W2"))
                    .plus(p.get("b2")));

    private static Tensor normal(DType dtype, long seed, int m, int n) {
        return new ProbeStream(Probes.GAUSSIAN, seed, 5).block(dtype, m, 0, n).times(1 / Math.sqrt(m));
    }

    private static Params params(DType dtype, long seed) {
        return Params.of("W1", normal(dtype, seed, 5, 6))
                .with("b1", normal(dtype, seed + 1, 6, 1).reshape(6))
                .with("W2",
                        normal(dtype, seed + 2, 6, CLASSES))
                .with("b2", normal(dtype, seed + 3, CLASSES, 1).reshape(CLASSES));
    }

    private static EmpiricalNtk ntk(DType dtype) {
        return EmpiricalNtk.of(NET, params(dtype, 10), normal(dtype, 1, SAMPLES, 5).times(2.6));
    }

    private static Tensor kernel(EmpiricalNtk ntk) {
        return ntk.toDense();
    }

    /** The Jacobian by forward mode, one parameter at a time: no code in common with the operator's reverse mode. */
    private static double[][] forwardJacobian(EmpiricalNtk ntk) {
        int rows = ntk.jacobian().rows();
        int columns = ntk.jacobian().columns();
        double[][] jacobian = new double[rows][columns];
        for (int p = 0; p < columns; p++) {
            double[] unit = new double[columns];
            unit[p] = 1;
            Tensor column = ntk.jacobian().matvec(Tensor.of(unit));
            for (int i = 0; i < rows; i++) {
                jacobian[i][p] = column.get(i);
            }
        }
        return jacobian;
    }

    @Test
    void matrixFreeProductsEqualTheExplicitKernel() {
        for (EmpiricalNtk ntk : new EmpiricalNtk[]{ntk(DType.F64), ntk(DType.F64).outputs(Outputs.sum()), ntk(DType.F64)
                .outputs(0, 2)}) {
            int n = ntk.rows();
            Tensor dense = kernel(ntk);
            double[][] jacobian = forwardJacobian(ntk);
            Tensor v = new ProbeStream(Probes.GAUSSIAN, 3, 5).block(DType.F64, n, 0, 5);
            Tensor products = ntk.matmat(v);
            double largest = products.abs().max().item();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double expected = 0;
                    for (int p = 0; p < jacobian[i].length; p++) {
                        expected += jacobian[i][p] * jacobian[j][p];
                    }
                    assertThat(dense.get(i, j)).isCloseTo(expected, within(1e-12 * largest));
                }
                for (int k = 0; k < 5; k++) {
                    double expected = 0;
                    for (int j = 0; j < n; j++) {
                        expected += dense.get(i, j) * v.get(j, k);
                    }
                    assertThat(products.get(i, k)).isCloseTo(expected, within(1e-12 * largest));
                }
            }
        }
    }

    @Test
    void selectionsAreThoseOfTheFullKernel() {
        Tensor full = kernel(ntk(DType.F64));
        Tensor summed = kernel(ntk(DType.F64).outputs(Outputs.sum()));
        Tensor chosen = kernel(ntk(DType.F64).outputs(2, 0));
        assertThat(summed.shape().toArray()).containsExactly(SAMPLES, SAMPLES);
        assertThat(chosen.shape().toArray()).containsExactly(2 * SAMPLES, 2 * SAMPLES);
        double size = full.abs().max().item();
        int[] picked = {2, 0};
        for (int i = 0; i < SAMPLES; i++) {
            for (int j = 0; j < SAMPLES; j++) {
                double sum = 0;
                for (int c = 0; c < CLASSES; c++) {
                    for (int d = 0; d < CLASSES; d++) {
                        sum += full.get(i * CLASSES + c, j * CLASSES + d);
                    }
                }
                assertThat(summed.get(i, j)).isCloseTo(sum, within(1e-12 * size));
                for (int c = 0; c < 2; c++) {
                    for (int d = 0; d < 2; d++) {
                        assertThat(chosen.get(2 * i + c, 2 * j + d))
                                .isCloseTo(full.get(i * CLASSES + picked[c], j * CLASSES
                                        + picked[d]), within(1e-12 * size));
                    }
                }
            }
        }
    }

    @Test
    void isSymmetricPositiveSemidefiniteAndCostsTwoPasses() {
        EmpiricalNtk ntk = ntk(DType.F64);
        assertThat(ntk.symmetric()).isTrue();
        assertThat(ntk.positiveSemidefinite()).isTrue();
        assertThat(AdjointTest.of(ntk, 1)).matches(AdjointTest::passed);
        assertThat(AdjointTest.of(ntk.jacobian(), 1)).matches(AdjointTest::passed);
        assertThat(AdjointTest.of(ntk(DType.F32), 1)).matches(AdjointTest::passed);
        assertThat(ntk.matvecCost().jvps()).isEqualTo(1);
        assertThat(ntk.matvecCost().vjps()).isEqualTo(1);
        assertThat(ntk.rows()).isEqualTo(SAMPLES * CLASSES);
        assertThat(ntk.output().asTensor().shape().toArray()).containsExactly(SAMPLES, CLASSES);
    }

    @Test
    void statisticsAreExactWhereWritingOutIsNoDearer() {
        EmpiricalNtk ntk = ntk(DType.F64);
        Tensor dense = kernel(ntk);
        double trace = 0;
        for (int i = 0; i < dense.shape().extent(0); i++) {
            trace += dense.get(i, i);
        }
        double squares = dense.square().sum().item();
        Sampling enough = Sampling.matvecs(11);
        KernelStatistics exact = ntk.statistics(enough);
        assertThat(exact.trace().errorBar()).isEqualTo(ErrorBar.EXACT);
        // a reverse pass for each output of all samples
        assertThat(exact.trace().vjps()).isEqualTo(CLASSES);
        assertThat(exact.trace().jvps()).isZero();
        assertThat(exact.trace().value()).isCloseTo(trace, within(1e-12 * trace));
        assertThat(exact.frobeniusNorm().value()).isCloseTo(Math.sqrt(squares), within(1e-12 * trace));
        assertThat(exact.effectiveRank().value()).isCloseTo(trace * trace / squares, within(1e-11));
        assertThat(ntk.alignment(ntk.outputs(Outputs.all()), enough).value()).isCloseTo(1, within(1e-12));
        assertThat(ntk.alignment(ntk, enough).errorBar()).isEqualTo(ErrorBar.EXACT);
    }

    @Test
    void estimatesHoldTheTruthAndCountTheirPasses() {
        EmpiricalNtk ntk = ntk(DType.F64);
        EmpiricalNtk other = EmpiricalNtk.of(NET, params(DType.F64, 50), normal(DType.F64, 1, SAMPLES, 5).times(2.6));
        Sampling budget = Sampling.matvecs(10).seed(4);
        KernelStatistics exact = ntk.statistics(Sampling.matvecs(60));
        EmpiricalNtk products = ntk.by(Strategy.PRODUCTS);
        KernelStatistics estimated = products.statistics(budget);
        assertThat(estimated.trace().errorBar()).isEqualTo(ErrorBar.SAMPLE);
        assertThat(estimated.trace().numMatvecs()).isEqualTo(10);
        assertThat(estimated.trace().jvps()).isEqualTo(10);
        assertThat(estimated.trace().vjps()).isEqualTo(10);
        assertCovered(estimated.trace(), exact.trace());
        assertCovered(estimated.frobeniusNorm(), exact.frobeniusNorm());
        assertCovered(estimated.effectiveRank(), exact.effectiveRank());
        assertCovered(products.alignment(other, budget), ntk.alignment(other));
        assertThat(products.trace(budget).value()).isEqualTo(estimated.trace().value());
    }

    /** One draw each, at a confidence of which a correct error bar fails once in 10,000. */
    private static void assertCovered(Estimate estimate, Estimate truth) {
        assertThat(truth.errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(estimate.errorBar()).isEqualTo(ErrorBar.SAMPLE);
        assertThat(estimate.interval(0.9999).contains(truth.value())).as(estimate + " against " + truth).isTrue();
    }

    @Test
    void topEigenpairsAreThoseOfTheExplicitKernel() {
        EmpiricalNtk ntk = ntk(DType.F64);
        Tensor exact = Eigh.values(kernel(ntk));
        int n = ntk.rows();
        Eigenpairs pairs = ntk.topEigenpairs(4, 6, 4);
        for (int i = 0; i < 4; i++) {
            assertThat(pairs.estimates().get(i).errorBar()).isEqualTo(ErrorBar.BOUND);
            assertThat(pairs.values().get(i)).isCloseTo(exact.get(n - 1 - i),
                    within(pairs.residuals().get(i) + 1e-12 * exact
                            .get(n - 1)));
        }
        assertThat(pairs.numMatvecs()).isEqualTo(60);
        assertThat(pairs.vjps()).isEqualTo(60);
        Eigenpairs all = ntk.topEigenpairs(n);
        assertThat(all.route()).contains("exact");
        assertThat(all.values().get(n - 1)).isCloseTo(exact.get(0), within(1e-12 * exact.get(n - 1)));
    }

    @Test
    void singlePrecisionAgreesWithDouble() {
        EmpiricalNtk narrow = ntk(DType.F32);
        Estimate single = narrow.trace();
        Estimate twice = ntk(DType.F64).trace();
        assertThat(narrow.dtype()).isEqualTo(DType.F32);
        // inputs and weights are rounded to 2^-24 and some 40 operations follow on each path
        assertThat(single.value()).isCloseTo(twice.value(), within(100 * 0x1p-23 * twice.value()));
    }

    @Test
    void sharesOneLinearization() {
        EmpiricalNtk ntk = ntk(DType.F64);
        assertThat(ntk.linearization()).isSameAs(ntk.linearization());
        CountingOperator counting = CountingOperator.of(ntk.jacobian());
        Tensor dense = ntk.toDense();
        assertThat(Gram.of(counting).minus(dense).abs().max().item())
                .isLessThanOrEqualTo(1e-12 * dense.abs().max().item());
        assertThat(counting.rmatvecs()).isEqualTo(SAMPLES * CLASSES);
        assertThat(counting.matvecs()).isZero();
    }

    @Test
    void refusesWhatMakesNoKernel() {
        EmpiricalNtk ntk = ntk(DType.F64);
        assertThatThrownBy(() -> ntk.outputs(3).rows()).isInstanceOf(ShapeException.class)
                .hasMessageContaining("0 to 2");
        assertThatThrownBy(() -> ntk.topEigenpairs(22)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("got 22");
        assertThatThrownBy(() -> ntk.alignment(ntk.outputs(0))).isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "f64[21, 21]")
                .hasMessageContaining("f64[7, 7]");
        assertThatThrownBy(() -> ntk.by(Strategy.PRODUCTS).trace(Sampling.matvecs(3))).isInstanceOf(
                ShapeException.class);
        EmpiricalNtk dead = EmpiricalNtk.of(Fn.of("dead", (p, x) -> x.matmul(p.get("W")).times(0)),
                Params.of("W", normal(
                        DType.F64, 1, 5, 2)),
                normal(DType.F64, 1, 4, 5));
        assertThat(dead.trace().value()).isZero();
        assertThatThrownBy(dead::effectiveRank).isInstanceOf(InvalidDataException.class).hasMessageContaining("zero");
        EmpiricalNtk poisoned = EmpiricalNtk.of(NET, params(DType.F64, 10),
                Tensor.full(cotangent.dsl.Shape.of(SAMPLES, 5),
                        Double.NaN, DType.F64));
        assertThatThrownBy(poisoned::trace).isInstanceOf(InvalidDataException.class).hasMessageContaining("NaN");
    }
}
