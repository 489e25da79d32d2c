package cotangent.linalg.trace;

import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.EntrywiseEstimate;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.Looks;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Sampling;

/**
 * Diag++: the diagonal of what a sketched subspace holds exactly, and Hutchinson's diagonal estimator on the rest.
 *
 * <p>R. A. Baston and Y. Nakatsukasa, Stochastic diagonal estimation: probabilistic bounds and an improved algorithm, 2022,
 * section 3. With Q an orthonormal basis of the range of A·S and P = I − QQᵀ, A = QQᵀA + PA, and from QᵀA the diagonal of the
 * first is known; that of PA comes from probes. Where A is known to be symmetric, AQ tells PAQQᵀ too, and only the diagonal
 * of PAP, which is smaller, is left to the probes. The cross terms have no trace but a diagonal, and are not dropped, so that
 * the estimate is unbiased for every A. The budget m is split as in {@link HutchPlusPlus}.
 *
 * <p>Given Q the probes are independent samples, and the error bars are those of {@link HutchinsonDiagonal} for the rest.
 * Where A has rank ⌊m/3⌋ or less they are of the size of rounding, and do not cover rounding.
 *
 * <p>Cost: m products, at least 4, of them ⌊m/3⌋ with the transpose where A is not known to be symmetric. Where m reaches the
 * dimension n, n products with the unit vectors, exact. In accuracy mode rounds begin with 30 products and double, from
 * nothing, or go on with probes where a few more will do.
 */
public final class DiagPlusPlus extends EntrywiseEstimator<DiagPlusPlus> {
    private DiagPlusPlus(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products, at least 4. */
    public static DiagPlusPlus matvecs(int budget) {
        return new DiagPlusPlus(Sampling.matvecs(budget), Accuracy.NONE);
    }

    @Override
    DiagPlusPlus with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new DiagPlusPlus(otherSampling, otherAccuracy);
    }

    /**
     * The diagonal of a square operator.
     *
     * @throws ShapeException                     if it is not square, or the budget is under 4 and under its dimension
     * @throws cotangent.dsl.InvalidDataException if it is empty or a product is NaN or infinite
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public EntrywiseEstimate diagonal(LinearOperator operator) {
        return CancelledException.unlessInterrupted("DiagPlusPlus", () -> estimated(operator));
    }

    private EntrywiseEstimate estimated(LinearOperator operator) {
        MeteredOperator metered = square("DiagPlusPlus", operator);
        int n = operator.columns();
        if (exactAtOnce(n, 3 * FIRST)) {
            return exactDiagonal(metered);
        }
        int round = accuracy.asked() ? Math.min(3 * FIRST, sampling.budget()) : sampling.budget();
        Round samples = new Round(metered, round);
        while (true) {
            EntrywiseEstimate estimate = samples.estimate();
            if (estimate.converged() || metered.left() == 0) {
                return estimate;
            }
            int count = samples.rest.count();
            long more = Looks.needed(count, excess(estimate)) - count;
            boolean last = more <= 2L * round || metered.left() <= 2L * round;
            long next = Math.min(metered.left(), last ? Math.max(more, count / 2) : 2L * round);
            if (Looks.exactPays(n, metered.left(), more, next)) {
                return exactDiagonal(metered);
            }
            if (last) {
                samples.extend((int) (count + next));
            } else {
                round *= 2;
                samples = new Round(metered, round);
            }
        }
    }

    /** One sketch, and samples of the rest. */
    private final class Round {
        private final MeteredOperator operator;
        private final OrthonormalBasis basis;
        private final double[] known;
        private final DiagonalSamples rest;

        Round(MeteredOperator operator, int products) {
            int s = products / 3;
            if (s < 1 || products - 2 * s < 2) {
                throw new ShapeException("DiagPlusPlus: expected at least 4 products, got %d; use HutchinsonDiagonal, "
                        .formatted(products) + "which needs 2");
            }
            this.operator = operator;
            int n = operator.columns();
            this.basis = OrthonormalBasis.spanning(operator.product(operator.sketchVectors(0, n, 0, s)));
            Tensor swept = Columns.wide(operator.transposedProduct(basis.block(operator.dtype())));
            this.known = known(swept);
            this.rest = new DiagonalSamples(n);
            extend(products - 2 * s);
        }

        /** The diagonal of QQᵀA, and of PAQQᵀ where A is symmetric, from AᵀQ. */
        private double[] known(Tensor swept) {
            Tensor q = basis.block(operator.dtype());
            double[] left = Columns.widened(Columns.wide(q));
            double[] right = Columns.widened(operator.symmetric()
                    ? Columns.plus(swept, basis.complement(swept))
                    : swept);
            int k = basis.size();
            double[] diagonal = new double[operator.columns()];
            for (int i = 0; i < diagonal.length; i++) {
                for (int j = 0; j < k; j++) {
                    diagonal[i] += left[i * k + j] * right[i * k + j];
                }
            }
            return diagonal;
        }

        void extend(int to) {
            while (rest.count() < to) {
                int from = rest.count();
                Tensor probes = operator.probes(from, Math.min(to, from + operator.blockWidth()));
                Tensor arguments = operator.symmetric() ? basis.complement(probes) : probes;
                rest.add(probes, basis.complement(Columns.wide(operator.product(arguments))));
            }
        }

        EntrywiseEstimate estimate() {
            double[] values = rest.values();
            for (int i = 0; i < values.length; i++) {
                values[i] += known[i];
            }
            int count = rest.count();
            return DiagPlusPlus.this.estimate("diagonal", operator, values, rest.standardErrors(), ErrorBar.SAMPLE,
                    count
                            - 1,
                    false, count, "%d directions deflated, %d %s probes on the rest".formatted(basis.size(), count,
                            sampling.law()));
        }
    }
}
