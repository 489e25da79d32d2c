package cotangent.linalg.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Expm;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class GradientFlowTest {
    private static final int N = 40;
    private static final int C = 3;
    private static final List<IntToDoubleFunction> SPECTRA = List.of(i -> 1 + 0.1 * i, i -> Math.pow(0.7, i), i -> i < 9
            ? 3 - 0.2 * i
            : 0, i -> 1, i -> i % 4, i -> 1e-30 * (i + 1));
    private static final double[] TIMES = {0, 0.01, 0.3, 2, 40};

    /**
     * The exponential of a matrix within n·ε·‖K‖ of K, which moves it by t times that at most; the same from the products.
     */
    private static double rounding(Problem problem, double time, double size) {
        return 20 * N * Problem.EPSILON * (1 + time * problem.norm()) * size;
    }

    @Test
    void bothRoutesAgreeWithTheMatrixExponential() {
        for (IntToDoubleFunction spectrum : SPECTRA) {
            Problem problem = Problem.of(N, spectrum);
            Tensor initial = problem.outputs(1, C);
            Tensor targets = problem.outputs(2, C);
            GradientFlow flow = GradientFlow.of(problem.kernel(), initial, targets);
            double size = Problem.norm(initial.minus(targets));
            for (GradientFlow route : List.of(flow.viaEigh(), flow.viaLanczos().tolerance(1e-12))) {
                Trajectory trajectory = route.at(TIMES);
                assertThat(trajectory.converged()).isTrue();
                assertThat(trajectory.outputs().shape().toArray()).containsExactly(TIMES.length, N, C);
                for (int t = 0; t < TIMES.length; t++) {
                    Tensor expected = Expm.of(problem.matrix().times(-TIMES[t]))
                            .matmul(initial.minus(targets))
                            .plus(targets);
                    assertThat(Problem.distance(trajectory.outputs(t), expected)).as("%s at %s", route, TIMES[t])
                            .isLessThanOrEqualTo(rounding(problem, TIMES[t], size + Problem.norm(targets)) + 2
                                    * trajectory.errorEstimates().get(t));
                }
            }
        }
    }

    @Test
    void aKernelOverAllEntriesIsTheOneOverSamplesTimesTheIdentity() {
        Problem problem = Problem.of(8, i -> 1.0 / (1 + i));
        Tensor initial = problem.outputs(1, C);
        Tensor targets = problem.outputs(2, C);
        double[] whole = new double[8 * C * 8 * C];
        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < 8; j++) {
                for (int c = 0; c < C; c++) {
                    whole[(i * C + c) * 8 * C + j * C + c] = problem.matrix().get(i, j);
                }
            }
        }
        Tensor kernel = Tensor.of(cotangent.dsl.Shape.of(8 * C, 8 * C), whole);
        Tensor one = GradientFlow.of(problem.kernel(), initial, targets).at(1.5).outputs();
        Tensor other = GradientFlow.of(LinearOperator.of(kernel), initial, targets).at(1.5).outputs();
        Tensor flat = GradientFlow.of(LinearOperator.of(kernel), initial.reshape(8 * C), targets.reshape(8 * C))
                .at(1.5)
                .outputs();
        double size = Problem.norm(initial) + Problem.norm(targets);
        assertThat(Problem.distance(one, other)).isLessThanOrEqualTo(20 * 8 * C * Problem.EPSILON * size);
        assertThat(flat.toDoubles()).isEqualTo(other.toDoubles());
    }

    @Test
    void testPointsOfWholeKernelFollowTheFlowOfAllPointsTogether() {
        // a kernel over training and test points, with loss on the training points only: ḟ = −K·S·(f − y), S selecting them
        int m = 12;
        Problem problem = Problem.of(N + m, i -> Math.pow(0.8, i));
        Tensor initial = problem.outputs(3, 1);
        Tensor targets = problem.outputs(4, 1).slice(0, 0, N);
        Tensor train = problem.matrix().slice(0, 0, N).slice(1, 0, N);
        Tensor cross = problem.matrix().slice(0, N, N + m).slice(1, 0, N);
        double time = 3;
        Tensor generator = Tensor.concat(1, problem.matrix().slice(1, 0, N), Tensor.zeros(DType.F64, N + m, m));
        Tensor shifted = Tensor.concat(0, initial.slice(0, 0, N).minus(targets), initial.slice(0, N, N + m));
        Tensor expected = Expm.of(generator.times(-time)).matmul(shifted).slice(0, N, N + m);
        GradientFlow flow = GradientFlow.of(LinearOperator.of(train).asPositiveSemidefinite(), initial.slice(0, 0, N),
                targets);
        for (GradientFlow route : List.of(flow.viaEigh(), flow.viaLanczos().tolerance(1e-12))) {
            Trajectory at = route.on(LinearOperator.of(cross), initial.slice(0, N, N + m)).at(0, time);
            assertThat(at.outputs(0).toDoubles()).isEqualTo(initial.slice(0, N, N + m).toDoubles());
            assertThat(Problem.distance(at.outputs(1), expected)).isLessThanOrEqualTo(rounding(problem, time, Problem
                    .norm(shifted)) * (1 + time) + 2 * problem.norm() * at.errorEstimates().get(1));
        }
    }

    @Test
    void aSingularKernelLeavesTheNullSpaceAndTheLimitSaysSo() {
        int rank = 9;
        Problem problem = Problem.of(N, i -> i < rank ? 3 - 0.2 * i : 0);
        Tensor initial = problem.outputs(1, C);
        Tensor targets = problem.outputs(2, C);
        Tensor gap = initial.minus(targets);
        Tensor range = problem.vectors().slice(1, 0, rank);
        Tensor outside = gap.minus(range.matmul(range.transpose().matmul(gap)));
        double tolerance = 100 * N * Problem.EPSILON * Problem.norm(gap);
        GradientFlow flow = GradientFlow.of(problem.kernel(), initial, targets);
        for (GradientFlow route : List.of(flow, flow.viaLanczos())) {
            TrainingLimit limit = route.limit();
            assertThat(limit.converged()).isTrue();
            assertThat(limit.rank()).isEqualTo(rank);
            assertThat(Problem.distance(limit.residual(), outside)).isLessThanOrEqualTo(tolerance + 2 * limit
                    .errorEstimate());
            assertThat(Problem.distance(limit.outputs(), targets.plus(outside))).isLessThanOrEqualTo(tolerance + 2
                    * limit.errorEstimate());
            double norm = Problem.norm(outside);
            assertThat(limit.residualNorm()).isCloseTo(norm, within(tolerance));
            assertThat(limit.unlearned()).isCloseTo(norm / Problem.norm(gap), within(tolerance / Problem.norm(gap)));
            assertThat(limit.loss()).isCloseTo(0.5 * norm * norm, within(norm * tolerance));
            assertThat(Problem.distance(route.at(Double.POSITIVE_INFINITY).outputs(), limit.outputs()))
                    .isLessThanOrEqualTo(tolerance);
            // long before the end all but the null space is learned
            assertThat(Problem.distance(route.at(1e9).outputs(), limit.outputs())).isLessThanOrEqualTo(tolerance);
        }
    }

    @Test
    void theZeroKernelLearnsNothing() {
        LinearOperator zero = LinearOperator.of(Tensor.zeros(DType.F64, N, N)).asPositiveSemidefinite();
        Problem problem = Problem.of(N, i -> 1);
        Tensor initial = problem.outputs(1, 1);
        Tensor targets = problem.outputs(2, 1);
        GradientFlow flow = GradientFlow.of(zero, initial, targets);
        for (GradientFlow route : List.of(flow, flow.viaLanczos())) {
            assertThat(Problem.distance(route.at(5).outputs(), initial)).isLessThanOrEqualTo(20 * N * Problem.EPSILON
                    * (Problem.norm(initial) + Problem.norm(targets)));
            assertThat(route.limit().unlearned()).isCloseTo(1, within(20 * N * Problem.EPSILON));
            assertThat(route.limit().rank()).isZero();
            assertThatThrownBy(route::maxLearningRate).isInstanceOf(InvalidDataException.class)
                    .hasMessageContaining("nothing is learned");
        }
    }

    @Test
    void nothingIsLeftToLearnAtTheTargets() {
        Problem problem = Problem.of(N, i -> 1 + i);
        Tensor targets = problem.outputs(2, C);
        GradientFlow flow = GradientFlow.of(problem.kernel(), targets, targets);
        for (GradientFlow route : List.of(flow, flow.viaLanczos())) {
            assertThat(route.at(3).outputs(0)).isEqualTo(targets);
            assertThat(route.loss(0)).isZero();
            assertThat(route.limit().unlearned()).isZero();
            assertThat(((TimeToLoss.Reached) route.timeToLoss(0)).time()).isZero();
            assertThat(route.on(problem.kernel(), targets).at(3).outputs(0)).isEqualTo(targets);
        }
    }

    @Test
    void anInterruptEndsTheProducts() {
        Problem problem = Problem.of(N, i -> 1 + i);
        GradientFlow flow = GradientFlow.of(problem.kernel(), problem.outputs(1, C), problem.outputs(2, C))
                .viaLanczos();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> flow.at(1)).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(flow.at(1).converged()).isTrue();
    }

    @Test
    void theNormalisationOfTheLossSetsTheClock() {
        Problem problem = Problem.of(N, i -> 1 + i);
        Tensor initial = problem.outputs(1, C);
        Tensor targets = problem.outputs(2, C);
        GradientFlow flow = GradientFlow.of(problem.kernel(), initial, targets);
        int size = N * C;
        Tensor half = flow.at(0.01).outputs();
        double tolerance = 20 * N * Problem.EPSILON * Problem.norm(half);
        assertThat(Problem.distance(flow.under(SquaredLoss.HALF_MEAN).at(0.01 * size).outputs(), half))
                .isLessThanOrEqualTo(tolerance);
        assertThat(Problem.distance(flow.under(SquaredLoss.MEAN).at(0.005 * size).outputs(), half))
                .isLessThanOrEqualTo(tolerance);
        for (SquaredLoss loss : SquaredLoss.values()) {
            double expected = loss.fn().apply(initial, targets).asTensor().item();
            assertThat(flow.under(loss).loss(0)).isCloseTo(expected, within(size * Problem.EPSILON * expected));
        }
        assertThat(SquaredLoss.MEAN.fn().apply(initial, targets).asTensor().item()).isEqualTo(cotangent.dsl.Nn.mse(
                initial, targets).item(), within(size * Problem.EPSILON * 10));
    }

    @Test
    void float32IsTheRoundedProblem() {
        Problem problem = Problem.of(N, i -> Math.pow(0.9, i));
        LinearOperator kernel = LinearOperator.of(problem.matrix().cast(DType.F32)).asPositiveSemidefinite();
        Tensor initial = problem.outputs(1, C).cast(DType.F32);
        Tensor targets = problem.outputs(2, C).cast(DType.F32);
        GradientFlow flow = GradientFlow.of(kernel, initial, targets);
        Tensor exact = GradientFlow.of(problem.kernel(), initial.cast(DType.F64), targets.cast(DType.F64))
                .at(4)
                .outputs();
        // entries rounded by u: ‖E‖ ≤ u·‖K‖_F ≤ u·√n·‖K‖, times t; and the products' own rounding, n·u·‖K‖
        double tolerance = (4 * (Math.sqrt(N) + N) + 2) * 0x1p-24 * Problem.norm(initial.minus(targets)
                .cast(
                        DType.F64));
        for (GradientFlow route : List.of(flow, flow.viaLanczos())) {
            Trajectory trajectory = route.at(4);
            assertThat(trajectory.outputs().dtype()).isEqualTo(DType.F32);
            assertThat(Problem.distance(trajectory.outputs().cast(DType.F64), exact)).isLessThanOrEqualTo(tolerance);
        }
    }

    /** Where steps run out the result says so, and the estimate is of the error's size: it looks a fifth of the way back. */
    @Test
    void unfinishedKrylovSpacesSayHowFarTheyAreOff() {
        Problem problem = Problem.of(200, i -> Math.pow(i + 1, -1.5));
        Tensor initial = problem.outputs(1, C);
        Tensor targets = problem.outputs(2, C);
        LinearOperator cross = LinearOperator.of(problem.matrix());
        GradientFlow exact = GradientFlow.of(problem.kernel(), initial, targets);
        double rounding = 200 * Problem.EPSILON * 20 * (Problem.norm(initial) + Problem.norm(targets));
        for (double time : new double[]{100, 3000, 1e5, Double.POSITIVE_INFINITY}) {
            for (int steps : new int[]{8, 16, 31}) {
                GradientFlow few = exact.viaLanczos().maxSteps(steps).tolerance(1e-10);
                Trajectory trajectory = few.at(time);
                double error = Problem.distance(trajectory.outputs(), exact.at(time).outputs());
                assertThat(trajectory.converged()).isEqualTo(trajectory.errorEstimates().get(0) <= 1e-10 * Problem.norm(
                        initial.minus(targets)));
                assertThat(error).as("%s at %s", trajectory, time)
                        .isLessThanOrEqualTo(3 * trajectory.errorEstimates().get(0) + rounding);
                assertThat(trajectory.converged() && time > 100).isFalse();
                Trajectory test = few.on(cross, initial).at(time);
                double moved = Problem.distance(test.outputs(), exact.on(cross, initial).at(time).outputs());
                assertThat(moved).isLessThanOrEqualTo(3 * test.errorEstimates().get(0) + rounding);
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Problem problem = Problem.of(N, i -> 1);
        Tensor outputs = problem.outputs(1, C);
        assertThatThrownBy(() -> GradientFlow.of(problem.kernel(), outputs, problem.outputs(2, 1))).isInstanceOf(
                ShapeException.class)
                .hasMessageContaining("f64[40, 3]");
        assertThatThrownBy(() -> GradientFlow.of(problem.kernel(), outputs.cast(DType.F32), outputs.cast(DType.F32)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> GradientFlow.of(problem.kernel(), outputs.slice(0, 0, 5), outputs.slice(0, 0, 5)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("size 40");
        assertThatThrownBy(() -> GradientFlow.of(problem.kernel(), outputs.times(Double.NaN), outputs)).isInstanceOf(
                InvalidDataException.class);
        GradientFlow flow = GradientFlow.of(problem.kernel(), outputs, outputs);
        assertThatThrownBy(() -> flow.at(-1)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> flow.at(Double.NaN)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> flow.on(problem.kernel(), outputs.slice(0, 0, 3))).isInstanceOf(ShapeException.class);
        Problem indefinite = Problem.of(N, i -> 1 - 0.1 * i);
        GradientFlow wrong = GradientFlow.of(LinearOperator.of(indefinite.matrix()), outputs, outputs.times(2));
        assertThatThrownBy(() -> wrong.at(1)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("positive semidefinite");
        assertThatThrownBy(() -> wrong.viaLanczos().at(1)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("positive semidefinite");
    }
}
