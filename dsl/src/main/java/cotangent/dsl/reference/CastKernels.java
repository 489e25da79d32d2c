package cotangent.dsl.reference;

import cotangent.dsl.DType;

/** Conversions between dtypes, as Java's casts do them; an F32 value is rounded to float32 first. */
final class CastKernels {
    private CastKernels() {}

    static Kernel cast(DType from, DType to) {
        return switch (from) {
            case F32, F64 -> inputs -> fromFloating(Elements.rounded((double[]) inputs[0], from), to);
            case I32 -> inputs -> fromInteger((int[]) inputs[0], to);
            case BOOL -> inputs -> fromTruth((boolean[]) inputs[0], to);
        };
    }

    private static Object fromFloating(double[] x, DType to) {
        return switch (to) {
            case F64 -> x;
            case F32 -> Elements.rounded(x, to);
            case I32 -> {
                int[] result = new int[x.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = (int) x[i];
                }
                yield result;
            }
            case BOOL -> {
                boolean[] result = new boolean[x.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = x[i] != 0;
                }
                yield result;
            }
        };
    }

    private static Object fromInteger(int[] x, DType to) {
        return switch (to) {
            case I32 -> x;
            case F32, F64 -> {
                double[] result = new double[x.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = x[i];
                }
                yield Elements.rounded(result, to);
            }
            case BOOL -> {
                boolean[] result = new boolean[x.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = x[i] != 0;
                }
                yield result;
            }
        };
    }

    private static Object fromTruth(boolean[] x, DType to) {
        return switch (to) {
            case BOOL -> x;
            case F32, F64 -> {
                double[] result = new double[x.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = x[i] ? 1 : 0;
                }
                yield result;
            }
            case I32 -> {
                int[] result = new int[x.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = x[i] ? 1 : 0;
                }
                yield result;
            }
        };
    }
}
