package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums of padded values that do not overlap are concatenations: what the transpose of slicing a value into parts is, the
 * gates of a recurrent cell for one. Reductions and concatenations along other axes change places.
 */
final class Joins {
    private static final Op ADD = new Op.Binary(BinaryFunction.ADD);
    private static final int MOST = 32;

    /** A value with zeros before and after it along one axis. */
    private record Part(Expr value, int axis, int low, int high) {
        /** The padding of one axis that a value is, or null. */
        static @Nullable Part of(Expr x) {
            if (!(x.node().op() instanceof Op.Pad pad) || pad.interior().stream().anyMatch(gap -> gap != 0)) {
                return null;
            }
            int padded = -1;
            for (int axis = 0; axis < x.rank(); axis++) {
                if (pad.low().at(axis) != 0 || pad.high().at(axis) != 0) {
                    if (padded >= 0) {
                        return null;
                    }
                    padded = axis;
                }
            }
            return padded < 0
                    ? null
                    : new Part(x.node().inputs().getFirst(), padded, pad.low().at(padded), pad.high().at(padded));
        }

        /** Where the zeros after the value begin. */
        int end() {
            return low + value.shape().extent(axis);
        }
    }

    private Joins() {}

    /** A sum with neighbouring parts joined, or null if it has none; at most one of its terms is not such a part. */
    static @Nullable Expr sum(Expr a, Expr b, Identities.Make make) {
        List<Part> parts = new ArrayList<>();
        List<Expr> others = new ArrayList<>();
        if (!collect(a, parts, others) || !collect(b, parts, others) || others.size() > 1 || parts.size() < 2) {
            return null;
        }
        int axis = parts.getFirst().axis();
        if (parts.stream().anyMatch(part -> part.axis() != axis)) {
            return null;
        }
        parts.sort(Comparator.comparingInt(Part::low));
        List<List<Part>> runs = new ArrayList<>();
        int end = -1;
        for (Part part : parts) {
            if (part.low() < end) {
                return null;
            }
            if (part.low() > end || end < 0) {
                runs.add(new ArrayList<>());
            }
            runs.getLast().add(part);
            end = part.end();
        }
        if (runs.size() == parts.size()) {
            return null;
        }
        Expr sum = others.isEmpty() ? null : others.getFirst();
        for (List<Part> run : runs) {
            Expr joined = joined(run, axis, a.rank(), make);
            sum = sum == null ? joined : make.apply(ADD, List.of(sum, joined));
        }
        return sum;
    }

    /** The terms of a sum; whether there are few enough. */
    private static boolean collect(Expr x, List<Part> parts, List<Expr> others) {
        if (parts.size() + others.size() > MOST) {
            return false;
        }
        Part part = Part.of(x);
        if (part != null) {
            parts.add(part);
            return true;
        }
        if (ADD.equals(x.node().op()) && isSumOfParts(x)) {
            return collect(x.node().inputs().get(0), parts, others) && collect(x.node().inputs().get(1), parts, others);
        }
        others.add(x);
        return true;
    }

    /** Whether one of the two terms is a part, so that to look into the sum may lead on. */
    private static boolean isSumOfParts(Expr sum) {
        return sum.node().inputs().stream().anyMatch(term -> Part.of(term) != null);
    }

    private static Expr joined(List<Part> run, int axis, int rank, Identities.Make make) {
        List<Expr> values = new ArrayList<>();
        for (Part part : run) {
            Expr value = part.value();
            boolean isJoin = value.node().op() instanceof Op.Concat concat && concat.axis() == axis;
            values.addAll(isJoin ? value.node().inputs() : List.of(value));
        }
        Expr whole = make.apply(new Op.Concat(axis), values);
        int[] low = new int[rank];
        int[] high = new int[rank];
        low[axis] = run.getFirst().low();
        high[axis] = run.getLast().high();
        return make.apply(new Op.Pad(Axes.of(low), Axes.of(high), Axes.of(new int[rank])), List.of(whole));
    }

    /** A sum along other axes than that of a concatenation is the concatenation of sums. */
    static @Nullable Expr reduce(Op.Reduce reduce, Expr x, Identities.Make make) {
        if (reduce.reduction() != Reduction.SUM || !(x.node().op() instanceof Op.Concat concat)
                || reduce.axes().indexOf(concat.axis()) >= 0) {
            return null;
        }
        int below = (int) reduce.axes().stream().filter(axis -> axis < concat.axis()).count();
        List<Expr> sums = x.node().inputs().stream().map(part -> make.apply(reduce, List.of(part))).toList();
        return make.apply(new Op.Concat(concat.axis() - below), sums);
    }

    /** Values joined along their last axis after a reshape of the others alone can be joined before it. */
    static @Nullable Expr ofReshapes(Op.Concat concat, List<Expr> parts, Identities.Make make) {
        List<Expr> sources = new ArrayList<>();
        for (Expr part : parts) {
            Expr source = part.node().op() instanceof Op.Reshape ? part.node().inputs().getFirst() : part;
            boolean keepsLast = source != part && source.rank() > 0 && concat.axis() == part.rank() - 1
                    && source.shape().extent(-1) == part.shape().extent(-1) && part.type().size() > 0
                    && others(source).equals(others(sources.isEmpty() ? source : sources.getFirst()));
            if (!keepsLast) {
                return null;
            }
            sources.add(source);
        }
        Expr whole = make.apply(new Op.Concat(sources.getFirst().rank() - 1), sources);
        Shape shape = others(parts.getFirst()).insert(concat.axis(), whole.shape().extent(-1));
        return make.apply(new Op.Reshape(shape), List.of(whole));
    }

    /** The shape without its last axis. */
    private static Shape others(Expr value) {
        return value.shape().without(Axes.of(value.rank() - 1));
    }
}
