package cotangent.examples.experiment;

import cotangent.dsl.InvalidDataException;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The checks of the numbers that a user chooses. */
public final class Sizes {
    private static final int MOST = 1_000_000;

    private Sizes() {}

    /** Refuses a number that is not from {@code least} to a million. */
    public static void require(String option, int value, int least) {
        require(option, value, least, MOST);
    }

    /** Refuses a number out of a range. */
    public static void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidDataException("%s: expected a number from %d to %d, got %d".formatted(option, least, most,
                    value));
        }
    }

    /** Refuses widths that are not at least two different positive numbers in order. */
    public static double[] requireAscending(String option, int... values) {
        if (values.length < 2 || IntStream.range(1, values.length).anyMatch(i -> values[i] <= values[i - 1])) {
            throw new InvalidDataException(option + ": expected two or more ascending numbers such as 64,256,1024, got "
                    + Arrays.toString(values));
        }
        require(option, values[0], 1);
        require(option, values[values.length - 1], 1);
        return Arrays.stream(values).asDoubleStream().toArray();
    }
}
