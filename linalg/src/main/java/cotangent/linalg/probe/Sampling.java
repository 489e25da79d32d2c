package cotangent.linalg.probe;

import cotangent.dsl.ShapeException;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.operator.LinearOperator;

/**
 * How much an estimate may cost, or how close it is to come, and which random numbers it draws.
 *
 * <p>{@code matvecs(60)} spends 60 products and says how close that came; {@code relativeError(0.01).confidence(0.95)} spends
 * what the error asks for, {@code atMost(1000)} products if told so.
 *
 * @param budget    products with each operator to spend; at most, where there is an error to reach
 * @param seed      of all random numbers; the same seed gives the same estimate
 * @param law       of the probes
 * @param blockSize probes per product; 0 to choose by memory
 * @param listener  told after each block
 * @param accuracy  the error to reach, if any
 */
public record Sampling(int budget, long seed, Probes law, int blockSize, ProgressListener listener, Accuracy accuracy) {
    /** Products that nobody counts: where an error is to be reached, the unit vectors end the search long before. */
    private static final int UNLIMITED = 1 << 24;

    /** Checks the numbers. */
    public Sampling {
        if (budget < 1 || blockSize < 0) {
            throw new ShapeException("sampling: expected at least one product and a block size from 0, got %d and %d"
                    .formatted(budget, blockSize));
        }
    }

    /** A number of products, Rademacher probes, seed 0. */
    public static Sampling matvecs(int budget) {
        return new Sampling(budget, 0, Probes.RADEMACHER, 0, ProgressListener.NONE, Accuracy.NONE);
    }

    /**
     * As many products as a relative error asks for, with a confidence of 0.95 unless told; Rademacher probes, seed 0.
     *
     * @param error half the width of the interval relative to the value, between 0 and 1, such as 0.01
     * @throws cotangent.dsl.InvalidDataException if it is not between 0 and 1
     */
    public static Sampling relativeError(double error) {
        return matvecs(UNLIMITED).accuracy(new Accuracy(error, Accuracy.NONE.confidence()));
    }

    /**
     * The same with another confidence of the interval that the relative error is about.
     *
     * @throws cotangent.dsl.InvalidDataException if it is not between 0 and 1
     */
    public Sampling confidence(double confidence) {
        return accuracy(new Accuracy(accuracy.relativeError(), confidence));
    }

    /** The same with an error to reach, or {@link Accuracy#NONE}. */
    public Sampling accuracy(Accuracy other) {
        return new Sampling(budget, seed, law, blockSize, listener, other);
    }

    /** The same with another number of products: where there is an error to reach, at most so many. */
    public Sampling atMost(int matvecs) {
        return new Sampling(matvecs, seed, law, blockSize, listener, accuracy);
    }

    /** The same with another seed. */
    public Sampling seed(long other) {
        return new Sampling(budget, other, law, blockSize, listener, accuracy);
    }

    /** The same with another law of the probes. */
    public Sampling probes(Probes other) {
        return new Sampling(budget, seed, other, blockSize, listener, accuracy);
    }

    /** The same with blocks of a given number of probes; results do not depend on it but for rounding. */
    public Sampling blockSize(int other) {
        return new Sampling(budget, seed, law, other, listener, accuracy);
    }

    /** The same with a listener. */
    public Sampling listener(ProgressListener other) {
        return new Sampling(budget, seed, law, blockSize, other, accuracy);
    }

    /** How many probes to send through an operator at once. */
    int blockFor(LinearOperator operator) {
        return blockSize > 0 ? blockSize : BlockProducts.widthFor(operator);
    }

    ProbeStream measured() {
        return new ProbeStream(law, seed, 0);
    }

    ProbeStream sketched(int operator) {
        return new ProbeStream(law, seed, 1 + operator);
    }

    @Override
    public String toString() {
        String much = accuracy.asked()
                ? "relative error %s with confidence %s".formatted(accuracy.relativeError(), accuracy.confidence())
                : budget + " matvecs";
        return "%s, %s probes, seed %d".formatted(much, law, seed);
    }
}
