package cotangent.linalg.ntk;

import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import java.time.Duration;
import java.util.List;

/** The traces that a kernel's statistics are made of, exactly where that is no dearer than the estimate. */
final class KernelMoments {
    private KernelMoments() {}

    /** tr K and ‖K‖_F². */
    static Moments of(Kernel kernel, Sampling sampling) {
        LinearOperator jacobian = kernel.jacobian();
        boolean byRows = jacobian.rows() <= jacobian.columns();
        LinearOperator narrow = byRows ? jacobian : jacobian.adjoint();
        if (affordable(narrow, sampling)) {
            long started = System.nanoTime();
            CountingOperator counted = CountingOperator.of(narrow);
            Tensor gram = Gram.of(counted);
            return exact(List.of(counted), started, sampling, "exact: Jacobian written out by %d %s".formatted(narrow
                    .rows(), byRows ? "vjps" : "jvps"), Gram.trace(gram), Gram.inner(gram, gram));
        }
        return MomentSampler.of(kernel.operator(), sampling, QuadraticForm.trace(), QuadraticForm.squaredNorm())
                .deflated(false);
    }

    /** ⟨K₁, K₂⟩, ‖K₁‖_F² and ‖K₂‖_F². */
    static Moments shared(Kernel first, Kernel second, Sampling sampling) {
        MomentSampler sampler = MomentSampler.of(List.of(first.operator(), second.operator()), List.of(QuadraticForm
                .inner(0, 1), QuadraticForm.inner(0, 0), QuadraticForm.inner(1, 1)), sampling);
        if (affordable(first.jacobian(), sampling) && affordable(second.jacobian(), sampling)) {
            long started = System.nanoTime();
            CountingOperator one = CountingOperator.of(first.jacobian());
            CountingOperator other = CountingOperator.of(second.jacobian());
            Tensor left = Gram.of(one);
            Tensor right = Gram.of(other);
            return exact(List.of(one, other), started, sampling, "exact: both Jacobians written out by %d vjps each"
                    .formatted(one.rows()), Gram.inner(left, right), Gram.inner(left, left), Gram.inner(right, right));
        }
        return sampler.deflated(false);
    }

    /** A product with the kernel is two passes, a row of the Jacobian is one. */
    private static boolean affordable(LinearOperator jacobian, Sampling sampling) {
        return jacobian.rows() > 0 && jacobian.columns() > 0 && jacobian.rows() <= 2L * sampling.budget() && Gram.fits(
                jacobian);
    }

    private static Moments exact(List<CountingOperator> operators, long started, Sampling sampling, String route,
            double... traces) {
        return Moments.exact(traces, operators.stream()
                .mapToLong(
                        CountingOperator::products)
                .sum(), operators.stream().mapToLong(CountingOperator::jvps).sum(),
                operators
                        .stream()
                        .mapToLong(CountingOperator::vjps)
                        .sum(),
                sampling.seed(), route, Duration.ofNanos(System
                        .nanoTime() - started));
    }
}
