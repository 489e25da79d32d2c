package cotangent.linalg.infinite;

import java.util.ArrayDeque;
import java.util.Deque;

/** The arrays of one thread at work on runs of pairs. */
final class Room {
    private static final int SLOPE = 7;
    private static final int SCRATCH = SLOPE + 1;

    private final double[][] scratch = new double[SCRATCH][Pairs.ROOM];
    private final Deque<Pairs> free = new ArrayDeque<>();

    /** An array of {@link Pairs#LENGTH} numbers, for one step's use. */
    double[] scratch(int number) {
        return scratch[number];
    }

    /** An array for derivatives' moments. */
    double[] slope() {
        return scratch[SLOPE];
    }

    Pairs take() {
        Pairs pairs = free.poll();
        return pairs == null ? new Pairs() : pairs;
    }

    void giveBack(Pairs pairs) {
        free.push(pairs);
    }
}
