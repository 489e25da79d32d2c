package cotangent.linalg.ntk;

import cotangent.linalg.Estimate;

/**
 * Three statistics of one kernel from the same products; each {@code numMatvecs} is that of all three together.
 *
 * @param trace         tr K
 * @param frobeniusNorm ‖K‖_F
 * @param effectiveRank (tr K)²/‖K‖_F²
 */
public record KernelStatistics(Estimate trace, Estimate frobeniusNorm, Estimate effectiveRank) {
    @Override
    public String toString() {
        return trace + "\n" + frobeniusNorm + "\n" + effectiveRank;
    }
}
