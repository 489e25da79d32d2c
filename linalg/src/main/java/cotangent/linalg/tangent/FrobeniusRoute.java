package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A way to the exact Frobenius norm of a tangent kernel, which says what it takes before it starts. */
public sealed interface FrobeniusRoute permits ParameterGram, KernelTiles {
    /**
     * The cheaper of the kernel part by part and, where nothing is averaged or left out, of JᵀJ.
     *
     * @param memory bytes that sums or parts may take
     * @param model  rates of the machine
     * @return empty if an axis of samples is averaged over or diagonal only
     */
    static Optional<FrobeniusRoute> cheapest(SampleFactors factors, OutputReduction reduction, long memory,
            CostModel model) {
        List<FrobeniusRoute> routes = new ArrayList<>();
        KernelTiles.of(factors, reduction, memory).ifPresent(routes::add);
        if (reduction.isNone()) {
            routes.add(new ParameterGram(new FactorRows(factors), memory));
        }
        DType dtype = factors.program().dtype();
        return routes.stream().min(Comparator.comparingDouble(route -> model.seconds(route.cost().work(), dtype)));
    }

    /**
     * For an operator without factors: JᵀJ from the rows of the Jacobian or, where it has fewer rows than columns, JJᵀ from its
     * columns.
     *
     * @param memory bytes that sums may take
     */
    static FrobeniusRoute of(LinearOperator jacobian, long memory) {
        return new ParameterGram(new OperatorRows(jacobian.rows() < jacobian.columns()
                ? jacobian.adjoint()
                : jacobian), memory);
    }

    /** What it takes. */
    KernelCost cost();

    /** Reverse passes that takes. */
    int passes();

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
        return new Estimate("Frobenius norm", Math.sqrt(squares), 0, ErrorBar.EXACT, 0, 0, 0, 0, passes(), 0, 0,
                route(), Duration.ofNanos(System.nanoTime() - started), true);
    }
}
