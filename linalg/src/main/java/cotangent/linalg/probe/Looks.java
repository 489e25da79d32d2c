package cotangent.linalg.probe;

/** When a measurement that is to reach a target looks at its error, and how it goes on. */
public final class Looks {
    /** Probes before the error is first looked at: with fewer it is too badly known itself. */
    static final int FIRST = 10;
    /** Products of the first round with a sketch, a third of them probes. */
    static final int FIRST_ROUND = 3 * FIRST;
    /** More probes than predicted, so that the next look is mostly the last. */
    private static final double MARGIN = 1.1;

    private Looks() {}

    /** How many probes bring an error down to its target: it falls as one over the root of their number. */
    public static long needed(int count, double excess) {
        return (long) Math.ceil(MARGIN * excess * excess * count);
    }

    /** How many probes to have at the next look: as many as needed, by half more to four times as many. */
    public static long next(int count, long needed) {
        return Math.clamp(needed, count + count / 2, 4L * count);
    }

    /**
     * Whether the budget left pays for the unit vectors, and either they cost no more than the probes that are needed, or the
     * next probes will not do and leave too little for them.
     */
    public static boolean exactPays(int dimension, long left, long needed, long next) {
        return left >= dimension && (needed >= dimension || needed > next && left - next < dimension);
    }
}
