package cotangent.dsl.kernel;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;

/**
 * The one daemon thread that has vector kernels compiled before they are used, a round of each in turn.
 *
 * <p>It waits a while before it begins: a job that is over by then gains nothing from vectors, and on two cores the
 * compiler would take time from it. On the machine this was measured on, the command line's {@code ntk} took .85 s with
 * this wait and 1.3 s without, 2.0 s and 2.5 s of both cores' time.
 */
public final class WarmUpThread {
    private static final long PATIENCE_MILLIS = 500;
    private static final LinkedBlockingQueue<BooleanSupplier> WAITING = new LinkedBlockingQueue<>();

    static {
        Thread.ofPlatform().daemon().name("cotangent-warm-up").start(WarmUpThread::work);
    }

    private WarmUpThread() {}

    /** Has a kernel warmed: {@code round} is called, in turn with the others', until it says that it needs no more. */
    public static void submit(BooleanSupplier round) {
        WAITING.add(round);
    }

    private static void work() {
        try {
            Thread.sleep(PATIENCE_MILLIS);
            while (true) {
                BooleanSupplier round = WAITING.take();
                if (!round.getAsBoolean()) {
                    WAITING.add(round);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
