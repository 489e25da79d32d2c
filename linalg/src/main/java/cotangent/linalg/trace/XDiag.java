package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.EntrywiseEstimate;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.Sampling;

/**
 * XDiag: the diagonal of a square operator, where every probe serves the sketch of all others and is a sample beside it.
 *
 * <p>E. N. Epperly, J. A. Tropp and R. J. Webber, XTrace: making the most of every sample in stochastic trace estimation, SIAM
 * J. Matrix Anal. Appl. 45 (2024), section 2.5. With P_i the projector on the range of A·Ω without its column i, each
 * diag(P_i A) + ω_i ⊙ (I − P_i)Aω_i is unbiased for probes of signs, and so is their mean, for every A. With Q an orthonormal
 * basis of A·Ω = QR, Z = AᵀQ and s_i column i of R⁻ᵀ, normalised, P_i = Q(I − s_i s_iᵀ)Qᵀ and (I − P_i)Aω_i = Qs_i/‖R⁻ᵀe_i‖, so
 * that entry j of it is (QZᵀ)_jj − (Qs_i)_j (Zs_i)_j + ω_ij (Qs_i)_j/‖R⁻ᵀe_i‖.
 *
 * <p>The error bar of an entry is the standard deviation of its k numbers over √k, a heuristic, as they are not independent
 * ({@link ErrorBar#LEAVE_ONE_OUT}): from 60 products its 95 % intervals held 91 to 95 of 100 entries. Only signs will do: other laws would divide by ω_ij², whose reciprocal has no mean.
 *
 * <p>Cost: 2⌊m/2⌋ products for a budget of m, at least 4, half of them with the transpose where A is not known to be symmetric.
 * Where m reaches the dimension n, n products with the unit vectors, exact. In accuracy mode the number of probes doubles from
 * 10 on; the products A·Ω are kept from round to round.
 */
public final class XDiag extends EntrywiseEstimator<XDiag> {
    private XDiag(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products, at least 4. */
    public static XDiag matvecs(int budget) {
        return new XDiag(Sampling.matvecs(budget), Accuracy.NONE);
    }

    @Override
    XDiag with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new XDiag(otherSampling, otherAccuracy);
    }

    /**
     * The diagonal of a square operator.
     *
     * @throws cotangent.dsl.ShapeException if it is not square, or the budget is under 4 and under its dimension
     * @throws InvalidDataException         if the probes are not signs, it is empty or a product is NaN or infinite
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public EntrywiseEstimate diagonal(LinearOperator operator) {
        return CancelledException.unlessInterrupted("XDiag", () -> estimated(operator));
    }

    private EntrywiseEstimate estimated(LinearOperator operator) {
        if (sampling.law() != Probes.RADEMACHER) {
            throw new InvalidDataException("XDiag: expected Rademacher probes, got %s ones; DiagPlusPlus takes them"
                    .formatted(sampling.law()));
        }
        MeteredOperator metered = square("XDiag", operator);
        if (exactAtOnce(operator.columns(), 2 * FIRST)) {
            return exactDiagonal(metered);
        }
        int budget = sampling.budget();
        Exchangeable.requireBudget("XDiag", budget, 4);
        Exchangeable exchange = new Exchangeable(metered);
        int k = accuracy.asked() ? Math.min(Exchangeable.FIRST, budget / 2) : budget / 2;
        if (!accuracy.asked()) {
            metered.plan(2L * k);
        }
        while (true) {
            exchange.grow(k);
            EntrywiseEstimate estimate = leaveOneOut(metered, exchange);
            if (!accuracy.asked() || estimate.converged()) {
                return estimate;
            }
            int next = exchange.next(1);
            if (next == 0) {
                return exactDiagonal(metered);
            }
            if (next <= k) {
                return estimate;
            }
            k = next;
        }
    }

    private EntrywiseEstimate leaveOneOut(MeteredOperator operator, Exchangeable exchange) {
        int n = operator.columns();
        int k = exchange.count();
        OrthonormalBasis basis = OrthonormalBasis.spanning(exchange.images());
        Tensor q = basis.block(operator.dtype());
        Tensor z = Columns.wide(operator.transposedProduct(q));
        double[] r = Columns.widened(basis.coefficients(exchange.images()));
        Directions directions = Directions.of(k, r, 2 * operator.dtype().unitRoundoff());
        Tensor s = Tensor.wrap(Shape.of(k, k), directions.columns());
        double[] lost = Columns.widened(Columns.multiply(q, s));
        double[] swept = Columns.widened(Columns.multiply(z, s));
        double[] left = Columns.widened(Columns.wide(q));
        double[] right = Columns.widened(z);
        double[] omega = Columns.widened(Columns.wide(exchange.probes()));
        double[] values = new double[n];
        double[] errors = new double[n];
        double[] parts = new double[k];
        for (int j = 0; j < n; j++) {
            double known = 0;
            double mean = 0;
            for (int i = 0; i < k; i++) {
                int at = j * k + i;
                known += left[at] * right[at];
                parts[i] = lost[at] * (omega[at] / directions.lengths()[i] - swept[at]);
                mean += parts[i] / k;
            }
            double squares = 0;
            for (double part : parts) {
                squares += (part - mean) * (part - mean);
            }
            values[j] = known + mean;
            errors[j] = Math.sqrt(squares / (k - 1) / k);
        }
        return estimate("diagonal", operator, values, errors, ErrorBar.LEAVE_ONE_OUT, k - 1, false, k,
                "%d probes, each beside a sketch by the others".formatted(k));
    }
}
