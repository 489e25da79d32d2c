package cotangent.linalg.probe;

import cotangent.dsl.InvalidDataException;

/**
 * How close an estimate is to come.
 *
 * @param relativeError half the width of its interval, relative to its value; 0 where the budget alone decides
 * @param confidence    of the interval
 */
public record Accuracy(double relativeError, double confidence) {
    /** None asked for: the budget alone decides. */
    public static final Accuracy NONE = new Accuracy(0, 0.95);

    /** Checks the numbers. */
    public Accuracy {
        if (!(relativeError >= 0 && relativeError < 1)) {
            throw new InvalidDataException("relativeError: expected a number between 0 and 1, such as 0.01, got "
                    + relativeError);
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new InvalidDataException("confidence: expected a number between 0 and 1, such as 0.95, got "
                    + confidence);
        }
    }

    /** Whether there is an error to reach. */
    public boolean asked() {
        return relativeError > 0;
    }
}
