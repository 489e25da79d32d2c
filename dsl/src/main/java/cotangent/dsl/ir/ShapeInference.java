package cotangent.dsl.ir;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/** The types of a primitive's outputs from those of its inputs; the one place that says what fits what. */
public final class ShapeInference {
    private final Op op;
    private final List<TensorType> in;
    private final SourceLine source;

    private ShapeInference(Op op, List<TensorType> in, SourceLine source) {
        this.op = op;
        this.in = in;
        this.source = source;
    }

    /**
     * The output types of {@code op}.
     *
     * @throws ShapeException naming the operation, the types and the user's source line, if the inputs do not fit
     */
    public static List<TensorType> infer(Op op, List<TensorType> inputs, SourceLine source) {
        return new ShapeInference(op, inputs, source).infer();
    }

    private List<TensorType> infer() {
        if (op instanceof Op.Custom custom) {
            arity(custom.body().inputs().size());
            check(in.equals(custom.body().inputTypes()), "expected inputs " + custom.body().inputTypes());
            return custom.body().outputTypes();
        }
        return op instanceof Op.Scan scan ? scan(scan) : List.of(single());
    }

    private List<TensorType> scan(Op.Scan scan) {
        List<TensorType> steps = scan.body().inputTypes();
        List<TensorType> results = scan.body().outputTypes();
        arity(steps.size());
        check(scan.body().freeInputs().isEmpty(), "the body uses values from outside the loop");
        check(scan.length() >= 0, "the number of steps must not be negative");
        check(results.size() >= scan.carries() && results.subList(0, scan.carries())
                .equals(steps.subList(0, scan
                        .carries())),
                "a step must give carries of the types it takes, " + steps.subList(0, scan.carries()));
        int afterSequences = scan.carries() + scan.sequences();
        check(IntStream.range(0, steps.size())
                .allMatch(i -> in.get(i)
                        .equals(i < scan.carries() || i >= afterSequences
                                ? steps.get(i)
                                : stacked(steps.get(i), scan.length()))),
                "expected carries, sequences of %d steps and constants for a step of %s".formatted(scan.length(),
                        steps));
        return IntStream.range(0, results.size())
                .mapToObj(i -> i < scan.carries()
                        ? results.get(i)
                        : stacked(results.get(i), scan.length()))
                .toList();
    }

    private static TensorType stacked(TensorType step, int length) {
        return step.with(step.shape().insert(0, length));
    }

    private TensorType single() {
        return switch (op) {
            case Op.Input input -> input.type();
            case Op.Constant constant -> constant.value().type();
            case Op.Iota iota -> iota(iota);
            case Op.Unary unary -> unary(unary.function());
            case Op.Binary binary -> binary(binary.function());
            case Op.Compare ignored -> compare();
            case Op.Select ignored -> select();
            case Op.Cast cast -> one().with(cast.dtype());
            case Op.StopGradient ignored -> one();
            case Op.Reduce reduce -> reduce(reduce);
            case Op.ArgMax argMax -> argMax(argMax.axis());
            case Op.CumSum cumSum -> cumSum(cumSum.axis());
            case Op.Dot dot -> dot(dot);
            case Op.Transpose transpose -> transpose(transpose.permutation());
            case Op.Reshape reshape -> reshape(reshape.shape());
            case Op.Broadcast broadcast -> broadcast(broadcast);
            case Op.Reverse reverse -> reverse(reverse.axes());
            case Op.Slice slice -> slice(slice);
            case Op.Pad pad -> pad(pad);
            case Op.Concat concat -> concat(concat.axis());
            case Op.Gather gather -> gather(gather.axis(), gather.batch());
            case Op.ScatterAdd scatter -> scatterAdd(scatter);
            case Op.Random random -> random(random);
            case Op.Custom custom -> throw new AssertionError(custom);
            case Op.Scan scan -> throw new AssertionError(scan);
        };
    }

    private TensorType iota(Op.Iota iota) {
        arity(0);
        check(iota.type().dtype().isNumeric(), "expected a numeric dtype");
        axis(iota.axis(), iota.type().rank());
        return iota.type();
    }

    private TensorType unary(UnaryFunction function) {
        TensorType x = one();
        switch (function) {
            case NEG, ABS, SIGN -> check(x.dtype().isNumeric(), "expected a numeric dtype");
            case NOT -> check(x.dtype() == DType.BOOL, "expected bool");
            case SQRT, EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, ERF -> check(x.dtype().isFloating(),
                    "expected f32 or f64; convert with cast");
        }
        return x;
    }

