package cotangent.dsl.reference;

import cotangent.dsl.DType;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Op;
import cotangent.dsl.kernel.Philox;

/** Random numbers from keys, one draw of the type's shape for each. */
final class RandomKernel {
    private static final int KEY_WORDS = 4;

    private RandomKernel() {
    }

    static Kernel of(Op.Random op, TensorType out) {
        int count = op.type().size();
        return inputs -> {
            int[] keys = (int[]) inputs[0];
            double[] numbers = new double[out.size()];
            for (int i = 0; i < keys.length / KEY_WORDS; i++) {
                draw(op, keys, i * KEY_WORDS, numbers, i * count, count);
            }
            return numbers;
        };
    }

    private static void draw(Op.Random op, int[] keys, int key, double[] numbers, int offset, int count) {
        if (op.type().dtype() == DType.F64) {
            Philox.fillFromKey(op.distribution(), keys, key, numbers, offset, count);
            return;
        }
        float[] rounded = new float[count];
        Philox.fillFromKey(op.distribution(), keys, key, rounded, 0, count);
        for (int i = 0; i < count; i++) {
            numbers[offset + i] = rounded[i];
        }
    }
}
