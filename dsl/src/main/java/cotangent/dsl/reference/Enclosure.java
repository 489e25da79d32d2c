package cotangent.dsl.reference;

import java.util.Arrays;

/** What is known of one value of a graph: a ball per floating-point element, or an integer or truth value and a doubt. */
sealed interface Enclosure {
    /** Of an F32 or F64 value. */
    record Balls(double[] centers, double[] radii) implements Enclosure {
        static Balls exact(double[] values) {
            return new Balls(values, new double[values.length]);
        }

        static Balls allocate(int size) {
            return new Balls(new double[size], new double[size]);
        }

        Ball at(int i) {
            return new Ball(centers[i], radii[i]);
        }

        void set(int i, Ball ball) {
            centers[i] = ball.center();
            radii[i] = ball.radius();
        }

        int size() {
            return centers.length;
        }
    }

    /**
     * Of an I32 or BOOL value.
     *
     * @param values    {@code int[]} or {@code boolean[]}
     * @param undecided where rounding may lead another implementation to another value
     */
    record Decisions(Object values, boolean[] undecided) implements Enclosure {
        int[] ints() {
            return (int[]) values;
        }

        boolean[] truths() {
            return (boolean[]) values;
        }

        boolean isDecided(int i) {
            return !undecided[i];
        }
    }

    /** The enclosure of a value that every implementation has, from the interpreter's array. */
    static Enclosure exact(Object array) {
        return switch (array) {
            case double[] values -> Balls.exact(values);
            case int[] values -> new Decisions(values, new boolean[values.length]);
            case boolean[] values -> new Decisions(values, new boolean[values.length]);
            default -> throw new AssertionError(array);
        };
    }

    /** The same doubt for every element. */
    static Decisions decisions(Object values, int size, boolean undecided) {
        boolean[] doubts = new boolean[size];
        Arrays.fill(doubts, undecided);
        return new Decisions(values, doubts);
    }
}
