package cotangent.examples.data;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;

/** Arrays from files as models take them: finite, of the floating-point type asked for, and without loss. */
final class FloatingArrays {
    private FloatingArrays() {}

    /**
     * The array as F32 or F64.
     *
     * @throws InvalidDataException if it holds truth values, a number that is not finite, or one that the type cannot
     *         hold exactly; {@code what} names it
     */
    static Tensor convert(Tensor array, DType dtype, String what) {
        if (array.dtype() == DType.BOOL) {
            throw new InvalidDataException(what + ": expected numbers, got truth values");
        }
        double[] values = array.toDoubles();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new InvalidDataException("%s: expected finite numbers, element %d is %s".formatted(what, i,
                        values[i]));
            }
        }
        if (array.dtype() == dtype) {
            return array;
        }
        return dtype == DType.F64 ? Tensor.wrap(array.shape(), values) : narrow(array, values, what);
    }

    private static Tensor narrow(Tensor array, double[] values, String what) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
            if (floats[i] != values[i]) {
                throw new InvalidDataException(("%s: element %d, %s, is not an f32 number; compute in f64, or save the "
                        + "array with .astype('float32')").formatted(what, i, values[i]));
            }
        }
        return Tensor.wrap(array.shape(), floats);
    }
}
