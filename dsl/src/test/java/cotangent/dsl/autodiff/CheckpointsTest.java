package cotangent.dsl.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.GraphVerifier;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.reference.ReferenceBackend;
import cotangent.dsl.simd.SimdBackend;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckpointsTest {
    private static final int B = 3;
    private static final int H = 4;

    private static Tensor draw(int seed, int... extents) {
        return Key.of(seed).normal(Shape.of(extents), DType.F64).times(0.5);
    }

    /** Carries of several kinds, an integer one among them, and steps that make much more than they carry. */
    private static Fn model(boolean reverse) {
        return Fn.of("model", (w, xs) -> {
            Expr first = Expr.tuple(w.at(0, 0).times(0).broadcastTo(B, H), Expr.of(Tensor.scalar(0, DType.I32)));
            Fn.Binary step = (carry, x) -> {
                Expr h = carry.get(0).matmul(w).plus(x).tanh();
                Expr count = carry.get(1).plus(1);
                Expr next = h.sin().times(h).plus(carry.get(0).times(0.5)).minus(h.exp().times(0.1));
                return Expr.tuple(Expr.tuple(next, count), next.times(count.cast(next.dtype())).sum(1));
            };
            Expr result = reverse ? Expr.scanReversed(step, first, xs) : Expr.scan(step, first, xs);
            return Expr.tuple(result.get(0).get(0), result.get(1));
        });
    }

    private static Tree[] arguments(int length) {
        return new Tree[]{draw(1, H, H), draw(2, length, B, H)};
    }

    private static Fn loss(Fn model) {
        return Fn.of("loss", (w, xs) -> {
            Expr result = model.apply(w, xs);
            return result.get(0).square().sum().plus(result.get(1).sin().sum());
        });
    }

    /** At most 10^4 roundings lie on any path from the inputs to a result of size {@code largest}. */
    private static void requireSame(Tree actual, Tree expected, String what) {
        double[] got = actual.leaves().stream().flatMapToDouble(leaf -> Arrays.stream(leaf.toDoubles())).toArray();
        double[] wanted = expected.leaves().stream().flatMapToDouble(leaf -> Arrays.stream(leaf.toDoubles())).toArray();
        double largest = Arrays.stream(wanted).map(Math::abs).reduce(1, Math::max);
        assertThat(got).as(what).containsExactly(wanted, within(1e4 * 0x1p-53 * largest));
    }

    private static void requireSame(UnaryOperator<Fn> derivative, Tree[] inputs, String what) {
        for (boolean reverse : new boolean[]{false, true}) {
            Tree expected = derivative.apply(model(reverse)).on(new ReferenceBackend()).apply(inputs);
            Fn limited = derivative.apply(model(reverse).tapeLimit(0));
            GraphVerifier.verify(limited.trace(Arrays.stream(inputs).map(Tree::structure).toList()).graph());
            requireSame(limited.on(new ReferenceBackend()).apply(inputs), expected, what + ", reference");
            requireSame(limited.on(new SimdBackend()).apply(inputs), expected, what + ", simd");
        }
    }

    /** 16 steps are whole segments, 1 is one, 23 leaves some over. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 23})
    void derivativesAreThoseOfTheWholeLoop(int length) {
        Tree[] inputs = arguments(length);
        requireSame(fn -> fn, inputs, "value");
        Tree u = Tree.tuple(draw(3, B, H), draw(4, length, B));
        requireSame(Fn::jvp, Stream.of(inputs[0], inputs[1], draw(5, H, H), draw(6, length, B, H)).toArray(Tree[]::new),
                "jvp");
        requireSame(fn -> fn.vjp(0, 1), Stream.of(inputs[0], inputs[1], u).toArray(Tree[]::new), "vjp");
    }

    @Test
    void derivativesOfDerivativesAreThoseOfTheWholeLoop() {
        Tree[] inputs = arguments(7);
        requireSame(fn -> loss(fn).hvp(), new Tree[]{inputs[0], inputs[1], draw(7, H, H)}, "hvp");
        requireSame(fn -> loss(fn).grad(1).jacfwd(0), inputs, "jacobian of a gradient");
        Tree[] batch = {draw(8, 2, H, H), inputs[1]};
        requireSame(fn -> loss(fn).grad(0, 1).vmap(new int[]{0, Fn.UNMAPPED}, 0), batch, "batch of gradients");
        requireSame(fn -> loss(fn.tapeLimit(0)).grad(0, 1), inputs, "segments of segments");
    }

    @Test
    void aLimitThatIsMetChangesNothing() {
        Tree[] inputs = arguments(16);
        Fn whole = loss(model(false)).grad();
        Fn limited = loss(model(false).tapeLimit(1 << 20)).grad();
        assertThat(limited.apply(inputs)).isEqualTo(whole.apply(inputs));
        assertThat(loops(limited, inputs)).isEqualTo(loops(whole, inputs));
        assertThat(loops(loss(model(false).tapeLimit(1 << 10)).grad(), inputs)).isGreaterThan(loops(whole, inputs));
    }

    private static int loops(Fn function, Tree... inputs) {
        return loops(function.trace(Arrays.stream(inputs).map(Tree::structure).toList()).graph());
    }

    private static int loops(Graph graph) {
        int loops = 0;
        for (Node node : graph.nodes()) {
            loops += node.op() instanceof Op.Scan scan ? 1 + loops(scan.body()) : 0;
        }
        return loops;
    }

    /** The inputs of all steps stay; of what steps make, a tape of 400 steps keeps 20 steps' carries. */
    @Test
    void aTapeShrinksToTheSquareRootOfItsSteps() {
        int length = 400;
        Tree[] inputs = arguments(length);
        Linearization whole = model(false).linearize(inputs);
        Linearization limited = model(false).tapeLimit(0).linearize(inputs);
        long given = 8L * (length * B * H + H * H);
        long carries = 8L * B * H + 4;
        // Of every step the state before it, which its weights meet, and a factor for what it makes of it.
        assertThat(whole.tapeBytes()).isGreaterThanOrEqualTo(length * 2L * 8 * B * H);
        assertThat(limited.tapeBytes() - given).isBetween(0L, 60 * carries);
        Tensor u = draw(9, limited.forward().outputSize());
        Tensor v = draw(9, limited.forward().inputSize());
        requireSame(limited.transpose().apply(u), whole.transpose().apply(u), "J' u");
        requireSame(limited.forward().apply(v), whole.forward().apply(v), "J v");
        requireSame(limited.transpose().then(limited.forward()).apply(u), whole.transpose()
                .then(whole.forward())
                .apply(u), "J J' u");
    }

    /** What a gradient holds at once, tape and all, from its plan. */
    @Test
    void aGradientsWorkspaceShrinksWithTheLimit() {
        Tree[] inputs = arguments(400);
        long whole = workspace(loss(model(false)).grad(), inputs);
        long limited = workspace(loss(model(false).tapeLimit(0)).grad(), inputs);
        assertThat(limited).isLessThan(whole / 4);
    }

    private static long workspace(Fn function, Tree... inputs) {
        Matcher matcher = Pattern.compile("workspace (\\d+) bytes")
                .matcher(function.on(new SimdBackend()).explain(inputs));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void recurrentLayersMayBeCut() {
        Params parameters = Params.of(new java.util.LinkedHashMap<>())
                .with("weight_ih", draw(1, 3 * H, 2))
                .with("weight_hh", draw(2, 3 * H, H))
                .with("bias_ih", draw(3, 3 * H))
                .with("bias_hh", draw(4, 3 * H));
        Tensor x = draw(5, 30, B, 2);
        Tensor h = draw(6, B, H);
        Fn gru = Fn.of("gru", (p, in, s) -> Nn.gru(p, in, s).get(0));
        Linearization whole = gru.linearize(parameters, x, h);
        Linearization limited = gru.tapeLimit(0).linearize(parameters, x, h);
        assertThat(limited.tapeBytes()).isLessThan(whole.tapeBytes());
        Tensor u = draw(7, 30 * B * H, 3);
        requireSame(limited.transpose().then(limited.forward()).applyBlock(u), whole.transpose()
                .then(whole.forward())
                .applyBlock(u), "K U");
    }

    @Test
    void aNegativeLimitIsRefused() {
        assertThatThrownBy(() -> model(false).tapeLimit(-1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a number of bytes");
        assertThat(List.of(model(false).tapeLimit(0).arity())).containsExactly(2);
    }
}
