package cotangent.dsl.reference;

import cotangent.dsl.DType;
import cotangent.dsl.ir.Comparison;
import cotangent.dsl.ir.UnaryFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;

/** Functions of one argument, comparisons and choice, element by element. */
final class ElementwiseKernels {
    private ElementwiseKernels() {}

    static Kernel unary(UnaryFunction function, DType dtype, ElementaryFunctions functions) {
        return switch (dtype) {
            case BOOL -> inputs -> not((boolean[]) inputs[0]);
            case I32 -> {
                IntUnaryOperator operator = integer(function);
                yield inputs -> map((int[]) inputs[0], operator);
            }
            case F32, F64 -> {
                DoubleUnaryOperator operator = functions.unary(function);
                yield inputs -> map((double[]) inputs[0], operator);
            }
        };
    }

    private static IntUnaryOperator integer(UnaryFunction function) {
        return switch (function) {
            case NEG -> x -> -x;
            case ABS -> Math::abs;
            case SIGN -> Integer::signum;
            default -> throw new AssertionError(function);
        };
    }

    private static double[] map(double[] x, DoubleUnaryOperator operator) {
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = operator.applyAsDouble(x[i]);
        }
        return result;
    }

    private static int[] map(int[] x, IntUnaryOperator operator) {
        int[] result = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = operator.applyAsInt(x[i]);
        }
        return result;
    }

    private static boolean[] not(boolean[] x) {
        boolean[] result = new boolean[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = !x[i];
        }
        return result;
    }

    static Kernel compare(Comparison comparison, DType dtype) {
        return dtype == DType.I32
                ? inputs -> compare(comparison, (int[]) inputs[0], (int[]) inputs[1])
                : inputs -> compare(comparison, Elements.rounded((double[]) inputs[0], dtype), Elements.rounded(
                        (double[]) inputs[1], dtype));
    }

    private static boolean[] compare(Comparison comparison, double[] a, double[] b) {
        boolean[] result = new boolean[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = switch (comparison) {
                case LT -> a[i] < b[i];
                case LE -> a[i] <= b[i];
                case EQ -> a[i] == b[i];
                case NE -> a[i] != b[i];
            };
        }
        return result;
    }

    private static boolean[] compare(Comparison comparison, int[] a, int[] b) {
        boolean[] result = new boolean[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = switch (comparison) {
                case LT -> a[i] < b[i];
                case LE -> a[i] <= b[i];
                case EQ -> a[i] == b[i];
                case NE -> a[i] != b[i];
            };
        }
        return result;
    }

    static Kernel select(DType dtype) {
        return switch (dtype) {
            case F32, F64 -> inputs -> select((boolean[]) inputs[0], (double[]) inputs[1], (double[]) inputs[2]);
            case I32 -> inputs -> select((boolean[]) inputs[0], (int[]) inputs[1], (int[]) inputs[2]);
            case BOOL -> inputs -> select((boolean[]) inputs[0], (boolean[]) inputs[1], (boolean[]) inputs[2]);
        };
    }

    private static double[] select(boolean[] condition, double[] ifTrue, double[] ifFalse) {
        double[] result = new double[condition.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = condition[i] ? ifTrue[i] : ifFalse[i];
        }
        return result;
    }

    private static int[] select(boolean[] condition, int[] ifTrue, int[] ifFalse) {
        int[] result = new int[condition.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = condition[i] ? ifTrue[i] : ifFalse[i];
        }
        return result;
    }

    private static boolean[] select(boolean[] condition, boolean[] ifTrue, boolean[] ifFalse) {
        boolean[] result = new boolean[condition.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = condition[i] ? ifTrue[i] : ifFalse[i];
        }
        return result;
    }
}
