package cotangent.dsl.reference;

import cotangent.dsl.DType;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.reference.Enclosure.Balls;
import cotangent.dsl.reference.Enclosure.Decisions;
import java.util.List;

/** The enclosure of every primitive's result from those of its inputs: the one switch of the oracle over {@link Op}. */
final class EnclosureRules {
    private static final ElementaryFunctions FUNCTIONS = new StrictFunctions();

    private final Node node;
    private final List<TensorType> types;
    private final TensorType out;
    private final List<Enclosure> in;

    EnclosureRules(Node node, List<Enclosure> in) {
        this.node = node;
        this.types = node.inputs().stream().map(input -> input.type()).toList();
        this.out = node.types().getFirst();
        this.in = in;
    }

    /** The enclosure of the output of a node that is neither an input nor a {@link Op.Custom}. */
    Enclosure apply() {
        return switch (node.op()) {
            case Op.Input op -> throw new AssertionError(op);
            case Op.Custom op -> throw new AssertionError(op);
            case Op.Scan op -> throw new AssertionError(op);
            case Op.Constant op -> Enclosure.exact(Elements.of(op.value()));
            case Op.Iota _ -> Enclosure.exact(interpret());
            case Op.Unary op -> out.dtype().isFloating()
                    ? EnclosedElementwise.unary(op.function(), out.dtype(), balls(0))
                    : new Decisions(interpret(), decisions(0).undecided());
            case Op.Binary op -> out.dtype().isFloating()
                    ? EnclosedElementwise.binary(op.function(), out.dtype(), balls(0), balls(1))
                    : EnclosedElementwise.binary(op.function(), kernel(), decisions(0), decisions(1));
            case Op.Compare op -> in.getFirst() instanceof Balls
                    ? EnclosedElementwise.compare(op.comparison(), balls(0), balls(1))
                    : new Decisions(interpret(), EnclosedElementwise.either(decisions(0), decisions(1)));
            case Op.Select _ -> out.dtype().isFloating()
                    ? EnclosedElementwise.select(decisions(0), balls(1), balls(2))
                    : EnclosedElementwise.select(kernel(), decisions(0), decisions(1), decisions(2));
            case Op.Cast op -> in.getFirst() instanceof Balls
                    ? EnclosedElementwise.cast(op, types.getFirst().dtype(), balls(0))
                    : EnclosedElementwise.cast(op, types.getFirst().dtype(), decisions(0));
            case Op.Reduce op -> out.dtype().isFloating()
                    ? EnclosedReductions.reduce(op, types.getFirst(), out, balls(0))
                    : contaminated();
            case Op.ArgMax op -> in.getFirst() instanceof Balls
                    ? EnclosedReductions.argMax(op, types.getFirst(), balls(0))
                    : contaminated();
            case Op.CumSum op -> out.dtype().isFloating()
                    ? EnclosedReductions.cumSum(op, out, balls(0))
                    : contaminated();
            case Op.Dot op -> out.dtype().isFloating()
                    ? EnclosedReductions.dot(op, types.get(0), types.get(1), out, balls(0), balls(1))
                    : contaminated();
            case Op.Transpose _,Op.Reshape _,Op.Broadcast _,Op.Reverse _,Op.Slice _,Op.Pad _,Op.Concat _,Op.StopGradient _ ->
                moved();
            case Op.Gather op -> gathered(op);
            case Op.ScatterAdd op -> scattered(op);
            case Op.Random _ -> random();
        };
    }

    private Balls balls(int input) {
        return (Balls) in.get(input);
    }

    private Decisions decisions(int input) {
        return (Decisions) in.get(input);
    }

    private Kernel kernel() {
        return Kernels.of(node, FUNCTIONS);
    }

    /** What the interpreter makes of the centers. */
    private Object interpret() {
        return kernel().apply(in.stream().map(EnclosureRules::center).toArray());
    }

    private static Object center(Enclosure enclosure) {
        return switch (enclosure) {
            case Balls balls -> balls.centers();
            case Decisions decisions -> decisions.values();
        };
    }

    private static Object doubt(Enclosure enclosure) {
        return switch (enclosure) {
            case Balls balls -> balls.radii();
            case Decisions decisions -> decisions.undecided();
        };
    }

    /** Integers that combine many: all are in doubt if one that goes in is. */
    private Decisions contaminated() {
        boolean undecided = in.stream().map(Decisions.class::cast).anyMatch(EnclosureRules::hasDoubt);
        return Enclosure.decisions(interpret(), out.size(), undecided);
    }

    private static boolean hasDoubt(Decisions decisions) {
        for (boolean undecided : decisions.undecided()) {
            if (undecided) {
                return true;
            }
        }
        return false;
    }

    /** Elements that only move take their doubts along; those of integers and truth values are truth values. */
    private Enclosure moved() {
        Object doubts = LayoutKernels.of(node.op(), doubtTypes(), doubtType(out))
                .apply(in.stream()
                        .map(
                                EnclosureRules::doubt)
                        .toArray());
        return enclosure(interpret(), doubts);
    }

    private List<TensorType> doubtTypes() {
        return types.stream().map(EnclosureRules::doubtType).toList();
    }

    private static TensorType doubtType(TensorType type) {
        return type.with(type.dtype().isFloating() ? type.dtype() : DType.BOOL);
    }

    private static Enclosure enclosure(Object values, Object doubts) {
        return values instanceof double[] centers
                ? new Balls(centers, (double[]) doubts)
                : new Decisions(values, (boolean[]) doubts);
    }

    private Enclosure gathered(Op.Gather op) {
        EnclosedElementwise.requireDecided(decisions(1), "an index");
        Kernel doubts = new GatherKernel(op.axis(), op.batch(), doubtTypes(), doubtType(out), node);
        return enclosure(interpret(), doubts.apply(new Object[]{doubt(in.getFirst()), decisions(1).values()}));
    }

    private Enclosure scattered(Op.ScatterAdd op) {
        EnclosedElementwise.requireDecided(decisions(1), "an index");
        if (!out.dtype().isFloating()) {
            return contaminated();
        }
        IndexedRows rows = new IndexedRows(op.axis(), op.batch(), types.get(0).shape(), types.get(1).shape(), node);
        return EnclosedReductions.scatterAdd(rows, out, balls(0), decisions(1).ints(), balls(2));
    }

    private Enclosure random() {
        EnclosedElementwise.requireDecided(decisions(0), "a random key");
        return Enclosure.exact(interpret());
    }
}
