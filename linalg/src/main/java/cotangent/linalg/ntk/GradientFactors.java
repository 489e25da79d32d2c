package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.dsl.ir.Cost;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.tangent.DiagonalRoute;
import cotangent.linalg.tangent.FrobeniusRoute;
import cotangent.linalg.tangent.KernelCost;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The exact ways from the factors of all gradients: the trace from squared norms, the Frobenius norm from sums of inner products,
 * and the kernel written out.
 *
 * @param kernel  whose they are
 * @param factors at the kernel's point
 */
record GradientFactors(Kernel kernel, SampleFactors factors) {
    static Optional<GradientFactors> of(Kernel kernel) {
        return kernel.program().program().isPresent()
                ? Optional.of(new GradientFactors(kernel, kernel.factors()))
                : Optional.empty();
    }

    private DType dtype() {
        return factors.program().dtype();
    }

    private DiagonalRoute diagonal() {
        return kernel.diagonalRoute();
    }

    double traceSeconds(CostModel model) {
        return model.seconds(diagonal().cost().work(), dtype());
    }

    /** Trace and norm together. */
    double momentsSeconds(CostModel model) {
        return traceSeconds(model) + model.seconds(kernel.frobeniusRoute(model).cost().work(),
                dtype());
    }

    Moments trace(Sampling sampling) {
        long started = System.nanoTime();
        DiagonalRoute route = diagonal();
        double trace = route.diagonal(sampling.listener()).trace(kernel.reduction()).value();
        return exact(sampling, started, route.passes(), route.route(), trace);
    }

    /** tr K and ‖K‖_F². */
    Moments moments(Sampling sampling, CostModel model) {
        long started = System.nanoTime();
        DiagonalRoute diagonal = diagonal();
        FrobeniusRoute norm = kernel.frobeniusRoute(model);
        double trace = diagonal.diagonal(sampling.listener()).trace(kernel.reduction()).value();
        double squares = norm.squaredNorm(sampling.listener());
        return exact(sampling, started, diagonal.passes() + norm.passes(), "%s; norm: %s".formatted(diagonal
                .route(), norm.route()), trace, squares);
    }

    private static Moments exact(Sampling sampling, long started, long passes, String route, double... traces) {
        return Moments.exact(traces, 0, 0, passes, sampling.seed(), route, Duration.ofNanos(System.nanoTime()
                - started));
    }

    private ExplicitKernel explicit() {
        return new ExplicitKernel(kernel, kernel, kernel::operator);
    }

    /** What the kernel written out takes; empty where there is no structured route to it. */
    Optional<Cost> writtenCost() {
        Map<Route, KernelCost> costs = explicit().costs();
        return Optional.ofNullable(costs.get(Route.STRUCTURED)).map(KernelCost::work);
    }

    /** The kernel written out, float64. */
    Tensor written() {
        return explicit().dense(Route.STRUCTURED).cast(DType.F64);
    }

    /** Reverse passes of {@link #trace}. */
    int tracePasses() {
        return diagonal().passes();
    }

    /** Reverse passes of {@link #moments}. */
    int momentsPasses(CostModel model) {
        return tracePasses() + kernel.frobeniusRoute(model).passes();
    }

    /** Reverse passes of {@link #written}, each for one output of every sample. */
    int passes() {
        return factors.program().units();
    }
}
