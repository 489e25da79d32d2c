package cotangent.dsl.simd;

import cotangent.dsl.compile.Plan;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Frames that wait for a call: as many as there were calls at once, up to a few. */
final class FramePool {
    private static final int KEPT = 16;

    private final Plan plan;
    private final AtomicReferenceArray<Frame> free = new AtomicReferenceArray<>(KEPT);

    FramePool(Plan plan) {
        this.plan = plan;
    }

    Frame take() {
        for (int i = 0; i < KEPT; i++) {
            if (free.getPlain(i) != null) {
                Frame frame = free.getAndSet(i, null);
                if (frame != null) {
                    return frame;
                }
            }
        }
        return new Frame(plan);
    }

    /** Takes back a frame that has forgotten its caller's arrays. */
    void giveBack(Frame frame) {
        for (int i = 0; i < KEPT; i++) {
            if (free.getPlain(i) == null && free.compareAndSet(i, null, frame)) {
                return;
            }
        }
    }
}