    private TensorType binary(BinaryFunction function) {
        arity(2);
        check(in.get(0).dtype() == in.get(1).dtype(), "dtypes differ; convert one with cast");
        check(in.get(0).shape().equals(in.get(1).shape()), "shapes differ");
        DType dtype = in.get(0).dtype();
        check(function.isLogical() == (dtype == DType.BOOL), function.isLogical()
                ? "expected bool"
                : "expected a numeric dtype");
        check(function != BinaryFunction.POW || dtype.isFloating(), "expected f32 or f64; convert with cast");
        return in.getFirst();
    }

    private TensorType compare() {
        arity(2);
        check(in.get(0).dtype() == in.get(1).dtype(), "dtypes differ; convert one with cast");
        check(in.get(0).shape().equals(in.get(1).shape()), "shapes differ");
        check(in.get(0).dtype().isNumeric(), "expected a numeric dtype");
        return in.getFirst().with(DType.BOOL);
    }

    private TensorType select() {
        arity(3);
        check(in.get(0).dtype() == DType.BOOL, "the condition must be bool");
        check(in.get(1).equals(in.get(2)) && in.get(0).shape().equals(in.get(1).shape()),
                "condition, true and false values must have one shape, the values one dtype");
        return in.get(1);
    }

    private TensorType reduce(Op.Reduce reduce) {
        TensorType x = one();
        check(x.dtype().isNumeric(), "expected a numeric dtype");
        reduce.axes().stream().forEach(axis -> axis(axis, x.rank()));
        check(reduce.reduction() == Reduction.SUM
                || reduce.axes().stream().allMatch(axis -> x.shape().extent(axis) > 0)
                || x.shape().without(reduce.axes()).size() == 0, "needs at least one element along " + reduce.axes());
        return x.with(x.shape().without(reduce.axes()));
    }

    private TensorType argMax(int axis) {
        TensorType x = one();
        axis(axis, x.rank());
        check(x.dtype().isNumeric(), "expected a numeric dtype");
        check(x.shape().extent(axis) > 0, "needs at least one element along axis " + axis);
        return new TensorType(DType.I32, x.shape().without(Axes.of(axis)));
    }

    private TensorType cumSum(int axis) {
        TensorType x = one();
        axis(axis, x.rank());
        check(x.dtype().isNumeric(), "expected a numeric dtype");
        return x;
    }

    private TensorType dot(Op.Dot dot) {
        arity(2);
        TensorType left = in.get(0);
        TensorType right = in.get(1);
        check(left.dtype() == right.dtype(), "dtypes differ; convert one with cast");
        check(left.dtype().isNumeric(), "expected a numeric dtype");
        Axes leftBound = dot.leftBatch().then(dot.leftContract());
        Axes rightBound = dot.rightBatch().then(dot.rightContract());
        Axes.normalize("dot", left.rank(), leftBound.toArray());
        Axes.normalize("dot", right.rank(), rightBound.toArray());
        check(dot.leftContract().count() == dot.rightContract().count()
                && dot.leftBatch().count() == dot.rightBatch().count(), "axes must come in pairs");
        check(left.shape().select(dot.leftContract()).equals(right.shape().select(dot.rightContract())),
                "inner dimensions differ (axes " + dot.leftContract() + " and " + dot.rightContract() + ")");
        check(left.shape().select(dot.leftBatch()).equals(right.shape().select(dot.rightBatch())),
                "batch dimensions differ (axes " + dot.leftBatch() + " and " + dot.rightBatch() + ")");
        return left.with(left.shape()
                .select(dot.leftBatch())
                .then(left.shape().without(leftBound))
                .then(right.shape().without(rightBound)));
    }

    private TensorType transpose(Axes permutation) {
        TensorType x = one();
        check(permutation.count() == x.rank(), "permutation " + permutation + " needs one entry per axis");
        Axes.normalize("transpose", x.rank(), permutation.toArray());
        return x.with(x.shape().select(permutation));
    }

    private TensorType reshape(Shape shape) {
        TensorType x = one();
        check(shape.size() == x.size(), "cannot become " + shape + ": %d elements against %d".formatted(x.size(),
                shape.size()));
        return x.with(shape);
    }

    private TensorType broadcast(Op.Broadcast broadcast) {
        TensorType x = one();
        Axes axes = broadcast.axes();
        check(axes.count() == x.rank() && axes.equals(axes.sorted())
                && broadcast.shape().select(axes).equals(x.shape()),
                "cannot be broadcast to " + broadcast.shape()
                        + " along axes " + axes);
        return x.with(broadcast.shape());
    }

