package cotangent.spec.bench;

import java.util.function.Consumer;

/**
 * How to measure.
 *
 * @param threads      cores for either side
 * @param rounds       how often the sides take turns, each time in a new JVM or process
 * @param millis       length of one measurement
 * @param warmUps      measurements of a round to warm up
 * @param measurements measurements of a round that count
 * @param python       the Python that runs peers
 * @param notes        takes progress and what a person should know
 */
record Settings(int threads, int rounds, int millis, int warmUps, int measurements, String python,
        Consumer<String> notes) {
    private static final int WARM_UPS = 3;
    private static final int MEASUREMENTS = 5;
    /** Below this length of a measurement the whole is meant to be over soon. */
    private static final int LONG_MILLIS = 1000;

    /** Rounds of three measurements to warm up and five that count. */
    Settings(int threads, int rounds, int millis, String python, Consumer<String> notes) {
        this(threads, rounds, millis, WARM_UPS, MEASUREMENTS, python, notes);
    }

    /** For work of which one call may be longer than a measurement and which warms up before the first. */
    Settings forLongWork() {
        return new Settings(threads, rounds, millis, 1, millis < LONG_MILLIS ? 3 : MEASUREMENTS, python, notes);
    }

    /** How long such work warms up, by the time a core has spent: vector kernels are compiled beside the first products. */
    int warmUpMillis() {
        return Math.max(2500, 3 * millis);
    }

    /** The same on so many cores. */
    Settings onCores(int cores) {
        return new Settings(cores, rounds, millis, warmUps, measurements, python, notes);
    }
}
