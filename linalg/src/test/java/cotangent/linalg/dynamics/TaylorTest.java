package cotangent.linalg.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.CheckGrads;
import cotangent.linalg.ntk.EmpiricalNtk;
import org.junit.jupiter.api.Test;

class TaylorTest {
    private static final Mlp NET = Nn.mlp(3, 8, 2);
    private static final Params ORIGIN = NET.init(Key.of(1));
    private static final Params DIRECTION = NET.init(Key.of(2));
    private static final Tensor X = Problem.normal(DType.F64, 1, 6, 3);

    private static Params moved(double step) {
        return ORIGIN.unflatten(ORIGIN.flatten().plus(DIRECTION.flatten().times(step)));
    }

    private static Tensor at(Fn fn, double step) {
        return fn.apply(moved(step), X).asTensor();
    }

    @Test
    void theLinearizedModelIsTheValuePlusTheJvp() {
        Params moved = moved(0.7);
        Params difference = ORIGIN.unflatten(moved.flatten().minus(ORIGIN.flatten()));
        Tree pair = NET.fn().jvp().apply(ORIGIN, X, difference, X.times(0));
        Tensor expected = pair.leaves().get(0).plus(pair.leaves().get(1));
        Tensor linear = Taylor.linearized(NET.fn(), ORIGIN).apply(moved, X).asTensor();
        // the same sums in another order: a dozen terms per entry
        assertThat(Problem.distance(linear, expected)).isLessThanOrEqualTo(30 * Problem.EPSILON * (Problem.norm(
                expected) + Problem.norm(pair.leaves().get(1))));
        assertThat(at(Taylor.expanded(NET.fn(), ORIGIN, 0), 0.7)).isEqualTo(NET.fn().apply(ORIGIN, X).asTensor());
    }

    /** The error of degree d is O(step^(d+1)): halving the step divides it by 2^(d+1), up to a relative O(step). */
    @Test
    void eachDegreeGainsAnOrder() {
        for (int degree = 0; degree <= 3; degree++) {
            Fn expanded = Taylor.expanded(NET.fn(), ORIGIN, degree);
            double step = 1.0 / 64;
            double coarse = Problem.distance(at(expanded, step), at(NET.fn(), step));
            double fine = Problem.distance(at(expanded, step / 2), at(NET.fn(), step / 2));
            double order = Math.log(coarse / fine) / Math.log(2);
            assertThat(order).as("degree %d", degree).isBetween(degree + 0.9, degree + 1.1);
        }
    }

    @Test
    void theQuadraticModelIsExactForAQuadratic() {
        Fn product = Fn.of("product", (p, x) -> x.matmul(p.get("A")).matmul(p.get("B")));
        Params at = Params.of("A", Problem.normal(DType.F64, 2, 3, 4)).with("B", Problem.normal(DType.F64, 3, 4, 2));
        Params to = Params.of("A", Problem.normal(DType.F64, 4, 3, 4)).with("B", Problem.normal(DType.F64, 5, 4, 2));
        Tensor exact = product.apply(to, X).asTensor();
        Tensor quadratic = Taylor.quadratic(product, at).apply(to, X).asTensor();
        double size = Problem.norm(X) * 4 * (Problem.norm(at.flatten()) + Problem.norm(to.flatten())) * Problem.norm(to
                .flatten());
        assertThat(Problem.distance(quadratic, exact)).isLessThanOrEqualTo(30 * Problem.EPSILON * size);
        assertThat(Problem.distance(Taylor.linearized(product, at).apply(to, X).asTensor(), exact)).isGreaterThan(0.1);
    }

    @Test
    void treesAndFurtherInputsPassThrough() {
        Fn model = Fn.of("two", (p, x, scale) -> {
            Expr y = x.matmul(p.get("W1")).plus(p.get("b1")).tanh().times(scale);
            return Expr.tuple(y, y.square().sum(-1));
        });
        Tensor scale = Tensor.scalar(0.5);
        Tree origin = Taylor.quadratic(model, ORIGIN).apply(ORIGIN, X, scale);
        Tree expected = model.apply(ORIGIN, X, scale);
        assertThat(origin.structure()).isEqualTo(expected.structure());
        for (int i = 0; i < 2; i++) {
            assertThat(Problem.distance(origin.leaves().get(i), expected.leaves().get(i))).isLessThanOrEqualTo(10
                    * Problem.EPSILON * Problem.norm(expected.leaves().get(i)));
        }
        assertThatThrownBy(() -> Taylor.linearized(NET.fn(), ORIGIN).apply(ORIGIN.with("W3", X), X)).isInstanceOf(
                ShapeException.class);
        assertThatThrownBy(() -> Taylor.expanded(NET.fn(), ORIGIN, -1)).isInstanceOf(ShapeException.class);
    }

    @Test
    void derivativesOfTaylorModelsAreRight() {
        for (int degree = 1; degree <= 2; degree++) {
            Fn expanded = Taylor.expanded(NET.fn(), ORIGIN, degree);
            Fn loss = Fn.of("loss", (p, x) -> expanded.apply(p, x).square().sum());
            CheckGrads.Report report = CheckGrads.check(loss, 1, moved(0.3), X);
            assertThat(report.second()).isLessThanOrEqualTo(report.tolerance());
        }
    }

    /** What the linearized model learns by gradient descent in its parameters is what its kernel predicts. */
    @Test
    void trainingTheLinearizedModelFollowsTheKernel() {
        Tensor targets = Problem.normal(DType.F64, 9, 6, 2);
        EmpiricalNtk kernel = EmpiricalNtk.of(NET.fn(), ORIGIN, X);
        GradientDescent descent = GradientDescent.of(kernel, NET.fn().apply(ORIGIN, X).asTensor(), targets)
                .under(SquaredLoss.HALF_MEAN);
        double rate = descent.maxLearningRate().value() / 2;
        Fn linear = Taylor.linearized(NET.fn(), ORIGIN);
        Fn gradient = OutputLoss.squared(SquaredLoss.HALF_MEAN).of(linear, 1).grad();
        Tensor values = ORIGIN.flatten();
        int steps = 80;
        for (int s = 0; s < steps; s++) {
            values = values.minus(gradient.apply(ORIGIN.unflatten(values), X, targets)
                    .asParams()
                    .flatten()
                    .times(rate));
        }
        Tensor trained = linear.apply(ORIGIN.unflatten(values), X).asTensor();
        Tensor predicted = descent.learningRate(rate).after(steps).outputs();
        // each step rounds parameters by u, which the Jacobian, of norm about √(2/rate·12), turns into outputs
        double reach = Math.sqrt(2 * 12 / rate);
        double size = Problem.norm(targets) + reach * Problem.norm(values);
        assertThat(Problem.distance(predicted, trained)).isLessThanOrEqualTo(20 * 12 * Problem.EPSILON * steps * size);
        // and it did learn something
        assertThat(descent.learningRate(rate).loss(steps)).isLessThan(0.5 * descent.learningRate(rate).loss(0));
    }
}
