package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;

/** Arithmetic on blocks of one type, without the start-up cost of the eager path. */
final class Blocks {
    private Blocks() {}

    static Tensor scale(double factor, Tensor block) {
        if (block.dtype() == DType.F64) {
            double[] result = Storage.doubles(block).clone();
            for (int i = 0; i < result.length; i++) {
                result[i] *= factor;
            }
            return Tensor.wrap(block.shape(), result);
        }
        float[] result = Storage.floats(block).clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) (factor * result[i]);
        }
        return Tensor.wrap(block.shape(), result);
    }

    static Tensor add(Tensor left, Tensor right) {
        if (left.dtype() == DType.F64) {
            double[] result = Storage.doubles(left).clone();
            double[] addend = Storage.doubles(right);
            for (int i = 0; i < result.length; i++) {
                result[i] += addend[i];
            }
            return Tensor.wrap(left.shape(), result);
        }
        float[] result = Storage.floats(left).clone();
        float[] addend = Storage.floats(right);
        for (int i = 0; i < result.length; i++) {
            result[i] += addend[i];
        }
        return Tensor.wrap(left.shape(), result);
    }
}
