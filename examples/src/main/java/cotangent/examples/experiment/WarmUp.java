package cotangent.examples.experiment;

/**
 * Runs work until the JVM has compiled what is hot in it.
 *
 * @param millis at least so long, and at least twice; 0 for not at all
 */
public record WarmUp(int millis) {
    /** Runs it. */
    public void run(Runnable work) {
        long started = System.nanoTime();
        for (int run = 0; millis > 0 && (run < 2 || System.nanoTime() - started < 1_000_000L * millis); run++) {
            work.run();
        }
    }
}
