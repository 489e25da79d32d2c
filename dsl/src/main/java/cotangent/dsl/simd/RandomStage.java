package cotangent.dsl.simd;

import cotangent.dsl.compile.View;
import cotangent.dsl.ir.Op;
import cotangent.dsl.kernel.Philox;

/** Random numbers, one draw for each key. */
final class RandomStage implements Stage {
    private final Op.Random op;
    private final View keys;
    private final View to;

    RandomStage(Op.Random op, View keys, View to) {
        this.op = op;
        this.keys = keys;
        this.to = to;
    }

    @Override
    public void run(Frame frame) {
        int[] words = frame.ints(keys.buffer().slot());
        int count = op.type().size();
        for (int draw = 0; draw < keys.size() / 4; draw++) {
            int key = frame.start(keys) + 4 * draw;
            int offset = frame.start(to) + draw * count;
            switch (op.type().dtype()) {
                case F64 -> Philox.fillFromKey(op.distribution(), words, key, frame.doubles(to.buffer().slot()), offset,
                        count);
                case F32 -> Philox.fillFromKey(op.distribution(), words, key, frame.floats(to.buffer().slot()), offset,
                        count);
                case I32, BOOL -> throw new AssertionError(op);
            }
        }
    }
}
