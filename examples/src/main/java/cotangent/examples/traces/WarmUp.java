package cotangent.examples.traces;

/** Runs work until the JVM has compiled what is hot in it. */
final class WarmUp {
    private static final long NANOS = 1_000_000_000L;
    private static final int FEWEST = 2;

    private WarmUp() {}

    static void run(Runnable work) {
        long started = System.nanoTime();
        for (int run = 0; run < FEWEST || System.nanoTime() - started < NANOS; run++) {
            work.run();
        }
    }
}
