package cotangent.spec.bench;

/**
 * One of the two that a case compares.
 *
 * @param name   who ran
 * @param timing how long it took
 */
record Side(String name, Timing timing) {
    /** Whether it took less time, by the medians. */
    boolean fasterThan(Side other) {
        return timing.median() < other.timing.median();
    }
}
