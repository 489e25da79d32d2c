package cotangent.dsl.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.Padding;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.ParameterUse.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ParameterFactorsTest {
    private static final int N = 3;

    /**
     * A model of N samples.
     *
     * @param function   of (parameters, inputs)
     * @param parameters drawn small
     * @param x          its inputs
     * @param axis       along which samples lie in inputs and outputs
     * @param uses       number of uses of each leaf
     */
    record Model(Fn function, Tree parameters, Tree x, int axis, int... uses) {
        private Model as(DType dtype) {
            return new Model(function, cast(parameters, dtype), cast(x, dtype), axis, uses);
        }

        ParameterFactors factors() {
            return ParameterFactors.of(function, new int[]{Fn.UNMAPPED, axis}, parameters, x);
        }

        @Override
        public String toString() {
            return function.name() + " " + parameters.leaves().getFirst().dtype();
        }
    }

    private static Tree cast(Tree tree, DType dtype) {
        return tree.structure()
                .build(tree.leaves()
                        .stream()
                        .map(leaf -> leaf.dtype().isFloating() ? leaf.cast(dtype) : leaf)
                        .toList());
    }

    static Tensor draw(int seed, int... extents) {
        return Key.of(seed).normal(Shape.of(extents), DType.F64).times(0.4);
    }

    static Params named(Object... entries) {
        java.util.Map<String, Tree> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], (Tree) entries[i + 1]);
        }
        return Params.of(map);
    }

    private static Params recurrent(int gates) {
        return named("weight_ih", draw(1, gates * 4, 2), "weight_hh", draw(2, gates * 4, 4), "bias_ih",
                draw(3, gates * 4),
                "bias_hh", draw(4, gates * 4));
    }

    static Stream<Model> models() {
        Model mlp = new Model(Fn.of("mlp", (p, x) -> x.matmul(p.get("W1"))
                .plus(p.get("b1"))
                .tanh()
                .matmul(p.get("W2"))
                .plus(p.get("b2"))), named("W1", draw(1, 5, 4), "b1", draw(2, 4), "W2", draw(3, 4, 2), "b2", draw(4, 2),
                        "unused", draw(5, 3)),
                draw(6, N, 5), 0, 1, 1, 1, 1, 0);
        Tensor state = Tensor.zeros(DType.F64, N, 4);
        Model rnn = new Model(
                Fn.of("rnn", (p, x) -> Nn.rnn(p, x.get(0).moveAxis(0, 1), x.get(1)).get(0).moveAxis(1, 0)),
                recurrent(1),
                Tree.tuple(draw(5, N, 5, 2), state), 0, 1, 1, 1, 1);
        Model gru = new Model(
                Fn.of("gru", (p, x) -> Nn.gru(p, x.get(0).moveAxis(0, 1), x.get(1)).get(0).moveAxis(1, 0)),
                recurrent(3), Tree.tuple(draw(5, N, 5, 2), state), 0, 1, 1, 1, 1);
        Model lstm = new Model(Fn.of("lstm", (p, x) -> Nn.lstm(p, x.get(0).moveAxis(0, 1), Expr.tuple(x.get(1), x.get(
                1))).get(0).moveAxis(1, 0)), recurrent(4), Tree.tuple(draw(5, N, 5, 2), state), 0, 1, 1, 1, 1);
        Model last = new Model(Fn.of("last state, time first", (p, x) -> Nn.gru(p, x, x.at(0, 0).matmul(p.get("start")))
                .get(1)), recurrent(3).with("start", draw(9, 2, 4)), draw(5, 5, N, 2), 1, 1, 1, 1, 1, 1);
        Model conv = new Model(Fn.of("convolution",
                (p, x) -> x.conv(p.get("k"), 1, Padding.SAME)
                        .plus(p.get("c"))
                        .tanh()
                        .avgPool(2)
                        .reshape(N, 12)
                        .matmul(p.get("W"))),
                named("k", draw(1, 3, 3, 2, 3), "c", draw(2, 3), "W",
                        draw(3, 12, 2)),
                draw(4, N, 4, 4, 2), 0, 1, 1, 1);
        Model attention = new Model(Fn.of("attention", (p, x) -> {
            Expr h = Nn.layerNorm(x, p.get("gain"), p.get("shift"));
            Expr mixed = Nn.attention(h.matmul(p.get("q")), h.matmul(p.get("k")), h.matmul(p.get("v")), 2, true);
            return x.plus(mixed.matmul(p.get("o")));
        }), named("gain", draw(1, 4), "shift", draw(2, 4), "q", draw(3, 4, 4), "k", draw(4, 4, 4), "v", draw(5, 4, 4),
                "o", draw(6, 4, 4)), draw(7, N, 3, 4), 0, 1, 1, 1, 1, 1, 1);
        Model tied = new Model(Fn.of("tied",
                (p, x) -> x.matmul(p.get("W"))
                        .tanh()
                        .matmul(p.get("W"))
                        .sin()
                        .matmul(p.get(
                                "W").swapAxes(0, 1))
                        .plus(p.get("W").at(0, 1))),
                named("W", draw(1, 4, 4)), draw(2, N, 4), 0, 4);
        Model left = new Model(Fn.of("weight first", (p, x) -> p.get("W")
                .matmul(x)
                .swapAxes(0, 1)
                .tanh()
                .times(p.get(
                        "rows"))),
                named("W", draw(1, 4, 5), "rows", draw(3, N, 4)), draw(2, 5, N), 1, 1, 1);
        return Stream.of(mlp, rnn, gru, lstm, last, conv, attention, tied, left)
                .flatMap(model -> Stream.of(model, model
                        .as(DType.F32)));
    }

    /** At most 10^4 roundings lie on any path to a result, and nothing on the way is larger than a few times this. */
    static double tolerance(Tensor expected) {
        double largest = Arrays.stream(expected.toDoubles()).map(Math::abs).reduce(1, Math::max);
        return 1e4 * (expected.dtype() == DType.F32 ? 0x1p-24 : 0x1p-53) * largest;
    }

    private static void requireSame(double[] actual, Tensor expected, String what) {
        assertThat(actual).as(what).containsExactly(expected.toDoubles(), within(tolerance(expected)));
    }

    /** Where each leaf's elements begin in the flattened parameters. */
    static int[] starts(Tree parameters) {
        int[] starts = new int[parameters.leaves().size() + 1];
        for (int i = 0; i + 1 < starts.length; i++) {
            starts[i + 1] = starts[i] + parameters.leaves().get(i).type().size();
        }
        return starts;
    }

    /** Adds a use's part of the gradient, from the positions of one sample or (-1) all, where it belongs. */
    private static void add(ParameterUse use, Tensor cotangent, int sample, int start, double[] gradient) {
        double[] x = use.input().toDoubles();
        double[] delta = cotangent.toDoubles();
        double[] places = use.places().toDoubles();
        for (int g = 0; g < use.groups(); g++) {
            for (int p = 0; p < use.positions(); p++) {
                Tensor samples = use.samples();
                boolean counts = sample < 0 || samples != null && samples.get(p) == sample;
                for (int i = 0; counts && i < use.in(); i++) {
                    for (int o = 0; o < use.out(); o++) {
                        gradient[start
                                + (int) places[(g * use.in() + i) * use.out() + o]] += x[(g * use.positions() + p)
                                        * use.in() + i] * delta[(g * use.positions() + p) * use.out() + o];
                    }
                }
            }
        }
    }

    private static double[] gradient(Model model, ParameterFactors factors, Tensor u, int sample) {
        int[] starts = starts(model.parameters);
        double[] gradient = new double[starts[starts.length - 1]];
        List<Tensor> cotangents = factors.cotangents(u);
        for (int i = 0; i < cotangents.size(); i++) {
            ParameterUse use = factors.uses().get(i);
            add(use, cotangents.get(i), sample, starts[use.leaf()], gradient);
        }
        return gradient;
    }

    private static Tensor cotangent(Linearization linearization, DType dtype) {
        return Key.of(77).normal(Shape.of(linearization.forward().outputSize()), dtype);
    }

    @ParameterizedTest
    @MethodSource("models")
    void theUsesMakeUpTheGradient(Model model) {
        ParameterFactors factors = model.factors();
        Linearization linearization = model.function.linearize(model.parameters, model.x);
        Tensor u = cotangent(linearization, model.parameters.leaves().getFirst().dtype());
        for (int leaf = 0; leaf < model.uses.length; leaf++) {
            assertThat(factors.uses(leaf)).as("uses of leaf %d", leaf).hasSize(model.uses[leaf]);
        }
        assertThat(factors.leafCount()).isEqualTo(model.uses.length);
        requireSame(factors.output().leaves().getFirst().toDoubles(), linearization.output().leaves().getFirst(),
                "value");
        requireSame(gradient(model, factors, u, -1), linearization.transpose().apply(u), "gradient");
        List<Tensor> cotangents = factors.cotangents(u);
        for (int i = 0; i < cotangents.size(); i++) {
            ParameterUse use = factors.uses().get(i);
            double[] part = new double[model.parameters.leaves().get(use.leaf()).type().size()];
            add(use, cotangents.get(i), -1, 0, part);
            Tensor own = use.gradient(cotangents.get(i));
            double[] placed = new double[part.length];
            for (int e = 0; e < own.type().size(); e++) {
                placed[(int) use.places().flatten().get(e)] += own.flatten().get(e);
            }
            requireSame(placed, Tensor.of(part).cast(own.dtype()), use.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void positionsOfASampleMakeUpItsGradient(Model model) {
        ParameterFactors factors = model.factors();
        Linearization linearization = model.function.linearize(model.parameters, model.x);
        DType dtype = model.parameters.leaves().getFirst().dtype();
        Tensor u = cotangent(linearization, dtype);
        List<Tensor> cotangents = factors.cotangents(u);
        int[] starts = starts(model.parameters);
        int judged = 0;
        for (int sample = 0; sample < N; sample++) {
            // Samples are the first axis of every output here.
            double[] own = u.toDoubles();
            for (int i = 0; i < own.length; i++) {
                own[i] = i / (own.length / N) == sample ? own[i] : 0;
            }
            Tensor expected = linearization.transpose().apply(Tensor.of(own).cast(dtype));
            for (int leaf = 0; leaf < factors.leafCount(); leaf++) {
                List<ParameterUse> uses = factors.uses(leaf);
                if (uses.stream().allMatch(ParameterUse::hasSamples)) {
                    judged++;
                    Tensor part = expected.slice(0, starts[leaf], starts[leaf + 1]);
                    double[] actual = gradient(model, factors, u, sample);
                    requireSame(Arrays.copyOfRange(actual, starts[leaf], starts[leaf + 1]), part, "sample " + sample
                            + ", leaf " + leaf);
                    if (uses.size() == 1) {
                        Tensor delta = cotangents.get(factors.uses().indexOf(uses.getFirst()));
                        double norm = Arrays.stream(part.toDoubles()).map(entry -> entry * entry).sum();
                        assertThat(uses.getFirst().squaredNorms(delta, N)[sample]).isCloseTo(norm, within(2 * tolerance(
                                part) * Math.max(1, norm)));
                    }
                }
            }
        }
        // All but a gain with entries of its own for every sample.
        assertThat(judged).isGreaterThanOrEqualTo(N * (factors.leafCount() - 1));
    }

    @ParameterizedTest
    @MethodSource("models")
    void pairsOfPositionsMakeUpTheTangentKernel(Model model) {
        ParameterFactors factors = model.factors();
        Linearization linearization = model.function.linearize(model.parameters, model.x);
        int all = linearization.forward().outputSize();
        int stride = Math.max(1, all / 8);
        Tensor unit = Tensor.eye(all, model.parameters.leaves().getFirst().dtype());
        // Some of the outputs, of all samples.
        Tensor identity = Tensor.concat(1,
                Stream.iterate(0, row -> row < all, row -> row + stride)
                        .map(row -> unit.slice(1,
                                row, row + 1))
                        .toArray(Tensor[]::new));
        int rows = identity.shape().extent(1);
        Tensor jacobian = linearization.transpose().applyBlock(identity);
        Tensor expected = jacobian.swapAxes(0, 1).matmul(jacobian);
        List<List<Tensor>> cotangents = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            cotangents.add(factors.cotangents(identity.at(1, row)));
        }
        double[] kernel = new double[rows * rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                for (int a = 0; a < factors.uses().size(); a++) {
                    for (int b = 0; b < factors.uses().size(); b++) {
                        kernel[i * rows + j] += inner(factors.uses().get(a), cotangents.get(i).get(a),
                                factors.uses()
                                        .get(
                                                b),
                                cotangents.get(j).get(b), a == b);
                    }
                }
            }
        }
        requireSame(kernel, expected, "kernel");
    }

    /** The inner product of two uses' parts of two gradients, by pairs of positions where both see the leaf alike. */
    private static double inner(ParameterUse a, Tensor da, ParameterUse b, Tensor db, boolean same) {
        if (a.leaf() != b.leaf()) {
            return 0;
        }
        if (same) {
            Tensor inputs = a.input().matmul(b.input().swapAxes(1, 2));
            return inputs.times(da.matmul(db.swapAxes(1, 2))).sum().item();
        }
        int size = 1 + (int) Math.max(a.places().max().item(), b.places().max().item());
        double[] first = new double[size];
        double[] second = new double[size];
        add(a, da, -1, 0, first);
        add(b, db, -1, 0, second);
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += first[i] * second[i];
        }
        return sum;
    }

    @Test
    void aBlockOfCotangentsIsOneProgram() {
        Model model = models().skip(4).findFirst().orElseThrow();
        ParameterFactors factors = model.factors();
        Tensor u = draw(8, factors.program().outputSize(), 3);
        Tensor block = factors.program().transpose().applyBlock(u);
        requireSame(block.at(1, 1).toDoubles(), factors.program().transpose().apply(u.at(1, 1)), "column");
    }

    @Test
    void aRecurrentWeightMeetsTheStatesOfAllTimes() {
        ParameterFactors factors = models().skip(4).findFirst().orElseThrow().factors();
        ParameterUse use = factors.uses(1).getFirst();
        assertThat(use.kind()).isEqualTo(Kind.PRODUCT);
        assertThat(use.input().shape()).isEqualTo(Shape.of(1, 5 * N, 4));
        assertThat(use.cotangentShape()).isEqualTo(Shape.of(1, 5 * N, 12));
        assertThat(use.samples()).isEqualTo(Tensor.of(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2));
        assertThat(use).hasToString("product of leaf 1: x f64[1, 15, 4], cotangent [1, 15, 12]");
    }

    @Test
    void whatIsNoProductIsUsedAsAWhole() {
        Fn embedding = Fn.of("embedding", (p, ids) -> p.gather(0, ids).tanh());
        Tensor table = draw(1, 6, 2);
        Tensor ids = Tensor.of(3, 1, 3);
        ParameterFactors factors = ParameterFactors.of(embedding, new int[]{Fn.UNMAPPED, 0}, table, ids);
        ParameterUse use = factors.uses().getFirst();
        assertThat(use.kind()).isEqualTo(Kind.WHOLE);
        assertThat(use.hasSamples()).isFalse();
        Tensor u = draw(2, 6);
        assertThat(factors.cotangents(u).getFirst().flatten()).isEqualTo(embedding.linearize(table, ids)
                .transpose()
                .apply(
                        u));
        assertThatThrownBy(() -> use.squaredNorms(factors.cotangents(u).getFirst(), 3))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("not known");
    }

    @Test
    void whatMixesSamplesHasNone() {
        Fn centred = Fn.of("centred", (w, x) -> x.matmul(w).mean(0).matmul(w));
        ParameterFactors factors = ParameterFactors.of(centred, new int[]{Fn.UNMAPPED, 0}, draw(1, 2, 2),
                draw(2, N, 2));
        assertThat(factors.uses().get(0).hasSamples()).isTrue();
        assertThat(factors.uses().get(1).hasSamples()).isFalse();
    }

    @Test
    void withoutParametersThereIsNoProgram() {
        ParameterFactors factors = ParameterFactors.of(Fn.of("constant", (w, x) -> x.sin()), draw(1, 2), draw(2, 3));
        assertThat(factors.uses()).isEmpty();
        assertThat(factors.cotangents(draw(3, 3))).isEmpty();
        assertThatThrownBy(factors::program).isInstanceOf(ShapeException.class).hasMessageContaining("no parameter");
    }

    @Test
    void wrongArgumentsAreRefused() {
        Fn product = Fn.of("product", (Expr w, Expr x) -> x.matmul(w));
        assertThatThrownBy(() -> ParameterFactors.of(product, new int[]{Fn.UNMAPPED}, draw(1, 2, 2), draw(2, 3, 2)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("expected 2 sample axes");
        assertThatThrownBy(() -> ParameterFactors.of(product, new int[]{Fn.UNMAPPED, 2}, draw(1, 2, 2), draw(2, 3, 2)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("no sample axis 2");
        ParameterUse use = ParameterFactors.of(product, draw(1, 2, 2), draw(2, 3, 2)).uses().getFirst();
        assertThatThrownBy(() -> use.gradient(draw(3, 3, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("expected a cotangent f64[1, 3, 2]");
    }
}
