package cotangent.linalg.trace;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.Sampling;

/**
 * XTrace: every probe serves the sketch of all others and is a sample beside it.
 *
 * <p>E. N. Epperly, J. A. Tropp and R. J. Webber, XTrace: making the most of every sample in stochastic trace estimation, SIAM
 * J. Matrix Anal. Appl. 45 (2024). With P_i the projector on the range of A·Ω without its column i, each
 * t_i = tr P_i A + ω_iᵀ(I − P_i) A (I − P_i)ω_i is unbiased, and so is their mean, for every square A. With Q an orthonormal
 * basis of A·Ω = QR, P_i = Q(I − s_i s_iᵀ)Qᵀ where s_i is column i of R⁻ᵀ, normalised (section 2.1), so that all come from
 * A·Ω and A·Q. For probes of a rotation-invariant law, sphere (the default) and Gaussian, (I − P_i)ω_i is scaled to the
 * squared length n − k + 1, k the number of probes: what its own length is has no bearing on the trace (section 2.3).
 *
 * <p>The error bar is the standard deviation of the k numbers t_i over √k, a heuristic, as they are not independent
 * ({@link ErrorBar#LEAVE_ONE_OUT}): from 60 products its 95 % intervals held the truth in 77 to 94 of 100 cases on spectra of
 * several kinds, least on steep ones. Where A has rank k − 1 or less the value is exact but for rounding, and so says the bar.
 *
 * <p>Cost: 2⌊m/2⌋ products for a budget of m, at least 4. Where m reaches the dimension n, n products with the unit vectors,
 * exact. In accuracy mode the number of probes doubles from 10 on; the products A·Ω are kept from round to round,
 * and where the next round would cost n products or more, the unit vectors take its place.
 */
public final class XTrace extends ProbeEstimator<XTrace> {
    private XTrace(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products, at least 4, on sphere probes. */
    public static XTrace matvecs(int budget) {
        return new XTrace(Sampling.matvecs(budget).probes(Probes.SPHERE), Accuracy.NONE);
    }

    @Override
    XTrace with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new XTrace(otherSampling, otherAccuracy);
    }

    /**
     * The trace of a square operator.
     *
     * @throws cotangent.dsl.ShapeException       if it is not square, or the budget is under 4 and under its dimension
     * @throws cotangent.dsl.InvalidDataException if the probes are not independent, it is empty or a product is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between blocks
     */
    public Estimate trace(LinearOperator operator) {
        return CancelledException.unlessInterrupted("XTrace", () -> estimated(operator));
    }

    private Estimate estimated(LinearOperator operator) {
        Traces.requireSquare("XTrace", operator);
        Exchangeable.requireIndependent("XTrace", sampling.law());
        MeteredOperator metered = MeteredOperator.of("XTrace", operator, sampling);
        return new Run(metered).trace();
    }

    /** One estimate. */
    private final class Run {
        private final MeteredOperator operator;
        private final Exchangeable exchange;

        Run(MeteredOperator operator) {
            this.operator = operator;
            this.exchange = new Exchangeable(operator);
        }

        Estimate trace() {
            int budget = sampling.budget();
            int n = operator.columns();
            // in accuracy mode the unit vectors are taken at once only where they cost no more than a first round
            if (budget >= n && (!accuracy.asked() || n <= 2 * Exchangeable.FIRST)) {
                return judged(exchange.exact());
            }
            Exchangeable.requireBudget("XTrace", budget, 4);
            int k = accuracy.asked() ? Math.min(Exchangeable.FIRST, budget / 2) : budget / 2;
            if (!accuracy.asked()) {
                operator.plan(2L * k);
            }
            while (true) {
                exchange.grow(k);
                Estimate estimate = judged(estimate());
                if (!accuracy.asked() || estimate.converged()) {
                    return estimate;
                }
                int next = exchange.next(1);
                if (next == 0) {
                    return judged(exchange.exact());
                }
                if (next <= k) {
                    return estimate;
                }
                k = next;
            }
        }

        private Estimate estimate() {
            OrthonormalBasis basis = OrthonormalBasis.spanning(exchange.images());
            Tensor swept = operator.product(basis.block(operator.dtype()));
            return exchange.estimate(leaveOneOut(basis, swept), "a sketch");
        }

        /** The k numbers t_i, for A·Q swept out already. */
        private double[] leaveOneOut(OrthonormalBasis basis, Tensor swept) {
            int k = exchange.count();
            double[] r = Columns.widened(basis.coefficients(exchange.images()));
            double[] left = Directions.of(k, r, 2 * operator.dtype().unitRoundoff()).columns();
            double[] middle = Columns.widened(basis.coefficients(swept));
            double[] inside = Columns.widened(basis.coefficients(exchange.probes())).clone();
            double trace = 0;
            double[] values = new double[k];
            for (int i = 0; i < k; i++) {
                trace += middle[i * k + i];
                double overlap = 0;
                for (int p = 0; p < k; p++) {
                    overlap += left[p * k + i] * inside[p * k + i];
                    for (int q = 0; q < k; q++) {
                        values[i] -= left[p * k + i] * middle[p * k + q] * left[q * k + i];
                    }
                }
                for (int p = 0; p < k; p++) {
                    inside[p * k + i] -= left[p * k + i] * overlap;
                }
            }
            Tensor coefficients = Tensor.wrap(Shape.of(k, k), inside);
            Tensor rest = Columns.minus(Columns.wide(exchange.probes()), basis.combine(coefficients, DType.F64));
            Tensor image = Columns.minus(Columns.wide(exchange.images()), Columns.multiply(swept, coefficients));
            double[] forms = Columns.dots(rest, image);
            double[] lengths = Columns.dots(rest, rest);
            for (int i = 0; i < k; i++) {
                values[i] += trace + forms[i] * exchange.scale(lengths[i]);
            }
            return values;
        }
    }
}
