package cotangent.dsl.reference;

import cotangent.dsl.DType;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Op;
import cotangent.dsl.kernel.Philox;

/** Random numbers from a key, or from each key of an array of keys. */
final class RandomKernel {
    private static final int KEY_WORDS = 4;

    private RandomKernel() {}

    static Kernel of(Op.Random op, TensorType out) {
        int count = op.type().size();
        int size = out.size();
        return inputs -> {
            int[] keys = (int[]) inputs[0];
            return out.dtype() == DType.F32 ? single(op, keys, count, size) : fill(op, keys, count, size);
        };
    }

    private static double[] fill(Op.Random op, int[] keys, int count, int size) {
        double[] result = new double[size];
        for (int i = 0; i * count < size; i++) {
            Philox.fillFromKey(op.distribution(), keys, i * KEY_WORDS, result, i * count, count);
        }
        return result;
    }

    private static double[] single(Op.Random op, int[] keys, int count, int size) {
        float[] numbers = new float[size];
        for (int i = 0; i * count < size; i++) {
            Philox.fillFromKey(op.distribution(), keys, i * KEY_WORDS, numbers, i * count, count);
        }
        return Elements.widened(numbers);
    }
}
