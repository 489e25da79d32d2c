package cotangent.dsl.train;

import cotangent.dsl.CotangentException;

/** The checks of numbers that a user chooses. */
final class Hyperparameters {
    private Hyperparameters() {}

    static void require(String name, boolean holds, String expected, double actual) {
        if (!holds) {
            throw new CotangentException("%s: expected a number %s, got %s".formatted(name, expected, actual));
        }
    }

    static void requireFinite(String name, double actual) {
        require(name, actual >= 0 && actual < Double.POSITIVE_INFINITY, "from 0", actual);
    }

    static void requirePositive(String name, double actual) {
        require(name, actual > 0 && actual < Double.POSITIVE_INFINITY, "above 0", actual);
    }
}
