package cotangent.examples.traces;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How much memory a computation holds at a time, garbage not counted: the heap is collected all the while. */
final class PeakMemory {
    private static final int COLLECTIONS = 30;
    private static final long PATIENCE_NANOS = 500_000_000L;

    private PeakMemory() {}

    /** Bytes that live beyond those that did before, at the most of the collections while the work ran, again and again. */
    static long of(Runnable work) {
        long before = live();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger count = new AtomicInteger();
        AtomicLong most = new AtomicLong(before);
        Thread.ofPlatform().daemon().name("peak-memory").start(() -> {
            while (!done.get()) {
                most.accumulateAndGet(live(), Math::max);
                count.incrementAndGet();
            }
        });
        try {
            long started = System.nanoTime();
            do {
                work.run();
            } while (count.get() < COLLECTIONS && System.nanoTime() - started < PATIENCE_NANOS);
        } finally {
            done.set(true);
        }
        return most.get() - before;
    }

    /** Bytes that are left after a collection. */
    private static long live() {
        System.gc();
        long sum = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage left = pool.getCollectionUsage();
            sum += pool.getType() == MemoryType.HEAP && left != null ? left.getUsed() : 0;
        }
        return sum;
    }
}
