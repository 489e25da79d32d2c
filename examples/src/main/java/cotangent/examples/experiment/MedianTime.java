package cotangent.examples.experiment;

/** How long work takes that is run several times: what disturbs a few of the runs does not count. */
public final class MedianTime {
    private MedianTime() {}

    /** Nanoseconds, the median of so many runs. */
    public static double nanos(int runs, Runnable work) {
        double[] nanos = new double[runs];
        for (int run = 0; run < runs; run++) {
            long started = System.nanoTime();
            work.run();
            nanos[run] = System.nanoTime() - started;
        }
        return Quartiles.of(nanos).median();
    }

    /** Milliseconds, likewise. */
    public static double millis(int runs, Runnable work) {
        return 1e-6 * nanos(runs, work);
    }
}
