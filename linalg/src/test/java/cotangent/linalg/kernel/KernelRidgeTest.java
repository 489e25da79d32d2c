package cotangent.linalg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Cholesky;
import cotangent.linalg.NotPositiveDefiniteException;
import cotangent.linalg.StopReason;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KernelRidgeTest {
    private static final double U = 0x1p-53;
    private static final KernelFunction RBF = StationaryKernel.rbf(1.2);
    private static final double LAMBDA = 0.1;
    /** ‖K + λI‖ is at most n + λ, its inverse's norm 1/λ: what rounding of K and of a solution may grow by. */
    private static final double CONDITION = Samples.N / LAMBDA;

    private static final KernelSolver MATRIX_FREE = KernelSolver.standard().denseUpTo(0);

    /** KernelRidge(alpha=0.1, kernel="rbf", gamma=0.5/1.2²). */
    @Test
    void agreesWithScikitLearn() {
        RidgeFit fit = KernelRidge.lambda(LAMBDA).fit(RBF, Samples.inputs(), Samples.targets());
        Tensor predicted = fit.predict(Samples.others());
        double allowed = 100 * Samples.N * CONDITION * U;
        assertThat(predicted.get(0)).isCloseTo(0.061742560082792, within(allowed));
        assertThat(predicted.get(1)).isCloseTo(0.770293662702531, within(allowed));
        assertThat(fit.weights().get(0)).isCloseTo(0.59102294811804, within(allowed / LAMBDA));
        assertThat(fit.weights().get(2)).isCloseTo(-0.016399988870855, within(allowed / LAMBDA));
        assertThat(fit.solution().reason()).isEqualTo(StopReason.CONVERGED);
        assertThat(fit.solution().relativeResidual()).isLessThan(100 * CONDITION * U);
    }

    @Test
    void matrixFreeIsDenseToTheToleranceForSeveralOutputs() {
        Tensor x = Samples.normal(DType.F64, 1, 400, 4);
        Tensor y = Samples.normal(DType.F64, 2, 400, 3);
        RidgeFit dense = KernelRidge.lambda(LAMBDA).fit(RBF, x, y);
        RidgeFit free = KernelRidge.lambda(LAMBDA)
                .solver(MATRIX_FREE.preconditionerRank(60))
                .fit(KernelOperator.of(RBF, x).memoryBudget(0), y);
        assertThat(free.solution().reason()).isEqualTo(StopReason.CONVERGED);
        assertThat(free.solution().relativeResidual()).isLessThan(1e-8);
        assertThat(free.solution().iterations()).isPositive();
        double[] one = free.weights().toDoubles();
        double[] other = dense.weights().toDoubles();
        // an error of the residual of 1e-8·‖y‖, at most 1/λ times as large in the weights
        double allowed = 1e-8 * Math.sqrt(3 * 400) * 2 / LAMBDA;
        for (int i = 0; i < one.length; i++) {
            assertThat(one[i]).isCloseTo(other[i], within(allowed));
        }
        Tensor others = Samples.normal(DType.F64, 3, 10, 4);
        Tensor predicted = free.predict(KernelOperator.cross(RBF, others, x));
        Tensor expected = dense.predict(others);
        assertThat(predicted.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < 10; i++) {
            assertThat(predicted.get(i, 2)).isCloseTo(expected.get(i, 2), within(400 * allowed));
        }
    }

    @Test
    void theSystemIsSolvedAndTheFitIsTheKernelsProduct() {
        Tensor x = Samples.inputs();
        RidgeFit fit = KernelRidge.lambda(LAMBDA).fit(RBF, x, Samples.targets());
        Tensor values = fit.predict(x);
        for (int i = 0; i < Samples.N; i++) {
            assertThat(fit.fitted().get(i)).isCloseTo(values.get(i), within(100 * Samples.N * CONDITION * U));
        }
    }

    /** Each sample really left out, and the rest fitted again. */
    @Test
    void leaveOneOutErrorsAreThoseOfLeavingOneOut() {
        Tensor x = Samples.inputs();
        Tensor y = Samples.targets();
        Tensor errors = KernelRidge.lambda(LAMBDA).fit(RBF, x, y).leaveOneOutErrors();
        double sum = 0;
        for (int i = 0; i < Samples.N; i++) {
            int left = i;
            int[] rest = IntStream.range(0, Samples.N).filter(j -> j != left).toArray();
            RidgeFit without = KernelRidge.lambda(LAMBDA).fit(RBF, Inputs.rows(x, rest), Inputs.rows(y, rest));
            double expected = y.get(i) - without.predict(Inputs.rows(x, i, i + 1)).get(0);
            assertThat(errors.get(i)).isCloseTo(expected, within(100 * Samples.N * CONDITION * U));
            sum += errors.get(i) * errors.get(i);
        }
        RidgePath path = RidgePath.of(KernelOperator.of(RBF, x), y);
        assertThat(path.leaveOneOut(LAMBDA)).isCloseTo(sum / Samples.N, within(1000 * Samples.N * CONDITION * U));
    }

    @Test
    void generalizedCrossValidationIsItsDefinition() {
        Tensor x = Samples.inputs();
        Tensor y = Tensor.stack(1, Samples.targets(), Samples.targets().square());
        KernelOperator kernel = KernelOperator.of(RBF, x);
        RidgePath path = RidgePath.of(kernel, y);
        Tensor inverse = Cholesky.of(kernel.toDense()
                .plus(Tensor.eye(Samples.N, DType.F64)
                        .times(
                                LAMBDA)))
                .solve(Tensor.eye(Samples.N, DType.F64));
        double trace = inverse.times(Tensor.eye(Samples.N, DType.F64)).sum().item();
        double squares = inverse.matmul(y).square().mean().item();
        double expected = squares * Samples.N * Samples.N / (trace * trace);
        assertThat(path.generalizedCrossValidation(LAMBDA)).isCloseTo(expected, within(1000 * CONDITION * U * expected
                * Samples.N));
        double[] lambdas = {1e-4, 1e-3, 1e-2, 0.1, 1, 10};
        double least = Arrays.stream(lambdas).map(path::leaveOneOut).min().orElseThrow();
        assertThat(path.leaveOneOut(path.best(lambdas))).isEqualTo(least);
    }

    /** Eigenvalues 3 and −1: with λ = 0.5 the second pivot is 1.5 − 4/1.5, negative. */
    @Test
    void anIndefiniteKernelIsNamedByItsPivot() {
        LinearOperator indefinite = LinearOperator.of(Tensor.of(new double[][]{{1, 2}, {2, 1}}));
        assertThatThrownBy(() -> KernelRidge.lambda(0.5).fit(indefinite, Tensor.of(1.0, 2.0)))
                .isInstanceOfSatisfying(NotPositiveDefiniteException.class, failure -> {
                    assertThat(failure.index()).isEqualTo(1);
                    assertThat(failure.pivot()).isCloseTo(1.5 - 4 / 1.5, within(8 * U * (1.5 + 4 / 1.5)));
                })
                .hasMessageContaining("pivot 1");
    }

    @Test
    void whatDidNotConvergeSaysSo() {
        Tensor x = Samples.normal(DType.F64, 1, 300, 2);
        Tensor y = Samples.normal(DType.F64, 2, 300, 1).reshape(300);
        RidgeFit fit = KernelRidge.lambda(1e-6)
                .solver(MATRIX_FREE.preconditionerRank(1).maxIterations(3))
                .fit(StationaryKernel.matern12(0.3), x, y);
        assertThat(fit.solution().reason()).isEqualTo(StopReason.MAX_MATVECS);
        assertThat(fit.solution().converged()).isFalse();
        assertThat(fit.solution().relativeResidual()).isGreaterThan(1e-8).isFinite();
        assertThatThrownBy(fit::leaveOneOutErrors).isInstanceOf(ShapeException.class).hasMessageContaining("denseUpTo");
    }

    /** float32 products cannot measure a residual of 1e-12. */
    @Test
    void roundingEndsAsStagnation() {
        Tensor x = Samples.normal(DType.F32, 1, 200, 3);
        Tensor y = Samples.normal(DType.F32, 2, 200, 1).reshape(200);
        RidgeFit fit = KernelRidge.lambda(0.01).solver(MATRIX_FREE.tolerance(1e-12)).fit(RBF, x, y);
        assertThat(fit.solution().reason()).isEqualTo(StopReason.STAGNATED);
        // ‖x‖ ≤ ‖y‖/λ and products round by n·u of ‖K‖ ≤ n: an upper bound for what is left
        assertThat(fit.solution().relativeResidual()).isBetween(1e-12, 200 * 200 * 0x1p-24 / 0.01);
        assertThat(fit.weights().dtype()).isEqualTo(DType.F32);
    }

    @Test
    void badInputIsRefused() {
        Tensor x = Samples.inputs();
        Tensor y = Samples.targets();
        assertThatThrownBy(() -> KernelRidge.lambda(0)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> KernelRidge.lambda(1).fit(RBF, x, y.slice(0, 0, 10))).isInstanceOf(
                ShapeException.class);
        assertThatThrownBy(() -> KernelRidge.lambda(1).fit(RBF, x, y.times(Double.NaN))).isInstanceOf(
                InvalidDataException.class);
        assertThatThrownBy(() -> KernelRidge.lambda(1).fit(KernelOperator.cross(RBF, x, Samples.others()), y))
                .isInstanceOf(ShapeException.class);
        RidgeFit onMatrix = KernelRidge.lambda(1).fit(KernelOperator.of(RBF, x), y);
        assertThatThrownBy(() -> onMatrix.predict(x)).isInstanceOf(ShapeException.class);
        LinearOperator poisoned = LinearOperator.symmetric(60, DType.F64, v -> v.times(Double.NaN));
        assertThatThrownBy(() -> KernelRidge.lambda(1).fit(poisoned, y)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> KernelRidge.lambda(1).solver(MATRIX_FREE).fit(poisoned, y)).isInstanceOf(
                InvalidDataException.class);
    }
}
