package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.StopReason;
import cotangent.linalg.block.Columns;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.trace.StochasticLanczosQuadrature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The marginal likelihood from products with K alone.
 *
 * <p>With the preconditioner M near C⁻¹, C = K + σ²I: log det C = log det M⁻¹ + tr log(M^½ C M^½), the first term exact, the second by stochastic
 * Lanczos quadrature on a matrix near the identity; and tr(C⁻¹∂C) = tr(M ∂C) + tr((C⁻¹ − M) ∂C), the first term exact by one pass
 * over the kernel's derivative, the second by Hutchinson's mean over probes z of zᵀ(C⁻¹ − M) ∂C z, which varies the less the better M
 * is (J. Wenger, G. Pleiss, P. Hennig, J. P. Cunningham and J. R. Gardner, Preconditioning for scalable Gaussian process hyperparameter
 * optimization, ICML 2022). Error bars are those of the probes; systems are solved to the solver's tolerance.
 *
 * <p>Cost: 1 + probes solutions side by side, 30 products a probe for the determinant, 1 + probes passes over the kernel's derivative.
 */
final class StochasticLikelihood {
    private static final int STEPS = 30;
    /** The solver's preconditioner draws from other streams. */
    private static final int STREAM = 101;

    private final GaussianProcess process;
    private final KernelOperator operator;
    private final PreconditionedSystem system;
    private final double[] y;
    private final int n;
    private final int probes;
    private final long seed;
    private final long started = System.nanoTime();
    private long products;

    private StochasticLikelihood(GaussianProcess process, KernelOperator operator, PreconditionedSystem system,
            Tensor y) {
        this.process = process;
        this.operator = operator;
        this.system = system;
        this.y = y.toDoubles();
        this.n = operator.rows();
        this.probes = process.probes();
        this.seed = process.solver().seed();
        this.products = system.preparation();
    }

    static MarginalLikelihood of(GaussianProcess process, KernelOperator operator, PreconditionedSystem system,
            Tensor y) {
        return new StochasticLikelihood(process, operator, system, y).estimate();
    }

    private MarginalLikelihood estimate() {
        Tensor z = new ProbeStream(Probes.RADEMACHER, seed, STREAM).block(DType.F64, n, 0, probes);
        Tensor solved = solve(Columns.join(Tensor.wrap(Shape.of(n, 1), y), z));
        Tensor alpha = Columns.range(solved, 0, 1);
        Tensor image = Columns.wide(system.power(1)
                .matmat(Columns.narrowed(operator.dtype(), n, probes, Columns
                        .widened(z))));
        Tensor rest = Columns.minus(Columns.range(solved, 1, probes + 1), image);
        return new MarginalLikelihood(value(alpha), gradient(alpha, z, rest));
    }

    /** C⁻¹ of a block's columns. */
    private Tensor solve(Tensor block) {
        int k = block.shape().extent(1);
        SimultaneousConjugateGradient.Outcome outcome = system.solve(Columns.widened(block), k);
        products += outcome.products();
        if (outcome.reason() != StopReason.CONVERGED) {
            throw new NotConvergedException(
                    "marginal likelihood: a system stopped with %s at a relative residual of %.2e after %d iterations; raise the preconditioner's rank or the tolerance"
                            .formatted(outcome.reason(), outcome.residual(), outcome.iterations()));
        }
        return Tensor.wrap(Shape.of(n, k), outcome.x());
    }

    private Estimate value(Tensor alpha) {
        Estimate rest = StochasticLanczosQuadrature.matvecs(Math.multiplyExact(STEPS, probes))
                .steps(STEPS)
                .seed(seed)
                .logDeterminant(system.preconditioned());
        products += rest.numMatvecs();
        double determinant = system.logDeterminantOfInversePreconditioner() + rest.value();
        double value = -0.5 * (Dots.ddot(n, y, 0, Columns.widened(alpha), 0) + determinant + n * Math.log(2
                * Math.PI));
        return new Estimate("log marginal likelihood", value, 0.5 * rest.standardError(), rest.errorBar(), rest
                .degreesOfFreedom(), 0, products, 0, 0, rest.samples(), seed,
                "conjugate gradients; log det: " + rest.route(), Duration.ofNanos(System.nanoTime() - started), true);
    }

    private List<Estimate> gradient(Tensor alpha, Tensor z, Tensor rest) {
        double[] exact = exactPart(alpha);
        double[][] samples = new double[probes][];
        double[] overlaps = Columns.dots(z, rest);
        for (int p = 0; p < probes; p++) {
            double[] kernelPart = operator.vjp(new LowRankWeights(0, Columns.range(rest, p, p + 1), Columns.range(z, p,
                    p + 1)));
            samples[p] = Hyperparameters.join(kernelPart, new double[]{process.noise() * overlaps[p]});
        }
        List<Estimate> gradient = new ArrayList<>();
        List<String> names = process.hyperparameters().names();
        for (int i = 0; i < exact.length; i++) {
            double mean = 0;
            for (double[] sample : samples) {
                mean += sample[i] / probes;
            }
            double squares = 0;
            for (double[] sample : samples) {
                squares += (sample[i] - mean) * (sample[i] - mean);
            }
            double error = Math.sqrt(squares / (probes - 1.0) / probes);
            gradient.add(new Estimate("d/dlog " + names.get(i), 0.5 * (exact[i] - mean), 0.5 * error, ErrorBar.SAMPLE,
                    probes - 1, 0, products, 0, 0, probes, seed, "exact for the preconditioner, %d probes for the rest"
                            .formatted(probes),
                    Duration.ofNanos(System.nanoTime() - started), true));
        }
        return gradient;
    }

    /** αᵀ∂Cα − tr(M ∂C) for each hyperparameter. */
    private double[] exactPart(Tensor alpha) {
        Tensor u = system.preconditionerVectors();
        double[] values = system.preconditionerValues();
        int k = values.length;
        double[] scaled = u.toDoubles();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= -values[i % k];
        }
        double base = system.preconditionerBase();
        double[] kernelPart = operator.vjp(new LowRankWeights(-base, Columns.join(Tensor.wrap(u.shape(), scaled),
                alpha), Columns.join(u, alpha)));
        double trace = n * base;
        for (double value : values) {
            trace += value;
        }
        double[] a = Columns.widened(alpha);
        return Hyperparameters.join(kernelPart, new double[]{process.noise() * (Dots.ddot(n, a, 0, a, 0) - trace)});
    }
}
