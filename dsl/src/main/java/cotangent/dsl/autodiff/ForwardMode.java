package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import cotangent.dsl.ir.UnaryFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forward mode: every value of a graph becomes a dual number, itself and its tangent, with one rule per primitive.
 *
 * <p>The primal half of a dual number is the graph as it stands, so only tangents are built. A tangent of {@code null}
 * is zero and costs nothing. Every rule is linear in the tangents and multiplies them by primal factors only, so that a
 * factor can be computed once and kept. Reverse mode is this followed by {@link Transpose}.
 */
public final class ForwardMode {
    private final Map<Expr, Expr> tangents = new HashMap<>();

    private ForwardMode() {}

    /** A value and how fast it changes; {@code null} is a tangent of zero. */
    private record Dual(Expr primal, @Nullable Expr tangent) {
        /** The tangent as a value even where it is zero. */
        Expr dense() {
            return tangent == null ? zeros(primal.type()) : tangent;
        }
    }

    /**
     * The tangents of a graph's outputs, as expressions over its inputs and the given tangents.
     *
     * @param inputTangents one per input, of its type, or {@code null} where the input does not vary
     * @return one per output; {@code null} where the output does not depend on what varies
     */
    public static List<@Nullable Expr> tangents(Graph graph, List<? extends @Nullable Expr> inputTangents) {
        ForwardMode mode = new ForwardMode();
        for (int i = 0; i < inputTangents.size(); i++) {
            mode.put(graph.inputs().get(i), inputTangents.get(i));
        }
        for (Node node : graph.nodes()) {
            mode.visit(node);
        }
        List<@Nullable Expr> result = new ArrayList<>();
        graph.outputs().forEach(output -> result.add(mode.tangents.get(output)));
        return result;
    }

    /** A value of zeros. */
    static Expr zeros(TensorType type) {
        return Expr.of(Tensor.scalar(0, type.dtype())).broadcastTo(type.shape());
    }

    private void put(Expr primal, @Nullable Expr tangent) {
        if (tangent != null) {
            tangents.put(primal, tangent);
        }
    }

    private void visit(Node node) {
        List<Dual> inputs = node.inputs().stream().map(input -> new Dual(input, tangents.get(input))).toList();
        if (inputs.stream().allMatch(input -> input.tangent() == null)) {
            return;
        }
        if (node.op() instanceof Op.Custom custom) {
            List<Expr> outputs = new ArrayList<>();
            for (int i = 0; i < node.types().size(); i++) {
                outputs.add(node.output(i));
            }
            List<Expr> results = custom.rule()
                    .tangents(node.inputs(), outputs, inputs.stream()
                            .map(Dual::dense)
                            .toList());
            for (int i = 0; i < results.size(); i++) {
                put(outputs.get(i), results.get(i));
            }
        } else {
            put(node.output(0), tangent(node, inputs));
        }
    }

    private static @Nullable Expr tangent(Node node, List<Dual> in) {
        Op op = node.op();
        Expr y = node.output(0);
        return switch (op) {
            case Op.Unary unary -> unary(unary.function(), in.getFirst(), y);
            case Op.Binary binary -> binary(binary.function(), in.get(0), in.get(1), y);
            case Op.Select ignored -> y.operation(op, List.of(in.get(0).primal(), in.get(1).dense(), in.get(2)
                    .dense()));
            case Op.Cast cast -> cast.dtype().isFloating() && in.getFirst().primal().dtype().isFloating()
                    ? in.getFirst().dense().cast(cast.dtype())
                    : null;
            case Op.Reduce reduce -> reduce(reduce, in.getFirst(), y);
            case Op.Dot ignored -> bilinear(op, in.get(0), in.get(1));
            case Op.Gather ignored -> y.operation(op, List.of(in.get(0).dense(), in.get(1).primal()));
            case Op.ScatterAdd ignored -> y.operation(op, List.of(in.get(0).dense(), in.get(1).primal(), in.get(2)
                    .dense()));
            case Op.Concat ignored -> y.operation(op, in.stream().map(Dual::dense).toList());
            case Op.CumSum ignored -> in.getFirst().dense().operation(op);
            case Op.Transpose ignored -> in.getFirst().dense().operation(op);
            case Op.Reshape ignored -> in.getFirst().dense().operation(op);
            case Op.Broadcast ignored -> in.getFirst().dense().operation(op);
            case Op.Reverse ignored -> in.getFirst().dense().operation(op);
            case Op.Slice ignored -> in.getFirst().dense().operation(op);
            case Op.Pad ignored -> in.getFirst().dense().operation(op);
            case Op.StopGradient ignored -> null;
            case Op.Compare ignored -> null;
            case Op.ArgMax ignored -> null;
            case Op.Random ignored -> null;
            case Op.Input ignored -> null;
            case Op.Constant ignored -> null;
            case Op.Iota ignored -> null;
            case Op.Custom custom -> throw new AssertionError(custom);
        };
    }

