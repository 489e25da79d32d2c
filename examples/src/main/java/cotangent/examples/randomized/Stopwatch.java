package cotangent.examples.randomized;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** The least time that work takes in this process, since whatever disturbs it only adds to it, and the memory that it asks for. */
final class Stopwatch {
    /** Of a measurement, the least length of a batch of calls. */
    private static final double BATCH = 0.2;
    /** Measurements that it takes at least, so that what is compiled meanwhile is met, and at most. */
    private static final double LEAST = 6;
    private static final double MOST = 40;
    /** Batches in a row without news, by a twentieth, after which work has settled. */
    private static final int SETTLED = 5;
    private static final double NEWS = 0.95;
    private static final int FEWEST_RUNS = 2;
    private static final int MOST_RUNS = 10;

    private final double millis;

    /** Measurements in units of so many milliseconds. */
    Stopwatch(double millis) {
        this.millis = millis;
    }

    /** Microseconds of a call that is made again and again: the least mean of a batch, once these have settled. */
    double steady(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        int count = 1;
        int stale = 0;
        int batches = 0;
        long start = System.nanoTime();
        double elapsed = 0;
        while (batches < FEWEST_RUNS || (elapsed < MOST * millis && (stale < SETTLED || elapsed < LEAST * millis))) {
            long begin = System.nanoTime();
            for (int call = 0; call < count; call++) {
                work.run();
            }
            double spent = 1e-6 * (System.nanoTime() - begin);
            elapsed = 1e-6 * (System.nanoTime() - start);
            if (spent < BATCH * millis) {
                count *= 2;
                continue;
            }
            batches++;
            double mean = 1e3 * spent / count;
            stale = mean < NEWS * best ? 0 : stale + 1;
            best = Math.min(best, mean);
        }
        return best;
    }

    /**
     * Longer work, run a few times.
     *
     * @param micros    of the fastest run
     * @param allocated bytes that this thread asked for in the most modest run, those freed on the way included: no less than the peak
     */
    record Runs(double micros, long allocated) {}

    /** Two to ten runs. */
    Runs runs(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double best = Double.POSITIVE_INFINITY;
        long least = Long.MAX_VALUE;
        double spent = 0;
        for (int run = 0; run < FEWEST_RUNS || (run < MOST_RUNS && spent < 1e3 * LEAST * millis); run++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long begin = System.nanoTime();
            work.run();
            double elapsed = 1e-3 * (System.nanoTime() - begin);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            best = Math.min(best, elapsed);
            spent += elapsed;
        }
        return new Runs(best, least);
    }
}
