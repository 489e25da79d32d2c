package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.operator.OperatorWork;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A way to the exact Frobenius norm of a tangent kernel, which says what it takes before it starts. */
public sealed interface FrobeniusRoute permits ParameterGram, KernelTiles, UnitProducts {
    /**
     * All routes that there are, of which none is dearer by more than it has to be on some kernel: the kernel part by part; where
     * nothing is averaged or left out JᵀJ from rows; and products with either, which cost the same for each.
     *
     * @param factors  of the gradients, if samples are kept apart
     * @param jacobian A with K = A·Aᵀ
     * @param kernel   K
     * @param memory   bytes that sums or parts may take
     */
    static List<FrobeniusRoute> all(Optional<SampleFactors> factors, OutputReduction reduction, LinearOperator jacobian,
            LinearOperator kernel, long memory) {
        List<FrobeniusRoute> routes = new ArrayList<>();
        factors.flatMap(known -> KernelTiles.of(known, reduction, memory)).ifPresent(routes::add);
        if (factors.isPresent() && reduction.isNone()) {
            routes.add(new ParameterGram(new FactorRows(factors.get()), memory));
        }
        boolean tall = jacobian.rows() >= jacobian.columns();
        LinearOperator square = tall ? jacobian.adjoint().times(jacobian) : kernel;
        boolean known = OperatorWork.of(square, 0).isPresent();
        if (known) {
            routes.add(new UnitProducts(tall ? "JᵀJ" : "K", square));
        }
        // Where an operator does not say what it costs, it is not weighed against what does.
        if (known || routes.isEmpty()) {
            routes.add(new ParameterGram(new OperatorRows(tall ? jacobian : jacobian.adjoint()), memory));
        }
        return routes;
    }

    /** The cheapest of some routes by a cost model. */
    static FrobeniusRoute cheapest(List<FrobeniusRoute> routes, DType dtype, CostModel model) {
        return Collections.min(routes, Comparator.comparingDouble(route -> model.seconds(route.cost().work(), dtype)));
    }

    /** What it takes. */
    KernelCost cost();

    /** Reverse passes that takes. */
    int passes();

    /** Forward passes, besides one at the point. */
    default int forwardPasses() {
        return 0;
    }

    /** Products with the kernel, or with JᵀJ. */
    default int products() {
        return 0;
    }

    /** The way in words. */
    String route();

    /**
     * ‖K‖_F².
     *
     * @param listener told, after each block, how much of the work is done
     * @throws cotangent.linalg.probe.CancelledException if the thread is interrupted
     */
    double squaredNorm(ProgressListener listener);

    /**
     * ‖K‖_F, exact to rounding.
     *
     * @throws InvalidDataException if it is NaN or infinite
     */
    default Estimate norm(ProgressListener listener) {
        long started = System.nanoTime();
        double squares = squaredNorm(listener);
        if (!Double.isFinite(squares)) {
            throw new InvalidDataException(
                    "ntk: the Jacobian holds NaN or infinity; check parameters and inputs");
        }
        return new Estimate("Frobenius norm", Math.sqrt(squares), 0, ErrorBar.EXACT, 0, 0, products(), forwardPasses(),
                passes(), 0,
                0,
                route(), Duration.ofNanos(System.nanoTime() - started), true);
    }
}
