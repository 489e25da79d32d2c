package cotangent.dsl.reference;

import cotangent.dsl.DType;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import cotangent.dsl.reference.Enclosure.Balls;
import cotangent.dsl.reference.Enclosure.Decisions;
import java.util.Arrays;

/** Reductions, running sums and products on enclosures. */
final class EnclosedReductions {
    private EnclosedReductions() {}

    static Balls reduce(Op.Reduce op, TensorType in, TensorType out, Balls x) {
        StridedWalk walk = ReductionKernels.walk(op, in, out);
        return op.reduction() == Reduction.SUM
                ? sum(walk, ErrorModel.of(out.dtype()), x, out.size())
                : extreme(walk, op.reduction() == Reduction.MAX, x, out.size());
    }

    private static BallSum[] sums(ErrorModel model, int size) {
        BallSum[] sums = new BallSum[size];
        Arrays.setAll(sums, ignored -> new BallSum(model));
        return sums;
    }

    private static Balls results(BallSum[] sums) {
        Balls result = Balls.allocate(sums.length);
        for (int i = 0; i < sums.length; i++) {
            result.set(i, sums[i].result());
        }
        return result;
    }

    private static Balls sum(StridedWalk walk, ErrorModel model, Balls x, int size) {
        BallSum[] sums = sums(model, size);
        walk.run((i, di, j, dj, count) -> {
            for (int k = 0; k < count; k++) {
                sums[j + k * dj].add(x.at(i + k * di));
            }
        });
        return results(sums);
    }

    private static Balls extreme(StridedWalk walk, boolean largest, Balls x, int size) {
        BallArithmetic extreme = new BallArithmetic(largest
                ? BinaryFunction.MAX
                : BinaryFunction.MIN, ErrorModel.F64);
        Ball[] best = new Ball[size];
        Arrays.fill(best, Ball.exact(largest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY));
        walk.run((i, di, j, dj, count) -> {
            for (int k = 0; k < count; k++) {
                int target = j + k * dj;
                best[target] = extreme.apply(best[target], x.at(i + k * di));
            }
        });
        Balls result = Balls.allocate(size);
        for (int i = 0; i < size; i++) {
            result.set(i, best[i]);
        }
        return result;
    }

    /** Decided if the winner's ball lies above all others, or if all that reach as high are exact. */
    static Decisions argMax(Op.ArgMax op, TensorType in, Balls x) {
        int extent = in.shape().extent(op.axis());
        int inner = in.shape().strides()[op.axis()];
        int[] winners = (int[]) ReductionKernels.argMax(op.axis(), in.with(DType.F64))
                .apply(new Object[]{x
                        .centers()});
        boolean[] undecided = new boolean[winners.length];
        for (int i = 0; i < winners.length; i++) {
            int first = i / inner * extent * inner + i % inner;
            Ball winner = x.at(first + winners[i] * inner);
            for (int k = 0; k < extent; k++) {
                undecided[i] |= k != winners[i] && mayBeat(x.at(first + k * inner), winner);
            }
            undecided[i] |= winner.isUnknown() && extent > 1;
        }
        return new Decisions(winners, undecided);
    }

    private static boolean mayBeat(Ball other, Ball winner) {
        if (other.isUnknown() || other.isExact() && winner.isExact()) {
            return other.isUnknown();
        }
        return !winner.isNaN() && !(other.high() < winner.low());
    }

    /** In an implementation's order, which may be any, only the elements up to the current one meet. */
    static Balls cumSum(Op.CumSum op, TensorType type, Balls x) {
        int extent = type.shape().extent(op.axis());
        int stride = type.shape().strides()[op.axis()];
        Balls result = Balls.allocate(x.size());
        for (int line = 0; extent > 0 && line < x.size() / extent; line++) {
            int first = line / stride * extent * stride + line % stride;
            BallSum sum = new BallSum(ErrorModel.of(type.dtype()));
            for (int k = 0; k < extent; k++) {
                int position = first + (op.reverse() ? extent - 1 - k : k) * stride;
                sum.add(x.at(position));
                result.set(position, sum.result());
            }
        }
        return result;
    }

    static Balls dot(Op.Dot op, TensorType left, TensorType right, TensorType out, Balls a, Balls b) {
        BallSum[] sums = sums(ErrorModel.of(out.dtype()), out.size());
        DotKernel.forEachTerm(op, left, right, (i, j, target) -> sums[target].addProduct(a.at(i), b.at(j)));
        return results(sums);
    }

    static Balls scatterAdd(IndexedRows rows, TensorType type, Balls operand, int[] indices, Balls updates) {
        BallSum[] sums = sums(ErrorModel.of(type.dtype()), type.size());
        for (int i = 0; i < sums.length; i++) {
            sums[i].add(operand.at(i));
        }
        rows.run(indices, (target, picked, count) -> {
            for (int i = 0; i < count; i++) {
                sums[target + i].add(updates.at(picked + i));
            }
        });
        return results(sums);
    }
}
