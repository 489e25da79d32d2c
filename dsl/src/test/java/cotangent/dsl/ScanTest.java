package cotangent.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.autodiff.Linearization;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.GraphVerifier;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.reference.ReferenceBackend;
import cotangent.dsl.simd.SimdBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScanTest {
    private static final int H = 3;
    private static final int IN = 2;
    private static final int B = 4;

    /** A loop over time: the one under test, or a plain loop of the same steps. */
    @FunctionalInterface
    private interface Looping {
        Expr scan(Fn.Binary step, Expr initial, Expr sequences);
    }

    private static Expr unrolled(Fn.Binary step, Expr initial, Expr sequence) {
        return unrolled(step, initial, sequence, false);
    }

    private static Expr unrolled(Fn.Binary step, Expr initial, Expr sequence, boolean reverse) {
        int length = sequence.shape().extent(0);
        Expr carry = initial;
        List<Expr> stacked = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            int time = reverse ? length - 1 - i : i;
            Expr result = step.apply(carry, sequence.at(0, time));
            carry = result.get(0);
            stacked.add(reverse ? 0 : i, result.get(1));
        }
        return Expr.tuple(carry, Expr.stack(0, stacked.toArray(Expr[]::new)));
    }

    /** Everything at once: a tree of carries, an integer one, closed-over values, parts that do not need the carry. */
    private static Fn model(Looping loop) {
        return Fn.of("model", (w, xs, h) -> {
            Expr scale = w.sum().sin();
            Expr counter = Expr.of(Tensor.scalar(0, DType.I32));
            Expr result = loop.scan((carry, x) -> {
                Expr input = x.matmul(w.slice(0, 0, IN)).tanh();
                Expr state = carry.get(0).matmul(w.slice(0, IN, IN + H)).plus(input).times(scale).tanh();
                Expr count = carry.get(2).plus(1);
                Expr memory = carry.get(1).plus(state.times(count.cast(state.dtype())));
                Expr seen = memory.greaterThan(0).where(memory, x.sum().broadcastTo(memory.shape()).times(0.5));
                return Expr.tuple(Expr.tuple(state, memory, count), seen.plus(w.at(0, 0)));
            }, Expr.tuple(h, h.times(0), counter), xs);
            return Expr.tuple(result.get(0).get(0), result.get(0).get(1), result.get(1));
        });
    }

    private static Tensor random(long seed, int... extents) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] elements = random.doubles(Shape.of(extents).size(), -1, 1).toArray();
        return Tensor.of(elements).reshape(extents);
    }

    private static Tree[] arguments(int length) {
        return new Tree[]{random(1, IN + H, H), random(2, length, B, IN), random(3, B, H)};
    }

    /** At most 10^4 roundings lie on any path from the inputs to a result of size {@code largest}. */
    private static void requireSame(Tree actual, Tree expected, String what) {
        assertThat(actual.structure()).as(what).isEqualTo(expected.structure());
        double[] got = actual.leaves().stream().flatMapToDouble(leaf -> Arrays.stream(leaf.toDoubles())).toArray();
        double[] wanted = expected.leaves().stream().flatMapToDouble(leaf -> Arrays.stream(leaf.toDoubles())).toArray();
        double largest = Arrays.stream(wanted).map(Math::abs).reduce(1, Math::max);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(got[i]).as("%s, element %d", what, i).isCloseTo(wanted[i], within(1e4 * 0x1p-53 * largest));
        }
    }

    private static void requireSame(UnaryOperator<Fn> transformation, Tree[] inputs, String what) {
        for (boolean reverse : new boolean[]{false, true}) {
            Fn loop = transformation.apply(model(reverse ? Expr::scanReversed : Expr::scan));
            Fn plain = transformation.apply(model((step, h, xs) -> unrolled(step, h, xs, reverse)));
            Tree expected = plain.on(new ReferenceBackend()).apply(inputs);
            List<Structure> structures = Arrays.stream(inputs).map(Tree::structure).toList();
            GraphVerifier.verify(loop.trace(structures).graph());
            requireSame(loop.on(new ReferenceBackend()).apply(inputs), expected, what + ", reference");
            requireSame(loop.on(new SimdBackend()).apply(inputs), expected, what + ", simd");
        }
    }

    private static Tree[] with(Tree[] inputs, Tree... more) {
        return Stream.concat(Arrays.stream(inputs), Arrays.stream(more)).toArray(Tree[]::new);
    }

    private static Fn loss(Fn model) {
        return Fn.of("loss", 3, in -> {
            Expr result = model.apply(in.toArray(Expr[]::new));
            return result.get(0).square().sum().plus(result.get(1).sin().sum()).plus(result.get(2).square().sum());
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void aScanIsAnUnrolledLoop(int length) {
        requireSame(fn -> fn, arguments(length), "value");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void itsTangentsAreThoseOfTheUnrolledLoop(int length) {
        Tree[] inputs = arguments(length);
        requireSame(Fn::jvp, with(inputs, random(4, IN + H, H), random(5, length, B, IN), random(6, B, H)), "jvp");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void itsCotangentsAreThoseOfTheUnrolledLoop(int length) {
        Tree u = Tree.tuple(random(4, B, H), random(5, B, H), random(6, length, B, H));
        requireSame(fn -> fn.vjp(0, 1, 2), with(arguments(length), u), "vjp");
        for (int argnum = 0; argnum < 3; argnum++) {
            int chosen = argnum;
            requireSame(fn -> fn.vjp(chosen), with(arguments(length), u), "vjp of input " + chosen);
        }
    }

    @Test
    void derivativesOfDerivativesAreThoseOfTheUnrolledLoop() {
        Tree[] inputs = arguments(3);
        requireSame(fn -> loss(fn).hvp(), with(inputs, random(7, IN + H, H)), "hvp");
        Fn norm = Fn.of("square", 1, in -> in.get(0).square().sum());
        requireSame(fn -> {
            Fn gradient = loss(fn).grad(0, 2);
            return Fn.of("norm", 3, in -> {
                Expr g = gradient.apply(in.toArray(Expr[]::new));
                return norm.apply(g.get(0)).plus(norm.apply(g.get(1)));
            }).grad(0, 1, 2);
        }, inputs, "grad of grad");
        requireSame(fn -> fn.jacrev(2), inputs, "jacrev");
        requireSame(fn -> fn.jacfwd(2), inputs, "jacfwd");
        requireSame(fn -> loss(fn).grad(2).jacfwd(2), inputs, "hessian");
    }

    @Test
    void batchesAreThoseOfTheUnrolledLoop() {
        Tensor w = random(1, IN + H, H);
        Tensor xs = random(2, 5, B, IN);
        Tensor h = random(3, B, H);
        int n = Fn.UNMAPPED;
        requireSame(fn -> fn.vmap(new int[]{n, n, 1}, 0), new Tree[]{w, xs, random(4, B, 2, H)}, "batch of states");
        requireSame(fn -> fn.vmap(new int[]{0, n, n}, 1), new Tree[]{random(5, 2, IN + H, H), xs, h}, "of weights");
        for (int axis = 0; axis < 4; axis++) {
            int chosen = axis;
            Tensor batch = random(6, xs.shape().insert(axis, 2).toArray());
            requireSame(fn -> fn.vmap(new int[]{n, chosen, n}, 0), new Tree[]{w, batch, h}, "batch axis " + axis);
            requireSame(fn -> loss(fn).grad(0, 1, 2).vmap(new int[]{n, chosen, n}, 0), new Tree[]{w, batch, h},
                    "batch of gradients, axis " + axis);
            requireSame(fn -> loss(fn.vmap(new int[]{n, chosen, n}, 0)).grad(0, 1, 2), new Tree[]{w, batch, h},
                    "gradient of a batch, axis " + axis);
        }
    }

    @Test
    void aLinearizationAppliesToBlocks() {
        Tree[] inputs = arguments(6);
        Linearization loop = model(Expr::scan).linearize(inputs);
        Linearization plain = model(ScanTest::unrolled).linearize(inputs);
        Tensor v = random(8, (IN + H) * H, 3);
        Tensor u = random(9, loop.forward().outputSize(), 3);
        requireSame(loop.forward().applyBlock(v), plain.forward().applyBlock(v), "J V");
        requireSame(loop.transpose().applyBlock(u), plain.transpose().applyBlock(u), "J' U");
        requireSame(loop.transpose().then(loop.forward()).applyBlock(u), plain.transpose()
                .then(plain.forward())
                .applyBlock(u), "J J' U");
    }

    @Test
    void aLoopOfNoStepsGivesItsFirstCarry() {
        Tree[] inputs = arguments(0);
        for (var backend : List.of(new ReferenceBackend(), new SimdBackend())) {
            Tuple result = model(Expr::scan).on(backend).apply(inputs).asTuple();
            assertThat(result.get(0)).isEqualTo(inputs[2]);
            assertThat(result.get(2).asTensor().shape()).isEqualTo(Shape.of(0, B, H));
            Tuple gradient = loss(model(Expr::scan)).grad(0, 1, 2).on(backend).apply(inputs).asTuple();
            assertThat(gradient.get(0).asTensor().toDoubles()).containsOnly(0);
            assertThat(gradient.get(1).asTensor().shape()).isEqualTo(Shape.of(0, B, IN));
            requireSame(gradient.get(2), inputs[2].asTensor().times(2), "gradient of |h|^2");
        }
    }

    @Test
    void emptyEntriesAreEntries() {
        Fn sums = Fn.of("sums", (x, h) -> {
            Expr result = Expr.scan((carry, entry) -> Expr.tuple(carry.plus(entry.sum()), entry.times(carry)), h, x);
            return result.get(0).plus(result.get(1).sum());
        });
        for (var backend : List.of(new ReferenceBackend(), new SimdBackend())) {
            Tuple result = sums.valueAndGrad(0, 1)
                    .on(backend)
                    .apply(Tensor.zeros(DType.F64, 3, 0), Tensor.scalar(2))
                    .asTuple();
            assertThat(result.get(0)).isEqualTo(Tensor.scalar(2));
            assertThat(result.get(1).asTuple().get(0).asTensor().shape()).isEqualTo(Shape.of(3, 0));
            assertThat(result.get(1).asTuple().get(1)).isEqualTo(Tensor.scalar(1));
        }
    }

    @Test
    void carriesMayChangePlacesAndBeEqual() {
        Fn exchange = Fn.of("exchange", (a, xs) -> {
            Expr result = Expr.scan((c, x) -> Expr.tuple(Expr.tuple(c.get(1), c.get(0), c.get(2).plus(x), c.get(2)
                    .plus(
                            x)),
                    c), Expr.tuple(a, a.times(2), a, a), xs);
            return Expr.tuple(result.get(0), result.get(1));
        });
        Tensor a = Tensor.of(1.0, 3.0);
        Tensor xs = Tensor.of(new double[][]{{1, 1}, {2, 2}, {3, 3}});
        Tree expected = exchange.on(new ReferenceBackend()).apply(a, xs);
        assertThat(exchange.on(new SimdBackend()).apply(a, xs)).isEqualTo(expected);
        assertThat(expected.asTuple().get(0)).isEqualTo(Tree.tuple(a.times(2), a, Tensor.of(7.0, 9.0), Tensor.of(7.0,
                9.0)));
    }

    @Test
    void loopsNest() {
        UnaryOperator<Fn> same = fn -> fn;
        for (UnaryOperator<Fn> transformation : List.of(same, fn -> fn.grad(0, 1), fn -> fn.grad(0)
                .jacfwd(0), fn -> fn.grad(0, 1).vmap(new int[]{Fn.UNMAPPED, 0}, 0))) {
            boolean batched = transformation.apply(nested(Expr::scan)).name().endsWith("vmap");
            Tree[] inputs = {random(1, H), batched ? random(2, 2, 3, 4, H) : random(2, 3, 4, H)};
            Tree expected = transformation.apply(nested(ScanTest::unrolled)).on(new ReferenceBackend()).apply(inputs);
            Fn loop = transformation.apply(nested(Expr::scan));
            requireSame(loop.on(new ReferenceBackend()).apply(inputs), expected, loop.name());
            requireSame(loop.on(new SimdBackend()).apply(inputs), expected, loop.name());
        }
    }

    private static Fn nested(Looping loop) {
        return Fn.of("nested", (w, xs) -> loop.scan((outer, rows) -> {
            Expr inner = loop.scan((h, x) -> {
                Expr next = h.times(w).plus(x).plus(outer.sin()).tanh();
                return Expr.tuple(next, next.times(x));
            }, outer, rows);
            return Expr.tuple(inner.get(0), inner.get(1).sum());
        }, w.cos(), xs).get(1).sum());
    }

    @Test
    void theGraphDoesNotGrowWithTheNumberOfSteps() {
        Fn gradient = loss(model(Expr::scan)).grad(0, 1, 2);
        int few = size(gradient, 3);
        assertThat(size(gradient, 1000)).isEqualTo(few);
    }

    private static int size(Fn function, int length) {
        return size(function.trace(Arrays.stream(arguments(length)).map(Tree::structure).toList()).graph());
    }

    private static int size(Graph graph) {
        int size = graph.nodes().size();
        for (Node node : graph.nodes()) {
            size += node.op() instanceof Op.Scan scan ? size(scan.body()) : 0;
        }
        return size;
    }

    @Test
    void aGradientRunsThePrimalLoopOnce() {
        Fn gradient = loss(model(Expr::scan)).valueAndGrad(0, 1, 2);
        String plan = gradient.on(new SimdBackend()).explain(arguments(7));
        assertThat(plan.lines().filter(line -> line.contains("scan: 7 times"))).hasSize(2);
        Tree[] batch = {random(1, IN + H, H), random(2, 5, 7, B, IN), random(3, B, H)};
        String batched = gradient.vmap(new int[]{Fn.UNMAPPED, 0, Fn.UNMAPPED}, 0).on(new SimdBackend()).explain(batch);
        assertThat(batched.lines().filter(line -> line.contains("scan: 7 times"))).hasSize(2);
    }

    @Test
    void aCustomRuleMayCount() {
        Fn cube = Fn.of("cube", (Expr x) -> x.square().times(x));
        Fn rule = Fn.of("rule", (x, dx) -> {
            Expr zero = Expr.of(Tensor.scalar(0.0));
            Expr ones = Expr.of(Tensor.of(1.0, 1.0, 1.0));
            Expr result = Expr.scan((c,
                    one) -> Expr.tuple(Expr.tuple(c.get(0).plus(one), c.get(1)
                            .plus(dx.times(c.get(0)
                                    .plus(1)))),
                            one),
                    Expr.tuple(zero, dx.times(0)), ones);
            return result.get(0).get(1).times(x.square()).times(0.5);
        });
        // 1 + 2 + 3 = 6 halves of x^2 make 3 x^2.
        assertThat(cube.customJvp(rule).grad().apply(Tensor.scalar(2))).isEqualTo(Tensor.scalar(12));
    }

    @Test
    void aStepMustKeepTheCarrysType() {
        Fn wrong = Fn.of("wrong", (x, h) -> Expr.scan((c, e) -> Expr.tuple(c.sum(), e), h, x).get(0));
        assertThatThrownBy(() -> wrong.apply(random(1, 3, 2), random(2, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("carry like the first one");
        Fn lengths = Fn.of("lengths",
                (x, y) -> Expr.scan((c, e) -> Expr.tuple(c, c), x.sum(), Expr.tuple(x, y)).get(0));
        assertThatThrownBy(() -> lengths.apply(random(1, 3), random(2, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("one length");
    }
}
