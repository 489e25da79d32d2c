package cotangent.spec.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Warms up by calls and by the time a core has spent on them: where other processes want the same cores, a second by the
 * clock may be too little for the compiler to see what is hot.
 */
final class CoreWarmUp {
    private static final long LEAST_NANOS = 4_000_000_000L;
    private static final long MOST_NANOS = 6_000_000_000L;
    /** A generated kernel was seen to need up to 580 before it is compiled for good. */
    private static final int CALLS = 2000;

    private CoreWarmUp() {}

    /** Calls an operation until a core has given it so much time, at least once. */
    static void of(Runnable operation, long millis) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        do {
            operation.run();
        } while (threads.getCurrentThreadCpuTime() - start < millis * 1_000_000);
    }

    /** Calls an operation until a core has given it four seconds and it was called often, or six seconds. */
    static void of(Runnable operation) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long spent = 0;
        for (int calls = 0; spent < LEAST_NANOS || calls < CALLS && spent < MOST_NANOS; calls++) {
            operation.run();
            spent = threads.getCurrentThreadCpuTime() - start;
        }
    }
}
