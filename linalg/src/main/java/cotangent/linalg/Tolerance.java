package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.linalg.operator.LinearOperator;
import java.util.Locale;

/**
 * What an adaptive randomized decomposition is asked for.
 *
 * @param relative  error, of the operator's norm
 * @param blockSize random vectors a round
 * @param maxRank   vectors at most
 */
record Tolerance(double relative, int blockSize, int maxRank) {
    private static final int BLOCK_SIZE = 10;

    static Tolerance of(String name, double relative) {
        if (!(relative > 0 && relative < 1)) {
            throw new InvalidDataException("%s: expected a relative tolerance between 0 and 1, such as 1e-3, got %s"
                    .formatted(name, relative));
        }
        return new Tolerance(relative, BLOCK_SIZE, Integer.MAX_VALUE);
    }

    Tolerance withBlockSize(String name, int vectors) {
        requirePositive(name, vectors);
        return new Tolerance(relative, vectors, maxRank);
    }

    Tolerance withMaxRank(String name, int vectors) {
        requirePositive(name, vectors);
        return new Tolerance(relative, blockSize, vectors);
    }

    private static void requirePositive(String name, int vectors) {
        if (vectors < 1) {
            throw new ShapeException("%s: expected at least one vector, got %d".formatted(name, vectors));
        }
    }

    /** No less than what products can give. */
    double inForce(LinearOperator operator) {
        int larger = Math.max(operator.rows(), operator.columns());
        return Math.max(relative, 32 * Math.sqrt(larger) * operator.dtype().unitRoundoff());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "relative error %.1e, blocks of %d", relative, blockSize);
    }
}
