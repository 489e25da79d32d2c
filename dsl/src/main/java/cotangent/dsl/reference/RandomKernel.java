package cotangent.dsl.reference;

import cotangent.dsl.CotangentException;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Op;

/** Random numbers from a key. */
final class RandomKernel {
    private RandomKernel() {}

    static Kernel of(Op.Random op, TensorType out) {
        return inputs -> {
            throw new CotangentException("random: " + op.distribution() + " numbers of type " + out
                    + " are not there yet");
        };
    }
}
