package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.linalg.probe.ProgressListener;
import java.util.Optional;
import java.util.function.IntPredicate;

/** ‖K‖_F from the parts of {@link StructuredKernel}, each squared and forgotten: the kernel is never held. */
public final class KernelTiles implements FrobeniusRoute {
    private final SampleFactors factors;
    private final StructuredKernel kernel;
    private final int rows;
    private final KernelCost cost;

    private KernelTiles(SampleFactors factors, StructuredKernel kernel, int rows, KernelCost cost) {
        this.factors = factors;
        this.kernel = kernel;
        this.rows = rows;
        this.cost = cost;
    }

    /**
     * The route within some bytes of memory, as far as they allow a part of one row of every sample.
     *
     * @return empty if an axis of samples is averaged over or diagonal only
     */
    static Optional<KernelTiles> of(SampleFactors factors, OutputReduction reduction, long memory) {
        SampleFactorProgram program = factors.program();
        long bytes = program.dtype().bytes();
        double side = Math.sqrt(memory / 2.0 / bytes) / program.samples();
        long fitting = memory / 4 / Math.max(1, bytes * program.cotangentSize());
        long outputs = Math.clamp((long) Math.min(side, fitting), 1, program.units());
        long budget = 2 * bytes * program.cotangentSize() * outputs;
        IntPredicate all = leaf -> true;
        double part = (double) program.samples() * outputs;
        return StructuredKernel.of(program, reduction, program, reduction, all, budget).map(kernel -> {
            KernelCost stored = kernel.cost();
            double held = stored.bytes() - bytes * Math.pow(reduction.rows(), 2) + bytes * part * part;
            return new KernelTiles(factors, kernel, reduction.rows(), new KernelCost(stored.work(), held));
        });
    }

    @Override
    public KernelCost cost() {
        return cost;
    }

    @Override
    public int passes() {
        return kernel.passes();
    }

    @Override
    public String route() {
        return "exact: the kernel [%d, %d] from factors, part by part".formatted(rows, rows);
    }

    @Override
    public double squaredNorm(ProgressListener listener) {
        return kernel.squaredNorm(factors, listener);
    }

    @Override
    public String toString() {
        return route() + ", " + cost();
    }
}
