package cotangent.linalg.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.ResultOverflowException;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.operator.LinearOperator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class GradientDescentTest {
    private static final int N = 40;
    private static final int C = 2;
    private static final List<IntToDoubleFunction> SPECTRA = List.of(i -> 1 + 0.1 * i, i -> Math.pow(0.7, i), i -> i < 9
            ? 3 - 0.2 * i
            : 0, i -> 1, i -> i % 4);

    /** f ← f − h·K·(f − y) + β·(f − f before), step by step; also the outputs of other points driven by a cross kernel. */
    private static Tensor[] iterated(Tensor kernel, Tensor initial, Tensor targets, double step, double momentum,
            int steps, Tensor cross, Tensor test) {
        Tensor outputs = initial;
        Tensor before = initial;
        Tensor elsewhere = test;
        Tensor elsewhereBefore = test;
        for (int s = 0; s < steps; s++) {
            Tensor gap = outputs.minus(targets);
            Tensor next = outputs.minus(kernel.matmul(gap).times(step)).plus(outputs.minus(before).times(momentum));
            Tensor elsewhereNext = elsewhere.minus(cross.matmul(gap).times(step))
                    .plus(elsewhere.minus(elsewhereBefore).times(momentum));
            before = outputs;
            outputs = next;
            elsewhereBefore = elsewhere;
            elsewhere = elsewhereNext;
        }
        return new Tensor[]{outputs, elsewhere};
    }

    @Test
    void bothRoutesAgreeWithTheIterationItself() {
        int m = 6;
        for (IntToDoubleFunction spectrum : SPECTRA) {
            Problem problem = Problem.of(N, spectrum);
            Tensor initial = problem.outputs(1, C);
            Tensor targets = problem.outputs(2, C);
            Tensor cross = Problem.normal(problem.matrix().dtype(), 4, m, N).matmul(problem.matrix());
            Tensor test = Problem.normal(problem.matrix().dtype(), 5, m, C);
            for (double momentum : new double[]{0, 0.6}) {
                for (double share : new double[]{0.05, 0.45, 1}) {
                    double rate = share * 2 * (1 + momentum) / problem.norm();
                    GradientDescent descent = GradientDescent.of(problem.kernel(), initial, targets)
                            .learningRate(rate)
                            .momentum(momentum);
                    for (GradientDescent route : List.of(descent.viaEigh(), descent.viaLanczos().tolerance(1e-12))) {
                        long[] steps = {0, 1, 2, 7, 50};
                        Trajectory trajectory = route.after(steps);
                        Trajectory elsewhere = route.on(LinearOperator.of(cross), test).after(steps);
                        for (int t = 0; t < steps.length; t++) {
                            Tensor[] expected = iterated(problem.matrix(), initial, targets, rate, momentum,
                                    (int) steps[t], cross, test);
                            double size = Problem.norm(initial) + Problem.norm(targets);
                            // a step rounds by n·u·‖f‖, and |p| ≤ (1 + β)/(1 − β) carries it on, as a double root does by s
                            double growth = (1 + momentum) / (1 - momentum) * (share == 1 ? 1 + steps[t] : 1);
                            double rounding = 20 * N * Problem.EPSILON * (1 + steps[t]) * growth * size;
                            assertThat(Problem.distance(trajectory.outputs(t), expected[0])).as("%s, %s", descent,
                                    trajectory)
                                    .isLessThanOrEqualTo(rounding + 2 * trajectory.errorEstimates().get(t));
                            double reach = Problem.norm(cross);
                            assertThat(Problem.distance(elsewhere.outputs(t), expected[1])).as("%s, %s", descent,
                                    elsewhere)
                                    .isLessThanOrEqualTo(rounding * (1 + reach * rate * (1 + steps[t])) + 2 * reach
                                            * elsewhere.errorEstimates().get(t));
                        }
                    }
                }
            }
        }
    }

    @Test
    void smallStepsFollowTheFlow() {
        Problem problem = Problem.of(N, i -> Math.pow(0.8, i));
        Tensor initial = problem.outputs(1, C);
        Tensor targets = problem.outputs(2, C);
        Tensor flow = GradientFlow.of(problem.kernel(), initial, targets).at(2).outputs();
        GradientDescent descent = GradientDescent.of(problem.kernel(), initial, targets);
        double coarse = Problem.distance(descent.learningRate(0.002).after(1000).outputs(), flow);
        double fine = Problem.distance(descent.learningRate(0.001).after(2000).outputs(), flow);
        // the error is t·h·K²/2 to first order: halved with the step, up to a relative h·‖K‖
        assertThat(coarse / fine).isCloseTo(2, within(0.01));
    }

    /**
     * f(x) = x·W + b is linear in its parameters: its kernel is x·xᵀ + 1, and gradient descent in parameters is that in
     * outputs.
     */
    @Test
    void aLinearModelTrainedInParametersFollowsThePrediction() {
        int features = 5;
        Tensor x = Problem.normal(cotangent.dsl.DType.F64, 1, 12, features);
        Tensor unseen = Problem.normal(cotangent.dsl.DType.F64, 2, 4, features);
        Tensor targets = Problem.normal(cotangent.dsl.DType.F64, 3, 12, C);
        Fn model = Fn.of("linear", (p, in) -> in.matmul(p.get("W")).plus(p.get("b")));
        Params start = Params.of("W", Problem.normal(cotangent.dsl.DType.F64, 4, features, C))
                .with("b", Problem.normal(cotangent.dsl.DType.F64, 5, C, 1).reshape(C));
        EmpiricalNtk kernel = EmpiricalNtk.of(model, start, x);
        GradientDescent descent = GradientDescent.of(kernel, targets)
                .under(SquaredLoss.MEAN);
        double rate = 0.5 * descent.maxLearningRate().value();
        descent = descent.learningRate(rate).momentum(0.5);
        Fn gradient = Fn.of("loss", (p, in, y) -> SquaredLoss.MEAN.fn().apply(model.apply(p, in), y)).grad();
        Tensor values = start.flatten();
        Tensor velocity = values.times(0);
        int steps = 60;
        for (int s = 0; s < steps; s++) {
            Tensor slope = gradient.apply(start.unflatten(values), x, targets).asParams().flatten();
            velocity = velocity.times(0.5).plus(slope);
            values = values.minus(velocity.times(rate));
        }
        Tensor trained = model.apply(start.unflatten(values), x).asTensor();
        Tensor elsewhere = model.apply(start.unflatten(values), unseen).asTensor();
        double size = Problem.norm(targets) + Problem.norm(trained) + Problem.norm(start.flatten()) * Problem.norm(x);
        double rounding = 20 * 12 * C * Problem.EPSILON * 3 * steps * size;
        Trajectory matrixFree = descent.viaLanczos().after(steps);
        assertThat(Problem.distance(matrixFree.outputs(), trained)).as(matrixFree.toString())
                .isLessThanOrEqualTo(rounding + 2 * matrixFree.errorEstimates().get(0));
        assertThat(matrixFree.jvps()).isEqualTo(matrixFree.numMatvecs());
        assertThat(Problem.distance(descent.after(steps).outputs(), trained)).isLessThanOrEqualTo(rounding);
        LinearOperator cross = EmpiricalNtk.of(model, start, unseen).jacobian().times(kernel.jacobian().adjoint());
        Trajectory predicted = descent.on(cross, model.apply(start, unseen).asTensor()).after(steps);
        assertThat(Problem.distance(predicted.outputs(), elsewhere)).isLessThanOrEqualTo(rounding * Problem.norm(
                unseen));
        assertThat(descent.loss(steps)).isCloseTo(cotangent.dsl.Nn.mse(trained, targets).item(),
                within(rounding * size));
    }

    @Test
    void theMaximumLearningRateIsWhereDescentStopsConverging() {
        Problem problem = Problem.of(N, i -> 1 + 0.1 * i);
        Tensor initial = problem.outputs(1, C);
        Tensor targets = problem.outputs(2, C);
        double exact = 2 / problem.norm();
        for (double momentum : new double[]{0, 0.5}) {
            GradientDescent descent = GradientDescent.of(problem.kernel(), initial, targets).momentum(momentum);
            Estimate dense = descent.maxLearningRate();
            assertThat(dense.errorBar()).isEqualTo(ErrorBar.EXACT);
            assertThat(dense.value()).isCloseTo((1 + momentum) * exact, within(10 * N * Problem.EPSILON * exact));
            Estimate sparse = descent.viaLanczos().maxLearningRate();
            assertThat(sparse.errorBar()).isEqualTo(ErrorBar.BOUND);
            assertThat(sparse.interval(0.95).contains(dense.value() * (1 - 10 * N * Problem.EPSILON)) || Math.abs(sparse
                    .value() - dense.value()) <= 10 * N * Problem.EPSILON * exact).isTrue();
            double below = descent.learningRate(0.999 * dense.value()).loss(20_000);
            double above = descent.learningRate(1.001 * dense.value()).loss(20_000);
            assertThat(below).isLessThan(1e-10 * descent.learningRate(1).loss(0));
            assertThat(above).isGreaterThan(descent.learningRate(1).loss(0));
        }
    }

    @Test
    void divergenceIsSaid() {
        Problem problem = Problem.of(N, i -> 1 + 0.1 * i);
        GradientDescent descent = GradientDescent.of(problem.kernel(), problem.outputs(1, C), problem.outputs(2, C));
        assertThatThrownBy(() -> descent.after(1)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("learning rate");
        assertThatThrownBy(() -> descent.learningRate(1).limit()).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("diverges");
        assertThatThrownBy(() -> descent.learningRate(1).after(100_000)).isInstanceOf(ResultOverflowException.class)
                .hasMessageContaining("maxLearningRate");
        assertThatThrownBy(() -> descent.learningRate(0)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> descent.momentum(1)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> descent.learningRate(0.1).after(-1)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> descent.learningRate(0.1).loss(0.5)).isInstanceOf(InvalidDataException.class);
        assertThat(descent.learningRate(0.1).limit().loss()).isZero();
    }
}
