package cotangent.linalg.trace;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import cotangent.linalg.Nystrom;
import cotangent.linalg.NystromApproximation;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.Sampling;
import java.time.Duration;

/**
 * log det(A + μI) of a positive semidefinite A, from products alone: that of a Nyström approximation plus μI, which is known, and
 * the rest by stochastic Lanczos quadrature.
 *
 * <p>With P = UΛUᵀ + μI and M = P^(−½)(A + μI)P^(−½), log det(A + μI) = log det P + tr log M (J. Wenger, G. Pleiss, P. Hennig,
 * J. P. Cunningham and J. R. Gardner, Preconditioning for scalable Gaussian process hyperparameter optimization, ICML 2022). No
 * eigenvalue of M is under 1, and those of the directions caught are near it, so that log M is small, varies little over probes,
 * and takes few steps. Probes are on the sphere, for which what all eigenvalues have in common adds nothing to the variance.
 *
 * <p>A third of the budget goes to the approximation. In accuracy mode 30 products do, and 30 look at the rest; then as many
 * follow as the error takes, relative to the whole logarithm.
 */
public final class LogDeterminant {
    private static final int FIRST = 30;
    private static final int SMALLEST = 6;

    private LogDeterminant() {}

    /**
     * log det(A + μI).
     *
     * @param operator known to be positive semidefinite
     * @param shift    μ, positive
     * @param sampling at least 6 products
     * @throws cotangent.dsl.ShapeException if the operator is not square or the budget is under 6
     * @throws InvalidDataException         if the operator is empty or not known to be positive semidefinite, μ is not positive, or
     *                                      a product is NaN or infinite
     * @throws CancelledException           if the thread is interrupted, between blocks
     */
    public static Estimate of(LinearOperator operator, double shift, Sampling sampling) {
        Traces.requireSquare("log-determinant", operator);
        Traces.requirePositiveSemidefinite("log-determinant", operator);
        if (!(shift > 0 && shift < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("log-determinant: expected a positive multiple of I to add, got " + shift);
        }
        Exchangeable.requireBudget("log-determinant", sampling.budget(), SMALLEST);
        return CancelledException.unlessInterrupted("log-determinant", () -> estimated(operator, shift, sampling));
    }

    private static Estimate estimated(LinearOperator operator, double shift, Sampling sampling) {
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(operator);
        boolean asked = sampling.accuracy().asked();
        int n = operator.rows();
        int rank = Math.clamp(asked ? Math.min(FIRST, sampling.budget() / 3) : sampling.budget() / 3, 1, Math.max(1, n
                / 2));
        NystromApproximation approximation = Nystrom.rank(rank)
                .oversampling(0)
                .seed(sampling.seed())
                .approximate(
                        counted);
        double known = (n - rank) * Math.log(shift);
        for (double value : approximation.values().toDoubles()) {
            known += Math.log(value + shift);
        }
        LinearOperator rest = rest(counted, approximation, shift);
        StochasticLanczosQuadrature quadrature = StochasticLanczosQuadrature.matvecs(sampling.budget() - rank)
                .seed(sampling
                        .seed())
                .blockSize(sampling.blockSize())
                .listener((done, total) -> sampling.listener()
                        .progressed(rank + done, rank
                                + total));
        if (sampling.law() != Probes.RADEMACHER) {
            quadrature = quadrature.probes(sampling.law());
        }
        Estimate found = asked
                ? toAccuracy(quadrature, rest, known, sampling)
                : quadrature.trace(rest, Math::log);
        return new Estimate("log-determinant", known + found.value(), found.standardError(), found.errorBar(), found
                .degreesOfFreedom(), 0, counted.products(), counted.jvps(), counted.vjps(), found.samples(),
                sampling
                        .seed(),
                "rank %d known, the rest: %s".formatted(rank, found.route()), Duration.ofNanos(System.nanoTime()
                        - started),
                true).against(sampling.accuracy());
    }

    /** The rest as closely as makes the sum as close as asked. */
    private static Estimate toAccuracy(StochasticLanczosQuadrature quadrature, LinearOperator rest, double known,
            Sampling sampling) {
        Accuracy accuracy = sampling.accuracy();
        Estimate first = quadrature.with(Sampling.matvecs(Math.min(FIRST, sampling.budget() / 3))
                .probes(quadrature.sampling
                        .law())
                .seed(sampling.seed())
                .listener(sampling.listener()), Accuracy.NONE).trace(rest, Math::log);
        double allowed = accuracy.relativeError() * Math.abs(known + first.value());
        if (first.interval(accuracy.confidence()).halfWidth() <= allowed || first.value() == 0) {
            return first;
        }
        double relative = Math.min(0.9, 0.9 * allowed / Math.abs(first.value()));
        return quadrature.with(quadrature.sampling.atMost(quadrature.sampling.budget() - (int) first.numMatvecs()),
                Accuracy.NONE)
                .relativeError(relative)
                .confidence(accuracy.confidence())
                .trace(rest, Math::log);
    }

    /** M = P^(−½)(A + μI)P^(−½); P^(−½) = μ^(−½)(I + U(√(μ/(Λ + μ)) − 1)Uᵀ). */
    private static LinearOperator rest(LinearOperator operator, NystromApproximation approximation, double shift) {
        int n = operator.rows();
        int k = approximation.rank();
        DType dtype = operator.dtype();
        Tensor u = Columns.wide(approximation.vectors());
        Tensor transposed = Columns.transposed(u);
        double[] further = new double[k];
        for (int i = 0; i < k; i++) {
            further[i] = Math.sqrt(shift / (approximation.values().get(i) + shift)) - 1;
        }
        return LinearOperator.symmetric(n, dtype, block -> {
            int p = block.shape().extent(1);
            Tensor scaled = scaled(u, transposed, further, Columns.wide(block));
            double[] image = Columns.wide(operator.matmat(Columns.narrowed(dtype, n, p, Columns.widened(scaled))))
                    .toDoubles();
            double[] own = Columns.widened(scaled);
            for (int i = 0; i < image.length; i++) {
                image[i] = image[i] / shift + own[i];
            }
            Tensor both = scaled(u, transposed, further, Tensor.wrap(Shape.of(n, p), image));
            return Columns.narrowed(dtype, n, p, Columns.widened(both));
        }).asPositiveSemidefinite();
    }

    private static Tensor scaled(Tensor u, Tensor transposed, double[] further, Tensor block) {
        int p = block.shape().extent(1);
        double[] along = Columns.widened(Columns.multiply(transposed, block));
        for (int i = 0; i < along.length; i++) {
            along[i] *= further[i / p];
        }
        return Columns.plus(block, Columns.multiply(u, Tensor.wrap(Shape.of(further.length, p), along)));
    }
}
