package cotangent.tornado.device;

import java.util.Arrays;

/**
 * Where elements begin: so far into a buffer, and so much further on with each step of the loops over time around them.
 *
 * @param buffer number of the buffer
 * @param start  first element
 * @param steps  elements for each step of each loop, outermost first
 */
public record Place(int buffer, int start, int... steps) {
    /** The same place seen from inside so many loops. */
    public Place within(int depth) {
        return new Place(buffer, start, Arrays.copyOf(steps, depth));
    }

    /** The place so many elements further on. */
    public Place plus(int elements) {
        return new Place(buffer, start + elements, steps);
    }

    /** The place that moves with the innermost loop. */
    public Place moving(int elements) {
        int[] moved = steps.clone();
        moved[moved.length - 1] = elements;
        return new Place(buffer, start, moved);
    }

    /** First element at the given steps. */
    public int at(int[] clock) {
        int position = start;
        for (int level = 0; level < steps.length; level++) {
            position += clock[level] * steps[level];
        }
        return position;
    }
}
