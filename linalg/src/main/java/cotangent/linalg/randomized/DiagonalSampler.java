package cotangent.linalg.randomized;

import cotangent.dsl.ir.Distribution;
import cotangent.dsl.kernel.Philox;

/** Indices drawn with probabilities in proportion to weights, from one endless sequence of uniform numbers per seed. */
public final class DiagonalSampler {
    /** Apart from the streams of estimators and of the other decompositions. */
    private static final long STREAM = 7L << 33;

    private final long seed;
    private final double[] number = new double[1];
    private long drawn;

    /** A sequence that has not begun. */
    public DiagonalSampler(long seed) {
        this.seed = seed;
    }

    /** The next number, uniform on [0, 1). */
    public double uniform() {
        Philox.fill(Distribution.UNIFORM, seed, STREAM, 0, number, 0, 1, 1, drawn++);
        return number[0];
    }

    /** So many independent indices; weights are not negative and not all zero. */
    public int[] draw(double[] weights, int count) {
        double total = sum(weights);
        int[] indices = new int[count];
        for (int j = 0; j < count; j++) {
            double target = uniform() * total;
            int last = 0;
            double passed = 0;
            for (int i = 0; i < weights.length && passed <= target; i++) {
                if (weights[i] > 0) {
                    last = i;
                    passed += weights[i];
                }
            }
            indices[j] = last;
        }
        return indices;
    }

    /** The sum of the weights, added in order. */
    public static double sum(double[] weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        return sum;
    }
}
