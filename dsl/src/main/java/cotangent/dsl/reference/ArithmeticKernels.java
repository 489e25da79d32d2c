package cotangent.dsl.reference;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.SourceLine;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntBinaryOperator;

/** Functions of two arguments of one dtype, element by element. */
final class ArithmeticKernels {
    private ArithmeticKernels() {}

    static Kernel binary(BinaryFunction function, DType dtype, ElementaryFunctions functions, SourceLine source) {
        return switch (dtype) {
            case BOOL -> logical(function);
            case I32 -> {
                IntBinaryOperator operator = integer(function, source);
                yield inputs -> map((int[]) inputs[0], (int[]) inputs[1], operator);
            }
            case F32, F64 -> floating(function, functions);
        };
    }

    private static Kernel logical(BinaryFunction function) {
        boolean isAnd = function == BinaryFunction.AND;
        return inputs -> {
            boolean[] a = (boolean[]) inputs[0];
            boolean[] b = (boolean[]) inputs[1];
            boolean[] result = new boolean[a.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = isAnd ? a[i] && b[i] : a[i] || b[i];
            }
            return result;
        };
    }

    private static IntBinaryOperator integer(BinaryFunction function, SourceLine source) {
        return switch (function) {
            case ADD -> (a, b) -> a + b;
            case SUB -> (a, b) -> a - b;
            case MUL -> (a, b) -> a * b;
            case DIV -> (a, b) -> {
                if (b == 0) {
                    throw new InvalidDataException("dividedBy: an i32 divisor is zero; make it nonzero or cast to "
                            + "f32 or f64 first (" + source + ")");
                }
                return a / b;
            };
            case MAX -> Math::max;
            case MIN -> Math::min;
            case POW, AND, OR -> throw new AssertionError(function);
        };
    }

    private static Kernel floating(BinaryFunction function, ElementaryFunctions functions) {
        return switch (function) {
            case ADD -> inputs -> add((double[]) inputs[0], (double[]) inputs[1]);
            case SUB -> inputs -> subtract((double[]) inputs[0], (double[]) inputs[1]);
            case MUL -> inputs -> multiply((double[]) inputs[0], (double[]) inputs[1]);
            case DIV -> inputs -> divide((double[]) inputs[0], (double[]) inputs[1]);
            case POW -> map(functions.pow());
            case MAX -> map(Math::max);
            case MIN -> map(Math::min);
            case AND, OR -> throw new AssertionError(function);
        };
    }

    private static double[] add(double[] a, double[] b) {
        double[] result = new double[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = a[i] + b[i];
        }
        return result;
    }

    private static double[] subtract(double[] a, double[] b) {
        double[] result = new double[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = a[i] - b[i];
        }
        return result;
    }

    private static double[] multiply(double[] a, double[] b) {
        double[] result = new double[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = a[i] * b[i];
        }
        return result;
    }

    private static double[] divide(double[] a, double[] b) {
        double[] result = new double[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = a[i] / b[i];
        }
        return result;
    }

    private static Kernel map(DoubleBinaryOperator operator) {
        return inputs -> {
            double[] a = (double[]) inputs[0];
            double[] b = (double[]) inputs[1];
            double[] result = new double[a.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = operator.applyAsDouble(a[i], b[i]);
            }
            return result;
        };
    }

    private static int[] map(int[] a, int[] b, IntBinaryOperator operator) {
        int[] result = new int[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = operator.applyAsInt(a[i], b[i]);
        }
        return result;
    }
}
