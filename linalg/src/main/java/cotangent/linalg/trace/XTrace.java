package cotangent.linalg.trace;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;
import java.time.Duration;
import java.util.Arrays;

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
 * ({@link ErrorBar#LEAVE_ONE_OUT}). Where A has rank k − 1 or less the value is exact but for rounding, and so says the bar.
 *
 * <p>Cost: 2⌊m/2⌋ products for a budget of m, at least 4. Where m reaches the dimension n, n products with the unit vectors,
 * exact. In accuracy mode the number of probes doubles from 10 on; the products A·Ω are kept from round to round.
 */
public final class XTrace extends ProbeEstimator<XTrace> {
    private static final int FIRST_PROBES = 10;

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
     * @throws ShapeException       if it is not square, or the budget is under 4 and under its dimension
     * @throws InvalidDataException if it is empty or a product is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between blocks
     */
    public Estimate trace(LinearOperator operator) {
        Traces.requireSquare("XTrace", operator);
        int n = operator.columns();
        // in accuracy mode the unit vectors are taken at once only where they cost no more than a first round
        if (n == 0 || sampling.budget() >= n && (!accuracy.asked() || n <= 2 * FIRST_PROBES)) {
            return judged(Estimate.of("trace", MomentSampler.of(operator, sampling, QuadraticForm.trace()).exact(),
                    Statistic.identity()));
        }
        if (sampling.budget() < 4) {
            throw new ShapeException("XTrace: expected at least 4 products, got %d; use Hutchinson, which needs 2"
                    .formatted(sampling.budget()));
        }
        return new Run(operator).trace();
    }

    /** One estimate. */
    private final class Run {
        private final long started = System.nanoTime();
        private final CountingOperator operator;
        private final int n;
        private Tensor probes;
        private Tensor images;

        Run(LinearOperator operator) {
            this.operator = CountingOperator.of(operator);
            this.n = operator.columns();
            this.probes = Columns.narrowed(operator.dtype(), n, 0, new double[0]);
            this.images = probes;
        }

        Estimate trace() {
            int budget = sampling.budget();
            int k = accuracy.asked() ? Math.min(FIRST_PROBES, budget / 2) : budget / 2;
            while (true) {
                Estimate estimate = judged(estimate(k));
                // a next round of 2k probes takes k more for A·Ω and 2k for A·Q
                int next = (int) Math.min(Math.min(2L * k, (budget - operator.products() + k) / 2), n - 1L);
                if (!accuracy.asked() || estimate.converged() || next <= k) {
                    return estimate;
                }
                k = next;
            }
        }

        private Estimate estimate(int k) {
            Tensor more = new ProbeStream(sampling.law(), sampling.seed(), 0).block(operator.dtype(), n, probes.shape()
                    .extent(1), k);
            images = Columns.join(images, product(more));
            probes = Columns.join(probes, more);
            OrthonormalBasis basis = OrthonormalBasis.spanning(images);
            Tensor swept = product(basis.block(operator.dtype()));
            double[] values = leaveOneOut(k, basis, swept);
            double mean = Arrays.stream(values).sum() / k;
            double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
            return new Estimate("trace", mean, Math.sqrt(squares / (k - 1) / k), ErrorBar.LEAVE_ONE_OUT, k - 1, 0,
                    operator.products(), operator.jvps(), operator.vjps(), k, sampling.seed(),
                    "%d probes, each beside a sketch by the others".formatted(k), Duration.ofNanos(System.nanoTime()
                            - started),
                    true);
        }

        private Tensor product(Tensor block) {
            int width = sampling.blockSize() > 0 ? sampling.blockSize() : BlockProducts.widthFor(operator);
            Tensor product = Columns.narrowed(operator.dtype(), n, 0, new double[0]);
            int k = block.shape().extent(1);
            for (int from = 0; from < k; from += width) {
                CancelledException.throwIfInterrupted("XTrace", operator.products(), sampling.budget());
                Tensor part = operator.matmat(Columns.range(block, from, Math.min(k, from + width)));
                product = Columns.join(product, part);
                sampling.listener().progressed(operator.products(), sampling.budget());
            }
            for (double square : Columns.dots(product, product)) {
                if (!Double.isFinite(square)) {
                    throw new InvalidDataException(
                            "estimate: the operator's product is NaN or infinite; check parameters and inputs");
                }
            }
            return product;
        }

        /** The k numbers t_i, for A·Q swept out already. */
        private double[] leaveOneOut(int k, OrthonormalBasis basis, Tensor swept) {
            double[] left = directions(k, Columns.widened(basis.coefficients(images)).clone());
            double[] middle = Columns.widened(basis.coefficients(swept));
            double[] inside = Columns.widened(basis.coefficients(probes)).clone();
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
            Tensor rest = Columns.wide(probes).minus(basis.combine(coefficients, DType.F64));
            Tensor image = Columns.wide(images).minus(Columns.multiply(swept, coefficients));
            double[] forms = Columns.dots(rest, image);
            double[] lengths = Columns.dots(rest, rest);
            for (int i = 0; i < k; i++) {
                values[i] += trace + forms[i] * scale(k, lengths[i]);
            }
            return values;
        }

        private double scale(int k, double length) {
            return sampling.law() == Probes.RADEMACHER || length == 0 ? 1 : (n - k + 1) / length;
        }

        /**
         * The columns of R⁻ᵀ, normalised: s_i is orthogonal to all columns of R but the i-th. Where R is singular, its
         * diagonal is lifted to ε of the largest entry: s_i then is so but for rounding, and the range of A is caught anyway.
         */
        private double[] directions(int k, double[] r) {
            double largest = 0;
            for (int i = 0; i < k; i++) {
                largest = Math.max(largest, Math.abs(r[i * k + i]));
            }
            double least = largest == 0 ? 1 : 2 * operator.dtype().unitRoundoff() * largest;
            double[] s = new double[k * k];
            for (int i = 0; i < k; i++) {
                double norm = 0;
                for (int p = i; p < k; p++) {
                    double sum = p == i ? 1 : 0;
                    for (int q = i; q < p; q++) {
                        sum -= r[q * k + p] * s[q * k + i];
                    }
                    s[p * k + i] = sum / Math.max(least, Math.abs(r[p * k + p]));
                    norm = Math.hypot(norm, s[p * k + i]);
                }
                for (int p = i; p < k; p++) {
                    s[p * k + i] /= norm;
                }
            }
            return s;
        }
    }
}
