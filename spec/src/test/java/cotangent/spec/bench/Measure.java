package cotangent.spec.bench;

/**
 * How a time is told: as a rate, such as GFLOP/s, or as a time per piece of work, such as ns per element.
 *
 * @param unit what it is told in
 * @param work how many pieces one operation is; of a rate, per nanosecond
 * @param rate whether more is better
 */
record Measure(String unit, double work, boolean rate) {
    static Measure gigaflops(double flops) {
        return new Measure("GFLOP/s", flops, true);
    }

    static Measure nanosPer(String piece, double pieces) {
        return new Measure("ns/" + piece, pieces, false);
    }

    static Measure microsPer(String piece, double pieces) {
        return new Measure("us/" + piece, 1e3 * pieces, false);
    }

    /** Milliseconds per operation. */
    static Measure millis() {
        return new Measure("ms", 1e6, false);
    }

    /** What an operation that takes so many nanoseconds reaches. */
    double of(double nanos) {
        return rate ? work / nanos : nanos / work;
    }
}
