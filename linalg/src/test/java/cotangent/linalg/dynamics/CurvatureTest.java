package cotangent.linalg.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Eigh;
import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.JacobianOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.SpectralDensity;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class CurvatureTest {
    private static final int N = 7;
    private static final int CLASSES = 3;
    private static final Mlp NET = Nn.mlp(4, 6, CLASSES);
    private static final Params PARAMS = NET.init(Key.of(1));
    private static final Tensor X = Problem.normal(DType.F64, 1, N, 4);
    private static final Tensor Y = Problem.normal(DType.F64, 2, N, CLASSES);
    private static final Tensor LABELS = Tensor.of(0, 2, 1, 1, 0, 2, 2);

    private static Tensor jacobian() {
        return JacobianOperator.of(NET.fn(), PARAMS, X).toDense();
    }

    /** Products of J, H and Jᵀ of a few dozen terms each. */
    private static void assertClose(Tensor actual, Tensor expected) {
        assertThat(Problem.distance(actual, expected)).isLessThanOrEqualTo(100 * Problem.EPSILON * Problem.norm(
                expected));
    }

    @Test
    void gaussNewtonOfSquaredLossIsTheSmallGramMatrix() {
        Tensor j = jacobian();
        for (SquaredLoss loss : SquaredLoss.values()) {
            Curvature curvature = Curvature.gaussNewton(NET.fn(), OutputLoss.squared(loss), Y, PARAMS, X);
            assertThat(curvature.operator().positiveSemidefinite()).isTrue();
            assertClose(curvature.operator().toDense(), j.transpose().matmul(j).times(loss.factor(N * CLASSES)));
        }
    }

    @Test
    void itsEigenvaluesAreThoseOfTheTangentKernel() {
        Curvature curvature = Curvature.gaussNewton(NET.fn(), OutputLoss.squared(SquaredLoss.HALF_SUM), Y, PARAMS, X);
        Tensor kernel = Eigh.values(EmpiricalNtk.of(NET.fn(), PARAMS, X).toDense());
        int k = 5;
        Eigenpairs top = curvature.largest(k);
        for (int i = 0; i < k; i++) {
            assertThat(top.values().get(i)).isCloseTo(kernel.get(N * CLASSES - 1 - i), within(top.residuals().get(i)
                    + 100 * Problem.EPSILON * top.values().get(0)));
        }
        assertThat(curvature.maxLearningRate().value()).isCloseTo(2 / kernel.get(N * CLASSES - 1), within(1e-9 / kernel
                .get(N * CLASSES - 1)));
    }

    @Test
    void gaussNewtonOfCrossEntropyHasTheSoftmaxHessian() {
        Tensor p = NET.fn().apply(PARAMS, X).asTensor().softmax(-1);
        int size = N * CLASSES;
        double[] h = new double[size * size];
        for (int i = 0; i < N; i++) {
            for (int a = 0; a < CLASSES; a++) {
                for (int b = 0; b < CLASSES; b++) {
                    h[(i * CLASSES + a) * size + i * CLASSES + b] = ((a == b ? p.get(i, a) : 0) - p.get(i, a) * p.get(i,
                            b)) / N;
                }
            }
        }
        Tensor j = jacobian();
        Tensor expected = j.transpose().matmul(Tensor.of(cotangent.dsl.Shape.of(size, size), h)).matmul(j);
        Curvature curvature = Curvature.gaussNewton(NET.fn(), OutputLoss.softmaxCrossEntropy(), LABELS, PARAMS, X);
        assertThat(curvature.operator().positiveSemidefinite()).isTrue();
        assertClose(curvature.operator().toDense(), expected);
    }

    @Test
    void gaussNewtonIsTheHessianOfALinearModel() {
        Fn linear = Taylor.linearized(NET.fn(), PARAMS);
        Fn quartic = Fn.of("quartic", (Expr f, Expr y) -> f.minus(y).square().square().sum());
        for (OutputLoss loss : new OutputLoss[]{OutputLoss.squared(SquaredLoss.MEAN), OutputLoss.of(quartic)}) {
            Tensor hessian = Curvature.hessian(loss.of(linear, 1), PARAMS, X, Y).operator().toDense();
            assertClose(Curvature.gaussNewton(linear, loss, Y, PARAMS, X).operator().toDense(), hessian);
        }
        Tensor hessian = Curvature.hessian(OutputLoss.softmaxCrossEntropy().of(linear, 1), PARAMS, X, LABELS)
                .operator()
                .toDense();
        assertClose(Curvature.gaussNewton(linear, OutputLoss.softmaxCrossEntropy(), LABELS, PARAMS, X)
                .operator()
                .toDense(), hessian);
    }

    @Test
    void statisticsOfAnIndefiniteHessian() {
        Curvature curvature = Curvature.hessian(OutputLoss.squared(SquaredLoss.HALF_SUM).of(NET.fn(), 1), PARAMS, X, Y);
        Tensor dense = curvature.operator().toDense();
        double[] eigenvalues = Eigh.values(dense.plus(dense.transpose()).times(0.5)).toDoubles();
        int n = eigenvalues.length;
        assertThat(eigenvalues[0]).isNegative();
        double trace = 0;
        double squares = 0;
        for (double value : eigenvalues) {
            trace += value;
            squares += value * value;
        }
        double rounding = 100 * Problem.EPSILON * Math.sqrt(n * squares);
        Sampling all = Sampling.matvecs(n);
        assertThat(curvature.trace(all).value()).isCloseTo(trace, within(rounding));
        assertThat(curvature.frobeniusNorm(all).value()).isCloseTo(Math.sqrt(squares), within(rounding));
        assertThat(curvature.effectiveRank(all).value()).isCloseTo(trace * trace / squares, within(100 * n
                * Problem.EPSILON));
        for (Estimate estimate : new Estimate[]{curvature.trace(Sampling.matvecs(30).seed(3)), curvature.frobeniusNorm(
                Sampling.matvecs(30).seed(3))}) {
            double exact = estimate.name().equals("trace") ? trace : Math.sqrt(squares);
            assertThat(estimate.interval(0.9999).contains(exact)).as(estimate.toString()).isTrue();
        }
        Eigenpairs ends = curvature.extremes(4);
        double[] expected = {eigenvalues[n - 1], eigenvalues[0], eigenvalues[n - 2], eigenvalues[1]};
        for (int i = 0; i < 4; i++) {
            assertThat(ends.values().get(i)).isCloseTo(expected[i], within(ends.residuals().get(i) + rounding));
        }
        assertThat(curvature.smallest(2).values().get(0)).isCloseTo(eigenvalues[0], within(ends.tolerance()
                + rounding));
        SpectralDensity density = curvature.density(n);
        assertThat(density.mass()).isCloseTo(1, within(1e-3));
    }

    /** The looser the error, the fewer products; out of reach, the unit vectors end the search; what is spent is what is said. */
    @Test
    void statisticsToARelativeError() {
        Mlp wide = Nn.mlp(4, 40, CLASSES);
        Params params = wide.init(Key.of(2));
        LinearOperator hessian = Curvature.gaussNewton(wide.fn(), OutputLoss.squared(SquaredLoss.HALF_SUM), Y, params,
                X).operator();
        double[] eigenvalues = Eigh.values(hessian.toDense()).toDoubles();
        double trace = Arrays.stream(eigenvalues).sum();
        double norm = Math.sqrt(Arrays.stream(eigenvalues).map(value -> value * value).sum());
        double[] truths = {trace, norm, trace / norm * trace / norm};
        List<BiFunction<Curvature, Sampling, Estimate>> statistics = List.of(Curvature::trace, Curvature::frobeniusNorm,
                Curvature::effectiveRank);
        for (int i = 0; i < truths.length; i++) {
            long before = 0;
            for (double error : new double[]{0.3, 0.05, 1e-9}) {
                CountingOperator counting = CountingOperator.of(hessian);
                Estimate estimate = statistics.get(i)
                        .apply(Curvature.of(counting), Sampling.relativeError(error)
                                .confidence(0.9));
                assertThat(estimate.converged()).as(estimate.toString()).isTrue();
                assertThat(estimate.interval(0.9).halfWidth()).isLessThanOrEqualTo(error * estimate.value());
                // half a 90 % interval is 1.64 standard errors or more, so that 4 of them are over 6
                assertThat(estimate.value()).isCloseTo(truths[i], within((4 * error + 100 * Problem.EPSILON) * truths[i]
                        + 1e-12));
                assertThat(counting.products()).isEqualTo(estimate.numMatvecs()).isGreaterThanOrEqualTo(before);
                before = counting.products();
            }
            // a first round of 30, and the unit vectors
            assertThat(before).isLessThanOrEqualTo(hessian.rows() + 30L);
            Estimate few = statistics.get(i).apply(Curvature.of(hessian), Sampling.relativeError(1e-9).atMost(12));
            assertThat(few.converged()).isFalse();
            assertThat(few.numMatvecs()).isEqualTo(12);
        }
    }

    @Test
    void unsymmetricOperatorsAreRefused() {
        assertThatThrownBy(() -> Curvature.of(LinearOperator.of(X))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Curvature.hessian(NET.fn(), PARAMS, X)).isInstanceOf(ShapeException.class);
    }
}
