package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.linalg.probe.CancelledException;
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
        long outputs = Math.clamp((long) Math.min(side, (double) fitting), 1, program.units());
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
        int samples = factors.program().samples();
        long all = kernel.parts();
        long[] done = {0};
        double[] sum = {0};
        kernel.forParts(factors, (part, top, bottom, from, to) -> {
            Numbers numbers = part instanceof double[] wide ? new Numbers.F64(wide) : new Numbers.F32((float[]) part);
            sum[0] += squares(numbers, samples * (bottom - top), samples * (to - from), top == from);
            listener.progressed(++done[0], all);
            if (done[0] < all) {
                CancelledException.throwIfInterrupted("Frobenius norm", done[0], all);
            }
        });
        return sum[0] / kernel.summed() / kernel.summed();
    }

    /** A part off the diagonal counts twice; of one on it the lower half is known. */
    private static double squares(Numbers part, int height, int width, boolean onDiagonal) {
        if (!onDiagonal) {
            return 2 * part.squares(0, height * width);
        }
        double sum = 0;
        for (int i = 0; i < height; i++) {
            double entry = part.get(i * width + i);
            sum += 2 * part.squares(i * width, i) + entry * entry;
        }
        return sum;
    }

    @Override
    public String toString() {
        return route() + ", " + cost();
    }
}
