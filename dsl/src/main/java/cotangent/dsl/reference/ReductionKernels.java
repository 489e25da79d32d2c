package cotangent.dsl.reference;

import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import java.util.Arrays;

/** Primitives that combine the elements along axes. */
final class ReductionKernels {
    private ReductionKernels() {}

    /** Every input element meets its result in row-major order, by a walk that stands still along reduced axes. */
    static Kernel reduce(Op.Reduce op, TensorType in, TensorType out) {
        StridedWalk walk = walk(op, in, out);
        return switch (in.dtype()) {
            case F32, F64 -> inputs -> reduce(op.reduction(), walk, (double[]) inputs[0], new double[out.size()]);
            case I32 -> inputs -> reduce(op.reduction(), walk, (int[]) inputs[0], new int[out.size()]);
            case BOOL -> throw new AssertionError(op);
        };
    }

    /** The walk over the elements of {@code in} that meets each with its place in the reduction's result. */
    static StridedWalk walk(Op.Reduce op, TensorType in, TensorType out) {
        int[] kept = op.axes().complement(in.rank()).toArray();
        int[] outStrides = out.shape().strides();
        int[] strides = new int[in.rank()];
        for (int i = 0; i < kept.length; i++) {
            strides[kept[i]] = outStrides[i];
        }
        return new StridedWalk(in.shape().toArray(), 0, in.shape().strides(), 0, strides);
    }

    private static double[] reduce(Reduction reduction, StridedWalk walk, double[] x, double[] result) {
        switch (reduction) {
            case SUM -> walk.run((i, di, j, dj, count) -> {
                for (int k = 0; k < count; k++) {
                    result[j + k * dj] += x[i + k * di];
                }
            });
            case MAX -> {
                Arrays.fill(result, Double.NEGATIVE_INFINITY);
                walk.run((i, di, j, dj, count) -> {
                    for (int k = 0; k < count; k++) {
                        result[j + k * dj] = Math.max(result[j + k * dj], x[i + k * di]);
                    }
                });
            }
            case MIN -> {
                Arrays.fill(result, Double.POSITIVE_INFINITY);
                walk.run((i, di, j, dj, count) -> {
                    for (int k = 0; k < count; k++) {
                        result[j + k * dj] = Math.min(result[j + k * dj], x[i + k * di]);
                    }
                });
            }
        }
        return result;
    }

    private static int[] reduce(Reduction reduction, StridedWalk walk, int[] x, int[] result) {
        switch (reduction) {
            case SUM -> walk.run((i, di, j, dj, count) -> {
                for (int k = 0; k < count; k++) {
                    result[j + k * dj] += x[i + k * di];
                }
            });
            case MAX -> {
                Arrays.fill(result, Integer.MIN_VALUE);
                walk.run((i, di, j, dj, count) -> {
                    for (int k = 0; k < count; k++) {
                        result[j + k * dj] = Math.max(result[j + k * dj], x[i + k * di]);
                    }
                });
            }
            case MIN -> {
                Arrays.fill(result, Integer.MAX_VALUE);
                walk.run((i, di, j, dj, count) -> {
                    for (int k = 0; k < count; k++) {
                        result[j + k * dj] = Math.min(result[j + k * dj], x[i + k * di]);
                    }
                });
            }
        }
        return result;
    }

    static Kernel argMax(int axis, TensorType in) {
        int extent = in.shape().extent(axis);
        int inner = in.shape().strides()[axis];
        int count = in.size() / extent;
        return switch (in.dtype()) {
            case F32, F64 -> inputs -> {
                double[] x = Elements.rounded((double[]) inputs[0], in.dtype());
                int[] result = new int[count];
                for (int i = 0; i < count; i++) {
                    result[i] = argMax(x, i / inner * extent * inner + i % inner, inner, extent);
                }
                return result;
            };
            case I32 -> inputs -> {
                int[] x = (int[]) inputs[0];
                int[] result = new int[count];
                for (int i = 0; i < count; i++) {
                    result[i] = argMax(x, i / inner * extent * inner + i % inner, inner, extent);
                }
                return result;
            };
            case BOOL -> throw new AssertionError(in);
        };
    }

    /** The first NaN if there is one, else the first of the largest. */
    private static int argMax(double[] x, int from, int stride, int extent) {
        int best = 0;
        for (int k = 0; k < extent; k++) {
            double candidate = x[from + k * stride];
            if (Double.isNaN(candidate)) {
                return k;
            }
            if (candidate > x[from + best * stride]) {
                best = k;
            }
        }
        return best;
    }

    private static int argMax(int[] x, int from, int stride, int extent) {
        int best = 0;
        for (int k = 1; k < extent; k++) {
            if (x[from + k * stride] > x[from + best * stride]) {
                best = k;
            }
        }
        return best;
    }

    /** A reversed sum is a walk from the other end: the elements before the current one are those after it. */
    static Kernel cumSum(Op.CumSum op, TensorType type) {
        int extent = type.shape().extent(op.axis());
        int stride = type.shape().strides()[op.axis()];
        int step = op.reverse() ? -stride : stride;
        int start = op.reverse() ? (extent - 1) * stride : 0;
        int lines = extent == 0 ? 0 : type.size() / extent;
        return switch (type.dtype()) {
            case F32, F64 -> inputs -> {
                double[] result = ((double[]) inputs[0]).clone();
                for (int line = 0; line < lines; line++) {
                    int first = line / stride * extent * stride + line % stride + start;
                    for (int k = 1; k < extent; k++) {
                        result[first + k * step] += result[first + (k - 1) * step];
                    }
                }
                return result;
            };
            case I32 -> inputs -> {
                int[] result = ((int[]) inputs[0]).clone();
                for (int line = 0; line < lines; line++) {
                    int first = line / stride * extent * stride + line % stride + start;
                    for (int k = 1; k < extent; k++) {
                        result[first + k * step] += result[first + (k - 1) * step];
                    }
                }
                return result;
            };
            case BOOL -> throw new AssertionError(op);
        };
    }
}
