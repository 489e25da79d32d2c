package cotangent.examples.curvature;

import cotangent.dsl.InvalidDataException;

/** The checks of the numbers that a user chooses. */
final class Sizes {
    private Sizes() {}

    /** Refuses a number out of a range. */
    static void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidDataException("%s: expected a number from %d to %d, got %d".formatted(option, least, most,
                    value));
        }
    }
}
