package cotangent.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.autodiff.CheckGrads;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Tracing, trees and the transformations of functions, against closed forms. */
final class FnTest {
    private static final Fn NET = Fn.of("net", (p, x) -> x.matmul(p.get("W1"))
            .plus(p.get("b1"))
            .tanh()
            .matmul(p.get(
                    "W2"))
            .plus(p.get("b2")));
    private static final Fn LOSS = Fn.of("loss", (p, x, y) -> NET.apply(p, x).minus(y).square().mean());

    private static Tensor random(long seed, int... extents) {
        Shape shape = Shape.of(extents);
        return Tensor.wrap(shape, new SplittableRandom(seed).doubles(shape.size(), -1, 1).toArray());
    }

    private static Params params() {
        Map<String, Tensor> entries = new LinkedHashMap<>();
        entries.put("W1", random(1, 3, 4));
        entries.put("b1", random(2, 4));
        entries.put("W2", random(3, 4, 2));
        entries.put("b2", random(4, 2));
        return Params.of(entries);
    }

    private static void assertClose(Tensor actual, Tensor expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.toDoubles()).containsExactly(expected.toDoubles(), within(tolerance));
    }

    @Test
    void theGradientOfASquareIsTwiceItsArgument() {
        Fn f = Fn.of("f", x -> x.square().sum());
        Tensor x = random(7, 5);
        assertThat(f.grad().apply(x).asTensor()).isEqualTo(x.times(2));
        assertThat(f.hessian().apply(x).asTensor()).isEqualTo(Tensor.eye(5, DType.F64).times(2));
        assertThat(f.hvp().apply(x, x).asTensor()).isEqualTo(x.times(2));
    }

    @Test
    void derivativesOfATwoLayerNetAgreeWithFiniteDifferencesToSecondOrder() {
        CheckGrads.Report report = CheckGrads.check(LOSS, 0, params(), random(5, 6, 3), random(6, 6, 2));
        assertThat(report.tolerance()).isLessThan(1e-5);
    }

    @Test
    void gradientsHaveTheStructureOfTheParameters() {
        Params gradient = LOSS.grad().apply(params(), random(5, 6, 3), random(6, 6, 2)).asParams();
        assertThat(gradient.structure()).isEqualTo(params().structure());
        Tuple both = LOSS.grad(0, 1).apply(params(), random(5, 6, 3), random(6, 6, 2)).asTuple();
        assertThat(both.get(0)).isEqualTo(gradient);
        assertThat(both.get(1).asTensor().shape()).isEqualTo(Shape.of(6, 3));
    }

    @Test
    void bothJacobiansAreTheSame() {
        Fn cubic = Fn.of("cubic", x -> x.times(x).outer(x.sin()));
        Tensor x = random(8, 3);
        Tensor forward = cubic.jacfwd().apply(x).asTensor();
        assertThat(forward.shape()).isEqualTo(Shape.of(3, 3, 3));
        assertClose(cubic.jacrev().apply(x).asTensor(), forward, 8 * 0x1p-52);
        Params tree = NET.jacrev().apply(params(), random(5, 6, 3)).asParams();
        assertThat(tree.get("W1").shape()).isEqualTo(Shape.of(6, 2, 3, 4));
        Params other = NET.jacfwd().apply(params(), random(5, 6, 3)).asParams();
        for (String name : tree.names()) {
            assertClose(tree.get(name), other.get(name), 32 * 0x1p-52);
        }
    }

    @Test
    void vmapIsALoop() {
        Fn f = Fn.of("f", (x, w) -> x.matmul(w).tanh().softmax(-1));
        Tensor xs = random(9, 5, 3, 4);
        Tensor w = random(10, 4, 6);
        Tensor batched = f.vmap(new int[]{0, Fn.UNMAPPED}, 0).apply(xs, w).asTensor();
        for (int i = 0; i < 5; i++) {
            assertClose(batched.at(0, i), f.apply(xs.at(0, i), w).asTensor(), 16 * 0x1p-52);
        }
        Tensor last = f.vmap(new int[]{1, Fn.UNMAPPED}, 2).apply(xs.moveAxis(0, 1), w).asTensor();
        assertClose(last.moveAxis(2, 0), batched, 16 * 0x1p-52);
    }

    @Test
    void transformationsCompose() {
        Fn cube = Fn.of("cube", x -> x.times(x).times(x).sum());
        Tensor x = Tensor.scalar(1.5);
        assertThat(cube.grad().grad().apply(x).asTensor().item()).isEqualTo(9.0);
        assertThat(cube.grad().grad().grad().apply(x).asTensor().item()).isEqualTo(6.0);
        Tensor points = Tensor.of(-1.0, 0.5, 2);
        assertThat(cube.grad().vmap().apply(points).asTensor()).isEqualTo(points.square().times(3));
        Tuple pushed = cube.grad().jvp().apply(points, Tensor.ones(DType.F64, 3)).asTuple();
        assertThat(pushed.get(1)).isEqualTo(points.times(6));
    }

    @Test
    void theInnerDerivativeDoesNotSeeTheOuterTangent() {
        // d/dx [x · d/dy (x + y)] = 1, the example on which perturbation confusion shows (Siskind and Pearlmutter 2005)
        Fn outer = Fn.of("outer", x -> x.times(Fn.of("inner", y -> x.plus(y)).grad().apply(x)));
        assertThat(outer.grad().apply(Tensor.scalar(3)).asTensor().item()).isEqualTo(1.0);
    }

    @Test
    void linearizationsApplyJacobianAndTranspose() {
        Tensor x = random(5, 6, 3);
        Params p = params();
        var lin = NET.linearize(p, x);
        assertClose(lin.output().asTensor(), NET.apply(p, x).asTensor(), 0);
        Params jacobian = NET.jacrev().apply(p, x).asParams();
        Tensor dense = Tensor.concat(1, jacobian.leaves()
                .stream()
                .map(leaf -> leaf.reshape(12, -1))
                .toArray(
                        Tensor[]::new));
        Tensor v = random(11, p.size(), 5);
        Tensor u = random(12, 12, 5);
        assertClose(lin.forward().applyBlock(v), dense.matmul(v), 64 * 0x1p-52);
        assertClose(lin.transpose().applyBlock(u), dense.transpose().matmul(u), 64 * 0x1p-52);
        assertClose(lin.forward().apply(v.at(1, 2)), dense.matmul(v.at(1, 2)), 64 * 0x1p-52);
        var kernel = lin.transpose().then(lin.forward());
        assertClose(kernel.applyBlock(u), dense.matmul(dense.transpose().matmul(u)), 1024 * 0x1p-52);
        assertClose(kernel.plus(kernel.scale(2)).apply(u.at(1, 0)), kernel.apply(u.at(1, 0)).times(3), 1024 * 0x1p-52);
        assertClose(kernel.transpose().apply(u.at(1, 0)), kernel.apply(u.at(1, 0)), 1024 * 0x1p-52);
    }

    @Test
    void derivativesAtKinksAreTheDocumentedOnes() {
        Tensor at = Tensor.of(-2.0, 0, 3);
        assertThat(Fn.of("abs", x -> x.abs().sum()).grad().apply(at)).isEqualTo(Tensor.of(-1.0, 0, 1));
        assertThat(Fn.of("relu", x -> x.relu().sum()).grad().apply(at)).isEqualTo(Tensor.of(0.0, 0, 1));
        assertThat(Fn.of("max", x -> x.max(x.filled(0)).sum()).grad().apply(at)).isEqualTo(Tensor.of(0.0, 0.5, 1));
        assertThat(Fn.of("largest", x -> x.max()).grad().apply(Tensor.of(1.0, 4, 4))).isEqualTo(Tensor.of(0.0, 0.5,
                0.5));
        assertThat(Fn.of("softplus", x -> x.softplus().sum()).hessian().apply(Tensor.of(0.0)).asTensor().item())
                .isEqualTo(
                        0.25);
    }

    @Test
    void aCustomRuleReplacesTheDerivative() {
        Fn clipped = Fn.of("clipped", x -> x.times(x)).customJvp(Fn.of("rule", (x, dx) -> dx.times(10)));
        Fn loss = Fn.of("loss", x -> clipped.apply(x).sum());
        assertThat(loss.apply(Tensor.of(3.0)).asTensor().item()).isEqualTo(9.0);
        assertThat(loss.grad().apply(Tensor.of(3.0))).isEqualTo(Tensor.of(10.0));
        assertThat(loss.grad().vmap().apply(Tensor.of(new double[][]{{3}, {4}})))
                .isEqualTo(Tensor.of(new double[][]{{10},
                        {10}}));
    }

    @Test
    void errorsNameTheOperationTheShapesAndTheUsersLine() {
        Fn wrong = Fn.of("wrong", (p, x) -> x.matmul(p.get("W1")));
        assertThatThrownBy(() -> wrong.apply(params(), random(1, 200, 49))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("matmul: inner dimensions differ: left is [200, 49], right is [3, 4]")
                .hasMessageContaining("FnTest.java:");
        assertThatThrownBy(() -> NET.grad().apply(params(), random(1, 2, 3))).hasMessageContaining("scalar");
        assertThatThrownBy(() -> NET.apply(params())).hasMessage("net: expected 2 inputs, got 1");
        assertThatThrownBy(() -> Fn.of("f", x -> x.get("Wx")).apply(params())).hasMessageContaining(
                "no entry named \"Wx\"; there are W1, b1, W2, b2");
        assertThatThrownBy(() -> Fn.of("f", x -> x.sum()).grad().apply(Tensor.of(1, 2))).hasMessageContaining("i32");
    }

    @Test
    void treesGoInAndOut() {
        Fn f = Fn.of("f", (p, t) -> Expr.tuple(p.get("W1").sum(), t.get(0).plus(t.get(1))));
        Tuple result = f.apply(params(), Tree.tuple(Tensor.scalar(1), Tensor.scalar(2))).asTuple();
        assertThat(result.get(1).asTensor().item()).isEqualTo(3.0);
        assertThat(params().unflatten(params().flatten())).isEqualTo(params());
        assertThat(List.of(params().size())).containsExactly(12 + 4 + 8 + 2);
    }
}
