package cotangent.linalg.kernel;

import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The marginal likelihood from the factored C = K + σ²I; its derivative by θ is tr((ααᵀ − C⁻¹) ∂C/∂θ)/2 with α = C⁻¹y (Rasmussen and Williams,
 * equations 2.30 and 5.9). Cost: n³ flops with the factorization, and one pass over the kernel's derivative.
 */
final class ExactLikelihood {
    private ExactLikelihood() {}

    static MarginalLikelihood of(GaussianProcess process, KernelOperator operator, FactoredSystem system, Tensor y) {
        long started = System.nanoTime();
        int n = operator.rows();
        double[] targets = y.toDoubles();
        double[] alpha = system.solve(targets, 1);
        double value = -0.5
                * (Dots.ddot(n, targets, 0, alpha, 0) + system.logDeterminant() + n * Math.log(2 * Math.PI));
        double[] weights = system.inverse();
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += weights[i * n + i];
        }
        for (int i = 0; i < n; i++) {
            Dots.dscal(n, -1, weights, i * n);
            Dots.daxpy(n, alpha[i], alpha, 0, weights, i * n);
        }
        double[] kernelPart = operator.vjp(weights);
        double noise = process.noise() * (Dots.ddot(n, alpha, 0, alpha, 0) - trace);
        double[] gradient = Hyperparameters.join(kernelPart, new double[]{noise});
        List<String> names = process.hyperparameters().names();
        List<Estimate> estimates = new ArrayList<>();
        for (int i = 0; i < gradient.length; i++) {
            estimates.add(exact("d/dlog " + names.get(i), 0.5 * gradient[i], n, started));
        }
        return new MarginalLikelihood(exact("log marginal likelihood", value, n, started), estimates);
    }

    private static Estimate exact(String name, double value, int n, long started) {
        return new Estimate(name, value, 0, ErrorBar.EXACT, 0, 0, n, 0, 0, 0, 0, "exact: Cholesky of [%d, %d]"
                .formatted(n, n), Duration.ofNanos(System.nanoTime() - started), true);
    }
}
