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

    private final int size;

    Scratch(DType dtype) {
        this(dtype, SIZE);
    }

    Scratch(DType dtype, int size) {
        this.dtype = dtype;
        this.size = size;
    }

    /** So many numbers, of any value. */
    Numbers take() {
        Numbers own = free.poll();
        return own == null ? Numbers.zeros(dtype, size) : own;
    }

    void give(Numbers own) {
        free.add(own);
    }
}
