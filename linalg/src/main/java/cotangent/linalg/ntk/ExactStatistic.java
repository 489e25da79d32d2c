package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.linalg.Estimate;
import cotangent.linalg.Figures;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.tangent.KernelCost;
import java.time.Duration;
import java.util.function.Function;

/**
 * A statistic of a tangent kernel that is about to be found exactly: what that takes is known, and nothing has been done yet but
 * a forward pass.
 */
public final class ExactStatistic {
    private final String name;
    private final String route;
    private final KernelCost cost;
    private final int passes;
    private final double seconds;
    private final Function<ProgressListener, Estimate> run;

    ExactStatistic(String name, String route, KernelCost cost, int passes, DType dtype,
            Function<ProgressListener, Estimate> run) {
        this.name = name;
        this.route = route;
        this.cost = cost;
        this.passes = passes;
        this.seconds = CostModel.current().seconds(cost.work(), dtype);
        this.run = run;
    }

    /** The way, in words. */
    public String route() {
        return route;
    }

    /** Floating-point operations of matrix products. */
    public double flops() {
        return cost.work().flops();
    }

    /** Bytes held at a time, beside the model and its parameters. */
    public double bytes() {
        return cost.bytes();
    }

    /** Reverse passes through the model, each for one output of every sample or for one output of one. */
    public int passes() {
        return passes;
    }

    /** Seconds on one thread by the stored cost model of this machine. */
    public double seconds() {
        return seconds;
    }

    /** The statistic; its error bar is exact. */
    public Estimate run() {
        return run(ProgressListener.NONE);
    }

    /**
     * The statistic.
     *
     * @param listener told how much of the work is done
     * @throws CancelledException                 if the thread is interrupted
     * @throws cotangent.dsl.InvalidDataException if the kernel holds NaN or infinity
     */
    public Estimate run(ProgressListener listener) {
        return CancelledException.unlessInterrupted(name, () -> run.apply(listener));
    }

    /** Such as {@code trace, exact: norms of the gradients ...: 6.01e+10 flops, 8.6 MB, 3200 reverse passes, about 1.1 s}. */
    @Override
    public String toString() {
        return "%s, %s: %.3g flops, %.3g MB, %d reverse passes, about %s on one thread".formatted(name, route, flops(),
                1e-6
                        * bytes(),
                passes, Figures.duration(Duration.ofNanos((long) (1e9 * seconds))));
    }
}
