package cotangent.linalg.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Cholesky;
import cotangent.linalg.Expm;
import org.junit.jupiter.api.Test;

class InfiniteEnsembleTest {
    private static final int N = 12;
    private static final int M = 5;
    private static final Problem NTK = Problem.of(N + M, i -> 1 + 0.3 * i);
    private static final Tensor NNGP = gram(Problem.normal(DType.F64, 3, N + M, N + M));
    private static final Tensor TARGETS = Problem.normal(DType.F64, 4, N, 2);

    private static Tensor gram(Tensor factor) {
        return factor.matmul(factor.transpose()).times(1.0 / N);
    }

    private static Tensor block(Tensor kernel, int rows, int columns) {
        return kernel.slice(0, rows, rows == 0 ? N : N + M).slice(1, columns, columns == 0 ? N : N + M);
    }

    private static InfiniteEnsemble ensemble() {
        return InfiniteEnsemble.of(block(NNGP, 0, 0), block(NTK.matrix(), 0, 0), TARGETS);
    }

    private static InfiniteEnsemble.OnTestPoints onTestPoints() {
        return ensemble().on(block(NNGP, N, 0), block(NTK.matrix(), N, 0), block(NNGP, N, N));
    }

    /**
     * The flow of all points at once is linear in the initial outputs and the targets: e^(−tΘS), S selecting the training
     * points.
     */
    @Test
    void momentsAreThoseOfTheLinearFlow() {
        double time = 0.4;
        Tensor generator = Tensor.concat(1, NTK.matrix().slice(1, 0, N), Tensor.zeros(DType.F64, N + M, M));
        Tensor flow = Expm.of(generator.times(-time));
        Tensor covariance = flow.matmul(NNGP).matmul(flow.transpose());
        Tensor goal = Tensor.concat(0, TARGETS, Tensor.zeros(DType.F64, M, 2));
        Tensor mean = goal.minus(flow.matmul(goal));
        double size = Problem.norm(NNGP) + Problem.norm(TARGETS);
        double rounding = 200 * (N + M) * Problem.EPSILON * (1 + time * NTK.norm()) * size;
        InfiniteEnsemble.Distribution training = ensemble().at(time);
        assertThat(Problem.distance(training.mean(), mean.slice(0, 0, N))).isLessThanOrEqualTo(rounding);
        assertThat(Problem.distance(training.covariance(), block(covariance, 0, 0))).isLessThanOrEqualTo(rounding);
        InfiniteEnsemble.Distribution test = onTestPoints().at(time);
        assertThat(test.mean().shape().toArray()).containsExactly(M, 2);
        assertThat(Problem.distance(test.mean(), mean.slice(0, N, N + M))).isLessThanOrEqualTo(rounding);
        assertThat(Problem.distance(test.covariance(), block(covariance, N, N))).isLessThanOrEqualTo(rounding);
        for (int i = 0; i < M; i++) {
            assertThat(test.standardDeviation().get(i)).isEqualTo(Math.sqrt(test.covariance().get(i, i)));
        }
    }

    @Test
    void beforeTrainingItIsThePriorAndAfterAllTimeItInterpolates() {
        double rounding = 200 * N * Problem.EPSILON * (Problem.norm(NNGP) + Problem.norm(TARGETS));
        assertThat(Problem.distance(onTestPoints().at(0).covariance(), block(NNGP, N, N))).isLessThanOrEqualTo(
                rounding);
        assertThat(Problem.norm(onTestPoints().at(0).mean())).isZero();
        InfiniteEnsemble.Distribution end = ensemble().at(Double.POSITIVE_INFINITY);
        assertThat(Problem.distance(end.mean(), TARGETS)).isLessThanOrEqualTo(rounding);
        assertThat(Problem.norm(end.covariance())).isLessThanOrEqualTo(rounding);
    }

    /** With only the last layer trained, Θ = G, the ensemble ends in the Gaussian process posterior without noise. */
    @Test
    void trainingTheLastLayerEndsInThePosterior() {
        Tensor prior = NTK.matrix();
        Tensor inside = block(prior, 0, 0);
        Tensor cross = block(prior, N, 0);
        InfiniteEnsemble.Distribution end = InfiniteEnsemble.of(inside, inside, TARGETS.slice(1, 0, 1).reshape(N))
                .on(cross, cross, block(prior, N, N))
                .at(Double.POSITIVE_INFINITY);
        Cholesky cholesky = Cholesky.of(inside);
        Tensor solved = cholesky.solve(cross.transpose());
        // condition 6 at most
        double rounding = 200 * N * Problem.EPSILON * 6 * (Problem.norm(prior) + Problem.norm(TARGETS));
        assertThat(end.mean().shape().toArray()).containsExactly(M);
        assertThat(Problem.distance(end.mean(), solved.transpose().matmul(TARGETS.slice(1, 0, 1))))
                .isLessThanOrEqualTo(rounding);
        assertThat(Problem.distance(end.covariance(), block(prior, N, N).minus(cross.matmul(solved))))
                .isLessThanOrEqualTo(rounding);
    }

    @Test
    void theNormalisationSetsTheClock() {
        double rounding = 200 * N * Problem.EPSILON * (Problem.norm(NNGP) + Problem.norm(TARGETS));
        Tensor mean = ensemble().at(0.3).mean();
        assertThat(Problem.distance(ensemble().under(SquaredLoss.MEAN).at(0.3 * N).mean(), mean)).isLessThanOrEqualTo(
                rounding);
    }

    @Test
    void float32GivesFloat32() {
        InfiniteEnsemble.Distribution narrow = InfiniteEnsemble.of(block(NNGP, 0, 0).cast(DType.F32), block(NTK
                .matrix(), 0, 0).cast(DType.F32), TARGETS.cast(DType.F32)).at(0.4);
        assertThat(narrow.mean().dtype()).isEqualTo(DType.F32);
        // entries rounded by u: ‖E‖ ≤ u‖Θ‖_F, times t·‖y‖
        double rounding = 10 * 0x1p-24 * (1 + 0.4 * Problem.norm(NTK.matrix())) * Problem.norm(TARGETS);
        assertThat(Problem.distance(narrow.mean().cast(DType.F64), ensemble().at(0.4).mean())).isLessThanOrEqualTo(
                rounding);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Tensor inside = block(NNGP, 0, 0);
        assertThatThrownBy(() -> InfiniteEnsemble.of(NNGP, inside, TARGETS)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("NNGP");
        assertThatThrownBy(() -> InfiniteEnsemble.of(inside, inside.cast(DType.F32), TARGETS)).isInstanceOf(
                ShapeException.class);
        assertThatThrownBy(() -> InfiniteEnsemble.of(inside, inside.times(Double.NaN), TARGETS)).isInstanceOf(
                InvalidDataException.class);
        assertThatThrownBy(() -> ensemble().on(inside, inside, NNGP)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> ensemble().at(-1)).isInstanceOf(InvalidDataException.class);
    }
}