    private TensorType reverse(Axes axes) {
        TensorType x = one();
        Axes.normalize("reverse", x.rank(), axes.toArray());
        return x;
    }

    private TensorType slice(Op.Slice slice) {
        TensorType x = one();
        int rank = x.rank();
        check(slice.starts().count() == rank && slice.limits().count() == rank && slice.strides().count() == rank,
                "needs a start, limit and stride per axis");
        return x.with(Shape.of(IntStream.range(0, rank).map(axis -> {
            int start = slice.starts().at(axis);
            int limit = slice.limits().at(axis);
            int stride = slice.strides().at(axis);
            check(stride > 0 && 0 <= start && start <= limit && limit <= x.shape().extent(axis),
                    "slice %d:%d:%d is out of range for axis %d".formatted(start, limit, stride, axis));
            return Math.ceilDiv(limit - start, stride);
        }).toArray()));
    }

    private TensorType pad(Op.Pad pad) {
        TensorType x = one();
        check(x.dtype().isNumeric(), "expected a numeric dtype");
        int rank = x.rank();
        check(pad.low().count() == rank && pad.high().count() == rank && pad.interior().count() == rank,
                "needs low, high and interior padding per axis");
        return x.with(Shape.of(IntStream.range(0, rank).map(axis -> {
            int low = pad.low().at(axis);
            int high = pad.high().at(axis);
            int interior = pad.interior().at(axis);
            check(low >= 0 && high >= 0 && interior >= 0, "padding must not be negative");
            int extent = x.shape().extent(axis);
            return Shape.extentOf((long) low + high + extent + Math.max(0L, extent - 1L) * interior);
        }).toArray()));
    }

    private TensorType concat(int axis) {
        check(!in.isEmpty(), "needs at least one input");
        TensorType first = in.getFirst();
        axis(axis, first.rank());
        long extent = 0;
        for (TensorType x : in) {
            check(x.dtype() == first.dtype(), "dtypes differ; convert with cast");
            check(x.rank() == first.rank() && x.shape().with(axis, 0).equals(first.shape().with(axis, 0)),
                    "shapes differ away from axis " + axis);
            extent += x.shape().extent(axis);
        }
        return first.with(first.shape().with(axis, Shape.extentOf(extent)));
    }

    private TensorType gather(int axis, int batch) {
        check(in.size() >= 2, "needs an operand and indices");
        TensorType operand = in.get(0);
        TensorType indices = in.get(1);
        check(indices.dtype() == DType.I32, "indices must be i32");
        axis(axis, operand.rank());
        Axes shared = Axes.range(0, batch);
        check(batch <= axis && batch <= indices.rank()
                && operand.shape().select(shared).equals(indices.shape().select(shared)),
                "the first " + batch + " axes of operand and indices must agree");
        return operand.with(operand.shape()
                .select(Axes.range(0, axis))
                .then(indices.shape().select(Axes.range(batch, indices.rank())))
                .then(operand.shape().select(Axes.range(axis + 1, operand.rank()))));
    }

    private TensorType scatterAdd(Op.ScatterAdd scatter) {
        arity(3);
        check(in.get(0).dtype().isNumeric(), "expected a numeric dtype");
        TensorType expected = gather(scatter.axis(), scatter.batch());
        check(in.get(2).equals(expected), "updates must be " + expected);
        return in.get(0);
    }

    private TensorType random(Op.Random random) {
        TensorType key = one();
        check(key.dtype() == DType.I32 && key.rank() >= 1 && key.shape().extent(-1) == 4,
                "the key must be i32[..., 4]");
        check(random.type().dtype().isFloating(), "draws f32 or f64 only");
        return random.type().with(key.shape().select(Axes.range(0, key.rank() - 1)).then(random.type().shape()));
    }

    private TensorType one() {
        arity(1);
        return in.getFirst();
    }

    private void arity(int expected) {
        check(in.size() == expected, "takes " + expected + " inputs");
    }

    private void axis(int axis, int rank) {
        check(axis >= 0 && axis < rank, "axis " + axis + " is out of range for rank " + rank);
    }

    private void check(boolean holds, String problem) {
        if (!holds) {
            throw new ShapeException("%s: %s; got %s (%s)".formatted(op.label(), problem, inputs(), source));
        }
    }

    private String inputs() {
        return in.isEmpty() ? "no inputs" : String.join(" and ", in.stream().map(TensorType::toString).toList());
    }
}