    private static @Nullable Expr unary(UnaryFunction function, Dual dual, Expr y) {
        Expr x = dual.primal();
        Expr dx = dual.dense();
        return switch (function) {
            case NEG -> dx.neg();
            case ABS -> dx.times(x.sign());
            case SQRT -> dx.times(y.filled(0.5).dividedBy(y));
            case EXP -> dx.times(y);
            case EXPM1 -> dx.times(y.plus(1));
            case LOG -> dx.dividedBy(x);
            case LOG1P -> dx.dividedBy(x.plus(1));
            case SIN -> dx.times(x.cos());
            case COS -> dx.times(x.sin().neg());
            // (1 - y)(1 + y), not 1 - y^2: the first factor is exact where y is near 1
            case TANH -> dx.times(y.filled(1).minus(y).times(y.plus(1)));
            case SIGMOID -> dx.times(y.times(y.filled(1).minus(y)));
            case ERF -> dx.times(x.square().neg().exp().times(2 / Math.sqrt(Math.PI)));
            case SIGN, NOT -> null;
        };
    }

    private static @Nullable Expr binary(BinaryFunction function, Dual a, Dual b, Expr y) {
        return switch (function) {
            case ADD -> plus(a.tangent(), b.tangent());
            case SUB -> plus(a.tangent(), b.tangent() == null ? null : b.tangent().neg());
            case MUL -> bilinear(new Op.Binary(BinaryFunction.MUL), a, b);
            case DIV -> plus(a.tangent() == null ? null : a.tangent().dividedBy(b.primal()), b.tangent() == null
                    ? null
                    : b.tangent().times(y.dividedBy(b.primal()).neg()));
            case POW -> power(a, b, y);
            case MAX -> plus(scaled(a, () -> share(a.primal(), b.primal())), scaled(b, () -> share(b.primal(), a
                    .primal())));
            case MIN -> plus(scaled(a, () -> share(b.primal(), a.primal())), scaled(b, () -> share(a.primal(), b
                    .primal())));
            case AND, OR -> null;
        };
    }

    /** 1 where {@code x} is larger, one half at a tie, 0 where it is smaller. */
    private static Expr share(Expr x, Expr other) {
        Expr tie = x.equalTo(other).where(x.filled(0.5), x.filled(0));
        return x.greaterThan(other).where(x.filled(1), tie);
    }

    /** d(a^b) = b a^(b-1) da + a^b log(a) db, with the limits 0 at b = 0 and at a = 0. */
    private static @Nullable Expr power(Dual a, Dual b, Expr y) {
        Expr x = a.primal();
        Expr p = b.primal();
        Expr zero = x.filled(0);
        return plus(scaled(a, () -> p.equalTo(0).where(zero, p.times(x.pow(p.minus(1))))), scaled(b, () -> x.equalTo(0)
                .where(zero, y.times(x.log()))));
    }

    private static @Nullable Expr reduce(Op.Reduce reduce, Dual dual, Expr y) {
        if (reduce.reduction() == Reduction.SUM) {
            return dual.dense().operation(reduce);
        }
        Expr x = dual.primal();
        Axes kept = reduce.axes().complement(x.rank());
        Op.Broadcast restore = new Op.Broadcast(x.shape(), kept);
        Expr attained = x.equalTo(y.operation(restore)).cast(x.dtype());
        Expr count = attained.operation(new Op.Reduce(Reduction.SUM, reduce.axes()));
        Expr weights = attained.dividedBy(count.operation(restore));
        return dual.dense().times(weights).operation(new Op.Reduce(Reduction.SUM, reduce.axes()));
    }

    private static @Nullable Expr bilinear(Op op, Dual a, Dual b) {
        Expr left = a.tangent() == null ? null : a.tangent().operation(op, List.of(a.tangent(), b.primal()));
        Expr right = b.tangent() == null ? null : b.tangent().operation(op, List.of(a.primal(), b.tangent()));
        return plus(left, right);
    }

    private static @Nullable Expr scaled(Dual dual, java.util.function.Supplier<Expr> factor) {
        return dual.tangent() == null ? null : dual.tangent().times(factor.get());
    }

    private static @Nullable Expr plus(@Nullable Expr a, @Nullable Expr b) {
        if (a == null) {
            return b;
        }
        return b == null ? a : a.plus(b);
    }
}
