package cotangent.spec.bench;

import java.util.function.Consumer;

/**
 * How to measure.
 *
 * @param threads cores for either side
 * @param rounds  how often the sides take turns, each time in a new JVM or process
 * @param millis  length of one measurement; a round is three of them to warm up and five that count
 * @param python  the Python that runs peers
 * @param notes   takes progress and what a person should know
 */
record Settings(int threads, int rounds, int millis, String python, Consumer<String> notes) {
    static final int WARM_UPS = 3;
    static final int MEASUREMENTS = 5;

    /** The same on so many cores. */
    Settings onCores(int cores) {
        return new Settings(cores, rounds, millis, python, notes);
    }
}
