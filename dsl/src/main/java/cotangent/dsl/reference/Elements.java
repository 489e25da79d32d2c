package cotangent.dsl.reference;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.kernel.Storage;

/** The arrays inside the interpreter: made, and converted from and to tensors. */
final class Elements {
    private Elements() {}

    /** The tensor's elements as the interpreter's array; shared, but for F32, which is widened. */
    static Object of(Tensor tensor) {
        if (tensor.dtype() != DType.F32) {
            return Storage.array(tensor);
        }
        return widened(Storage.floats(tensor));
    }

    static double[] widened(float[] narrow) {
        double[] wide = new double[narrow.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = narrow[i];
        }
        return wide;
    }

    /** The tensor over an array of the interpreter; shared, but for F32, which is rounded. */
    static Tensor toTensor(Object array, TensorType type) {
        return switch (type.dtype()) {
            case F32 -> Tensor.wrap(type.shape(), toFloats((double[]) array));
            case F64 -> Tensor.wrap(type.shape(), (double[]) array);
            case I32 -> Tensor.wrap(type.shape(), (int[]) array);
            case BOOL -> Tensor.wrap(type.shape(), (boolean[]) array);
        };
    }

    private static float[] toFloats(double[] wide) {
        float[] narrow = new float[wide.length];
        for (int i = 0; i < wide.length; i++) {
            narrow[i] = (float) wide[i];
        }
        return narrow;
    }

    /** A fresh array of zeros (or false) for values of a type. */
    static Object zeros(TensorType type) {
        return switch (type.dtype()) {
            case F32, F64 -> new double[type.size()];
            case I32 -> new int[type.size()];
            case BOOL -> new boolean[type.size()];
        };
    }

    /** The values as their dtype has them: rounded to float32 for F32, the same array for F64. */
    static double[] rounded(double[] values, DType dtype) {
        if (dtype != DType.F32) {
            return values;
        }
        double[] result = new double[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }
}
