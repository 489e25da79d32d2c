package cotangent.linalg.tangent;

import cotangent.dsl.ir.Cost;

/** A way to the squared norms of one part of the samples' gradients. */
interface NormRule {
    /**
     * Adds one sample's squared norms.
     *
     * @param block  the factors
     * @param sample which sample
     * @param from   the first output of the block
     * @param to     the one after the last
     * @param norms  [to - from], added to
     * @param space  {@value Scratch#SIZE} numbers to write to
     */
    void add(CotangentBlock block, int sample, int from, int to, double[] norms, Numbers space);

    /** What so many outputs of so many samples take. */
    Cost cost(double outputs, double samples);
}
