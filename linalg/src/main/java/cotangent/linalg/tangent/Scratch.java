package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Space to write to, one for each thread at work, used again and again. */
final class Scratch {
    /** Numbers of a piece: with what it is made of it stays in a second-level cache. */
    static final int SIZE = 1 << 15;

    private final DType dtype;
    private final Queue<Numbers> free = new ConcurrentLinkedQueue<>();

    Scratch(DType dtype) {
        this.dtype = dtype;
    }

    /** At least {@value #SIZE} numbers, of any value. */
    Numbers take() {
        Numbers own = free.poll();
        return own == null ? Numbers.zeros(dtype, SIZE) : own;
    }

    void give(Numbers own) {
        free.add(own);
    }
}
