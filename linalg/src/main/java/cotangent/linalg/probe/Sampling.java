package cotangent.linalg.probe;

import cotangent.dsl.ShapeException;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.operator.LinearOperator;

/**
 * How much an estimate may cost and which random numbers it draws.
 *
 * @param budget    products with each operator to spend
 * @param seed      of all random numbers; the same seed gives the same estimate
 * @param law       of the probes
 * @param blockSize probes per product; 0 to choose by memory
 * @param listener  told after each block
 */
public record Sampling(int budget, long seed, Probes law, int blockSize, ProgressListener listener) {
    /** Checks the numbers. */
    public Sampling {
        if (budget < 1 || blockSize < 0) {
            throw new ShapeException("sampling: expected at least one product and a block size from 0, got %d and %d"
                    .formatted(budget, blockSize));
        }
    }

    /** A number of products, Rademacher probes, seed 0. */
    public static Sampling matvecs(int budget) {
        return new Sampling(budget, 0, Probes.RADEMACHER, 0, ProgressListener.NONE);
    }

    /** The same with another seed. */
    public Sampling seed(long other) {
        return new Sampling(budget, other, law, blockSize, listener);
    }

    /** The same with another law of the probes. */
    public Sampling probes(Probes other) {
        return new Sampling(budget, seed, other, blockSize, listener);
    }

    /** The same with blocks of a given number of probes; results do not depend on it but for rounding. */
    public Sampling blockSize(int other) {
        return new Sampling(budget, seed, law, other, listener);
    }

    /** The same with a listener. */
    public Sampling listener(ProgressListener other) {
        return new Sampling(budget, seed, law, blockSize, other);
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
        return "%d matvecs, %s probes, seed %d".formatted(budget, law, seed);
    }
}
