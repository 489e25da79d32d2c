package cotangent.linalg.trace;

import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.EntrywiseEstimate;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.Looks;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Sampling;

/**
 * The diagonal of a square operator: Σ v ⊙ Av over Σ v ⊙ v, entry by entry, over random probes v.
 *
 * <p>C. Bekas, E. Kokiopoulou and Y. Saad, An estimator for the diagonal of a matrix, Applied Numerical Mathematics 57 (2007).
 * Unbiased for all laws of the probes. The variance of entry i is (‖a_i‖² − a_ii²)/m for signs (the default), a_i being row i,
 * and over m − 2 for normal probes (R. A. Baston and Y. Nakatsukasa, Stochastic diagonal estimation: probabilistic bounds and
 * an improved algorithm, 2022, who bound the tails likewise): the rows' off-diagonal parts set the error, not the trace's.
 *
 * <p>The error bar of each entry is that of the regression of (Av)_i on v_i, with m − 1 degrees of freedom; exact for normal
 * probes.
 *
 * <p>Cost: m products, at least 2. Where m reaches the dimension n, n products with the unit vectors, exact.
 */
public final class HutchinsonDiagonal extends EntrywiseEstimator<HutchinsonDiagonal> {
    private HutchinsonDiagonal(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products, at least 2. */
    public static HutchinsonDiagonal matvecs(int budget) {
        return new HutchinsonDiagonal(Sampling.matvecs(budget), Accuracy.NONE);
    }

    @Override
    HutchinsonDiagonal with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new HutchinsonDiagonal(otherSampling, otherAccuracy);
    }

    /**
     * The diagonal of a square operator.
     *
     * @throws ShapeException                     if it is not square, or the budget is under 2 and under its dimension
     * @throws cotangent.dsl.InvalidDataException if it is empty or a product is NaN or infinite
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public EntrywiseEstimate diagonal(LinearOperator operator) {
        return CancelledException.unlessInterrupted("HutchinsonDiagonal", () -> estimated(operator));
    }

    private EntrywiseEstimate estimated(LinearOperator operator) {
        MeteredOperator metered = square("HutchinsonDiagonal", operator);
        int n = operator.columns();
        int budget = sampling.budget();
        if (exactAtOnce(n, FIRST)) {
            return exactDiagonal(metered);
        }
        if (budget < 2) {
            throw new ShapeException("HutchinsonDiagonal: expected at least 2 products, got " + budget
                    + "; the error bar comes from the spread of at least 2 samples");
        }
        DiagonalSamples samples = new DiagonalSamples(n);
        int next = accuracy.asked() ? Math.min(FIRST, budget) : budget;
        while (true) {
            extend(metered, samples, next);
            EntrywiseEstimate estimate = estimate("diagonal", metered, samples.values(), samples.standardErrors(),
                    ErrorBar.SAMPLE, next - 1, false, next, "%d %s probes".formatted(next, sampling.law()));
            if (estimate.converged() || metered.left() == 0) {
                return estimate;
            }
            long needed = Looks.needed(next, excess(estimate));
            int after = (int) Math.min(budget, Looks.next(next, needed));
            if (Looks.exactPays(n, metered.left(), needed - next, after - next)) {
                return exactDiagonal(metered);
            }
            next = after;
        }
    }

    private void extend(MeteredOperator operator, DiagonalSamples samples, int to) {
        while (samples.count() < to) {
            int from = samples.count();
            Tensor probes = operator.probes(from, Math.min(to, from + operator.blockWidth()));
            samples.add(probes, operator.product(probes));
        }
    }
}
