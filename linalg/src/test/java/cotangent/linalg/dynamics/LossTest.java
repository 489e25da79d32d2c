package cotangent.linalg.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossTest {
    private static final int N = 60;
    private static final int C = 2;
    /** Condition 2·10⁵, so that few Krylov steps do not do. */
    private static final Problem PROBLEM = Problem.of(N, i -> Math.pow(0.8, i));
    private static final Problem MILD = Problem.of(N, i -> Math.pow(0.9, i));
    private static final Problem SINGULAR = Problem.of(N, i -> i < 20 ? Math.pow(0.9, i) : 0);

    private static GradientFlow flow(Problem problem) {
        return GradientFlow.of(problem.kernel(), problem.outputs(1, C), problem.outputs(2, C));
    }

    private static GradientDescent descent(Problem problem) {
        return GradientDescent.of(problem.kernel(), problem.outputs(1, C), problem.outputs(2, C));
    }

    @Test
    void lossesAreThoseOfTheOutputs() {
        double[] times = {0, 0.5, 3, 100};
        for (Problem problem : List.of(PROBLEM, SINGULAR)) {
            Tensor outputs = flow(problem).at(times).outputs();
            LossCurve curve = flow(problem).losses(times);
            assertThat(curve.bounded()).isTrue();
            for (int t = 0; t < times.length; t++) {
                double expected = 0.5
                        * Math.pow(Problem.distance(outputs.slice(0, t, t + 1), problem.outputs(2, C)), 2);
                assertThat(curve.values().get(t)).isCloseTo(expected, within(40 * N * Problem.EPSILON * curve.values()
                        .get(0)));
                assertThat(curve.low().get(t)).isEqualTo(curve.high().get(t));
            }
        }
    }

    /** With few steps the rules are far apart, and the loss lies between. */
    @Test
    void krylovBoundsHoldTheLossHoweverFewTheSteps() {
        double[] times = {0.5, 3, 40, 1000, 1e6, Double.POSITIVE_INFINITY};
        for (Problem problem : List.of(PROBLEM, SINGULAR)) {
            for (int steps : new int[]{4, 8, 16, 60}) {
                check(flow(problem).losses(times), flow(problem).viaLanczos().maxSteps(steps).losses(times));
                GradientDescent descent = descent(problem).learningRate(0.9);
                check(descent.losses(1, 7, 300), descent.viaLanczos().maxSteps(steps).losses(1, 7, 300));
            }
            assertThat(flow(problem).viaLanczos().maxSteps(4).losses(times).converged()).isFalse();
            assertThat(flow(problem).viaLanczos().losses(times).converged()).isTrue();
        }
    }

    private static void check(LossCurve exact, LossCurve curve) {
        assertThat(curve.bounded()).isTrue();
        double rounding = 100 * N * Problem.EPSILON * flow(PROBLEM).loss(0);
        for (int t = 0; t < exact.times().shape().size(); t++) {
            assertThat(exact.values().get(t)).as("%s against %s", curve, exact)
                    .isBetween(curve.low().get(t) - rounding, curve.high().get(t) + rounding);
        }
    }

    @Test
    void fastDescentHasNoProvenBoundsButConverges() {
        for (double momentum : new double[]{0, 0.4}) {
            GradientDescent descent = descent(PROBLEM).learningRate(1.7).momentum(momentum);
            LossCurve exact = descent.losses(3, 100);
            LossCurve curve = descent.viaLanczos().losses(3, 100);
            assertThat(curve.bounded()).isEqualTo(curve.low().equals(curve.high()));
            assertThat(curve.converged()).isTrue();
            for (int t = 0; t < 2; t++) {
                assertThat(curve.values().get(t)).isCloseTo(exact.values().get(t), within(1e-7 * exact.values()
                        .get(
                                t)));
            }
        }
    }

    @Test
    void theTimeToALossIsWhereTheCurveCrossesIt() {
        double first = flow(PROBLEM).loss(0);
        for (double share : new double[]{0.7, 0.1, 1e-3, 1e-6}) {
            double target = share * first;
            TimeToLoss.Reached dense = (TimeToLoss.Reached) flow(PROBLEM).timeToLoss(target);
            assertThat(dense.low()).isEqualTo(dense.high());
            assertThat(flow(PROBLEM).loss(dense.time())).isCloseTo(target, within(40 * N * Problem.EPSILON * first));
            TimeToLoss.Reached sparse = (TimeToLoss.Reached) flow(PROBLEM).viaLanczos().timeToLoss(target);
            assertThat(sparse.converged()).as(sparse.toString()).isTrue();
            // rounding of the loss over its slope, which is at least 2·λmin times the loss
            double slack = 40 * N * Problem.EPSILON / share / (2 * PROBLEM.eigenvalues()[N - 1]);
            assertThat(dense.time()).isBetween(sparse.low() - slack, sparse.high() + slack);
        }
        assertThat(((TimeToLoss.Reached) flow(PROBLEM).timeToLoss(2 * first)).time()).isZero();
        assertThatThrownBy(() -> flow(PROBLEM).timeToLoss(-1)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> flow(PROBLEM).timeToLoss(Double.NaN)).isInstanceOf(InvalidDataException.class);
    }

    @Test
    void theNumberOfStepsToALossIsTheFirstThatReachesIt() {
        double first = flow(MILD).loss(0);
        for (double momentum : new double[]{0, 0.9}) {
            for (double rate : new double[]{0.3, 1.9}) {
                GradientDescent descent = descent(MILD).learningRate(rate).momentum(momentum);
                for (double share : new double[]{0.7, 0.1, 1e-3}) {
                    TimeToLoss.Reached dense = (TimeToLoss.Reached) descent.timeToLoss(share * first);
                    assertThat(descent.loss(dense.time())).isLessThanOrEqualTo(share * first);
                    int before = (int) dense.time();
                    for (int s = Math.max(0, before - 50); s < before; s++) {
                        assertThat(descent.loss(s)).isGreaterThan(share * first);
                    }
                    assertThat(((TimeToLoss.Reached) descent.viaLanczos().timeToLoss(share * first)).time()).isEqualTo(
                            dense.time());
                }
            }
        }
    }

    @Test
    void aLossUnderTheFloorIsNeverReached() {
        double floor = flow(SINGULAR).limit().loss();
        for (GradientFlow route : List.of(flow(SINGULAR), flow(SINGULAR).viaLanczos())) {
            TimeToLoss never = route.timeToLoss(0.99 * floor);
            assertThat(never).isInstanceOf(TimeToLoss.Never.class);
            assertThat(((TimeToLoss.Never) never).floor()).isCloseTo(floor, within(1e-7 * floor));
            assertThat(route.timeToLoss(1.01 * floor).reached()).isTrue();
        }
        TimeToLoss few = flow(SINGULAR).viaLanczos().maxSteps(4).timeToLoss(0.99 * floor);
        assertThat(few).isInstanceOf(TimeToLoss.Undecided.class);
        assertThat(((TimeToLoss.Undecided) few).floor()).isGreaterThan(floor);
        assertThat(few.toString()).contains("allow more Lanczos steps");
    }

    /** Over the maximum learning rate the loss falls first and rises then. */
    @Test
    void divergingDescentReachesWhatItPassesOnItsWay() {
        Problem problem = Problem.of(N, i -> i == 0 ? 1 : 0.5);
        Tensor vectors = problem.vectors();
        Tensor residual = vectors.slice(1, 0, 1).times(1e-6).plus(vectors.slice(1, 1, 2));
        Tensor targets = problem.outputs(2, 1);
        GradientDescent descent = GradientDescent.of(problem.kernel(), targets.plus(residual), targets)
                .learningRate(2.2);
        double least = Double.POSITIVE_INFINITY;
        int at = 0;
        for (int s = 0; s < 200; s++) {
            double loss = descent.loss(s);
            at = loss < least ? s : at;
            least = Math.min(least, loss);
        }
        assertThat(at).isPositive();
        assertThat(((TimeToLoss.Reached) descent.timeToLoss(1.0001 * least)).time()).isEqualTo(at);
        TimeToLoss.Never never = (TimeToLoss.Never) descent.timeToLoss(0.9 * least);
        assertThat(never.floor()).isCloseTo(least, within(100 * N * Problem.EPSILON * least));
    }

    @Test
    void aMillionStepsWithMomentumAreNotTheEnd() {
        Problem problem = Problem.of(8, i -> i == 7 ? 1e-8 : 1);
        Tensor targets = problem.outputs(2, 1);
        Tensor initial = targets.plus(problem.vectors().slice(1, 7, 8));
        GradientDescent descent = GradientDescent.of(problem.kernel(), initial, targets)
                .learningRate(0.5)
                .momentum(0.5);
        TimeToLoss.Reached reached = (TimeToLoss.Reached) descent.timeToLoss(0.5 * Math.exp(-2));
        // momentum β makes a slow mode 1/(1 − β) times as fast, to first order in hλ; λ itself is known to n·ε
        assertThat(reached.time()).isCloseTo(0.5 / (0.5 * 1e-8), within(1e-5 * 1e8));
        assertThat(descent.loss(reached.time())).isLessThanOrEqualTo(reached.target());
        assertThat(descent.loss(reached.time() - 1)).isGreaterThan(reached.target());
        GradientDescent diverging = GradientDescent.of(problem.kernel(), problem.outputs(1, 1), targets)
                .learningRate(3.5)
                .momentum(0.5);
        double least = Double.POSITIVE_INFINITY;
        for (int s = 0; s < 100; s++) {
            least = Math.min(least, diverging.loss(s));
        }
        TimeToLoss.Never never = (TimeToLoss.Never) diverging.timeToLoss(0.5 * least);
        assertThat(never.floor()).isCloseTo(least, within(1e-10 * least));
    }

    @Test
    void modesDecayEachAtItsOwnRate() {
        int k = 5;
        Tensor gap = PROBLEM.outputs(1, C).minus(PROBLEM.outputs(2, C));
        for (GradientFlow route : List.of(flow(PROBLEM), flow(PROBLEM).viaLanczos())) {
            Modes modes = route.modes(k);
            Tensor later = modes.at(0, 2);
            for (int i = 0; i < k; i++) {
                double eigenvalue = PROBLEM.eigenvalues()[i];
                assertThat(modes.eigenvalues().get(i)).isCloseTo(eigenvalue, within(100 * N * Problem.EPSILON + modes
                        .residuals()
                        .get(i)));
                assertThat(modes.rates().get(i)).isEqualTo(modes.eigenvalues().get(i));
                for (int c = 0; c < C; c++) {
                    double coefficient = modes.vectors().slice(1, i, i + 1).transpose().matmul(gap).get(0, c);
                    double rounding = 20 * N * Problem.EPSILON * Problem.norm(gap);
                    assertThat(modes.coefficients().get(i, c)).isCloseTo(coefficient, within(rounding));
                    assertThat(later.get(0, i, c)).isEqualTo(modes.coefficients().get(i, c));
                    assertThat(later.get(1, i, c)).isCloseTo(coefficient * Math.exp(-2 * modes.eigenvalues().get(i)),
                            within(rounding));
                }
            }
        }
        double shares = 0;
        for (double share : flow(PROBLEM).modes(N).shares().toDoubles()) {
            shares += share;
        }
        assertThat(shares).isCloseTo(1, within(40 * N * Problem.EPSILON));
        assertThatThrownBy(() -> flow(PROBLEM).modes(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> flow(PROBLEM).modes(N + 1)).isInstanceOf(ShapeException.class);
        assertThat(flow(PROBLEM).modes(40).toString().length()).isLessThan(1000);
    }

    /** In the long run a step shrinks a mode by e^−rate. */
    @Test
    void ratesOfDescentAreThoseOfItsSteps() {
        for (double momentum : new double[]{0, 0.3}) {
            for (double rate : new double[]{0.5, 1.5, 1.9}) {
                Modes modes = descent(PROBLEM).learningRate(rate).momentum(momentum).modes(10);
                int s = 150;
                Tensor later = modes.at(s);
                for (int i = 0; i < 10; i++) {
                    double mean = -Math.log(Math.abs(later.get(0, i, 0) / modes.coefficients().get(i, 0))) / s;
                    // p is rate^s times a factor between its least oscillation and s + 1
                    assertThat(mean).isCloseTo(modes.rates().get(i), within(Math.log(100.0 * s) / s));
                }
            }
        }
    }
}
