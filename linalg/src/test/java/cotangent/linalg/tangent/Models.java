package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.Padding;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A model of every family, small, with samples along the first axis of inputs and outputs unless said. */
public final class Models {
    private Models() {}

    /**
     * A model.
     *
     * @param function   of (parameters, inputs)
     * @param parameters drawn small
     * @param x          its inputs
     * @param other      inputs of more samples
     * @param axis       along which samples lie in inputs
     */
    public record Model(Fn function, Tree parameters, Tree x, Tree other, int axis) {
        /** The model in another dtype. */
        public Model as(DType dtype) {
            return new Model(function, cast(parameters, dtype), cast(x, dtype), cast(other, dtype), axis);
        }

        /** Of everything. */
        public DType dtype() {
            return parameters.leaves().getFirst().dtype();
        }

        @Override
        public String toString() {
            return function.name() + " " + dtype();
        }
    }

    private static Tree cast(Tree tree, DType dtype) {
        return tree.structure().build(tree.leaves().stream().map(leaf -> leaf.cast(dtype)).toList());
    }

    static Tensor draw(int seed, int... extents) {
        return Key.of(seed).normal(Shape.of(extents), DType.F64).times(0.5);
    }

    static Params named(Object... entries) {
        Map<String, Tree> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], (Tree) entries[i + 1]);
        }
        return Params.of(map);
    }

    private static Params recurrent(int gates) {
        return named("weight_ih", draw(1, gates * 4, 2), "weight_hh", draw(2, gates * 4, 4), "bias_ih", draw(3, gates
                * 4), "bias_hh", draw(4, gates * 4));
    }

    private static Model recurrent(String name, int gates, java.util.function.BinaryOperator<Expr> cell) {
        return new Model(Fn.of(name, (p, x) -> cell.apply(p, x.moveAxis(0, 1)).moveAxis(1, 0)), recurrent(gates), draw(
                5, 3, 6, 2), draw(6, 4, 6, 2), 0);
    }

    private static Expr zeros(Expr sequence) {
        return sequence.at(0, 0).slice(1, 0, 1).times(0).broadcastTo(sequence.shape().extent(1), 4);
    }

    /** A dense network with a parameter that it does not use. */
    public static Model mlp() {
        return new Model(Fn.of("mlp", (p, x) -> x.matmul(p.get("W1"))
                .plus(p.get("b1"))
                .tanh()
                .matmul(p.get("W2"))
                .plus(
                        p.get("b2"))
                .tanh()
                .matmul(p.get("W3"))
                .plus(p.get("b3"))), named("W1", draw(1, 5, 8), "b1", draw(2, 8),
                        "W2", draw(3, 8, 6), "b2", draw(4, 6), "unused", draw(5, 3), "W3", draw(6, 6, 3), "b3", draw(7,
                                3)),
                draw(8, 7, 5), draw(9, 5, 5), 0);
    }

    /** Models whose samples are kept apart, in both dtypes. */
    public static Stream<Model> separable() {
        Model single = new Model(Fn.of("one output", (p, x) -> x.matmul(p.get("W")).tanh().sum(1)), named("W", draw(1,
                5, 4)), draw(2, 9, 5), draw(3, 6, 5), 0);
        Model rnn = recurrent("rnn", 1, (p, x) -> Nn.rnn(p, x, zeros(x)).get(0));
        Model gru = recurrent("gru", 3, (p, x) -> Nn.gru(p, x, zeros(x)).get(0));
        Model lstm = recurrent("lstm", 4, (p, x) -> Nn.lstm(p, x, Expr.tuple(zeros(x), zeros(x))).get(0));
        Model timeFirst = new Model(Fn.of("gru, time first", (p, x) -> Nn.gru(p, x, zeros(x)).get(0)), recurrent(3),
                draw(5, 4, 3, 2), draw(6, 4, 5, 2), 1);
        Model conv = new Model(Fn.of("convolution", (p, x) -> x.conv(p.get("k"), 1, Padding.SAME)
                .plus(p.get("c"))
                .tanh()
                .avgPool(2)
                .reshape(x.shape().extent(0), 12)
                .matmul(p.get("W"))), named("k", draw(1, 3, 3, 2, 3),
                        "c", draw(2, 3), "W", draw(3, 12, 2)),
                draw(4, 3, 4, 4, 2), draw(5, 4, 4, 4, 2), 0);
        Model attention = new Model(Fn.of("attention", (p, x) -> {
            Expr h = Nn.layerNorm(x, p.get("gain"), p.get("shift"));
            Expr mixed = Nn.attention(h.matmul(p.get("q")), h.matmul(p.get("k")), h.matmul(p.get("v")), 2, true);
            return x.plus(mixed.matmul(p.get("o")));
        }), named("gain", draw(1, 4), "shift", draw(2, 4), "q", draw(3, 4, 4), "k", draw(4, 4, 4), "v", draw(5, 4, 4),
                "o", draw(6, 4, 4)), draw(7, 3, 5, 4), draw(8, 2, 5, 4), 0);
        Model tied = new Model(Fn.of("tied", (p, x) -> x.matmul(p.get("W"))
                .tanh()
                .matmul(p.get("W"))
                .sin()
                .matmul(p
                        .get("W")
                        .swapAxes(0, 1))
                .plus(p.get("W").at(0, 1))), named("W", draw(1, 4, 4)), draw(2, 6, 4), draw(3,
                        3, 4),
                0);
        Model tuple = new Model(Fn.of("two outputs", (p, x) -> {
            Expr h = x.matmul(p.get("W")).tanh();
            return Expr.tuple(h, h.matmul(p.get("V")));
        }), named("W", draw(1, 4, 3), "V", draw(2, 3, 2)), draw(3, 5, 4), draw(4, 3, 4), 0);
        return Stream.of(mlp(), single, rnn, gru, lstm, timeFirst, conv, attention, tied, tuple)
                .flatMap(
                        model -> Stream.of(model, model.as(DType.F32)));
    }

    /** Models that mix samples, or give each its own parameters, in both dtypes. */
    public static Stream<Model> mixing() {
        Model norm = new Model(Fn.of("batch norm", (p, x) -> {
            Expr h = x.matmul(p.get("W"));
            Expr centred = h.minus(h.mean(0));
            return centred.dividedBy(centred.square().mean(0).plus(0.1).sqrt()).matmul(p.get("V"));
        }), named("W", draw(1, 4, 3), "V", draw(2, 3, 2)), draw(3, 5, 4), draw(4, 3, 4), 0);
        Model gain = new Model(Fn.of("a row for each sample", (p, x) -> x.matmul(p.get("W")).times(p.get("W").sum())),
                named("W", draw(1, 4, 3)), draw(3, 5, 4), draw(4, 3, 4), 0);
        return Stream.of(norm, gain).flatMap(model -> Stream.of(model, model.as(DType.F32)));
    }

    static List<Tree> inputs(Model model) {
        return List.of(model.parameters(), model.x());
    }
}
