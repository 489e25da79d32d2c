package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.dsl.ir.Cost;
import cotangent.dsl.kernel.Storage;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;

/**
 * The squared norm of the gradient of every output of every sample, by parameter, without the gradients: the diagonal of
 * the tangent kernel. The factors of some outputs of all samples come from one reverse pass of a block; what is done with
 * them then is {@link NormPlan}'s (I. Goodfellow, Efficient per-example gradient computations, 2015, for dense layers;
 * G. Rochette, A. Manoel and E. Tramel, 2019, and X. Li, F. Tramèr, P. Liang and T. Hashimoto, ICLR 2022, section 4, by
 * pairs of positions, for shared weights).
 *
 * <p>Samples go to threads, each as a whole, so that the bits do not depend on their number. Memory: one block of
 * cotangents and what the reverse pass needs for it.
 */
public final class GradientNorms implements DiagonalRoute {
    /** Bytes of the cotangents of one block: they and a pass' other values then lie in a third-level cache. */
    private static final long BLOCK_BYTES = 1L << 23;

    /** Few samples are cut by outputs, so that there is work for all threads. */
    private static final int TASKS = 16;

    private final SampleFactors factors;
    private final SampleFactorProgram program;
    private final NormPlan plan;
    private final Scratch scratch;

    private GradientNorms(SampleFactors factors) {
        this.factors = factors;
        this.program = factors.program();
        this.plan = NormPlan.of(program);
        this.scratch = new Scratch(program.dtype());
    }

    /** The norms of a function's gradients at a point. */
    public static GradientNorms of(SampleFactors factors) {
        return new GradientNorms(factors);
    }

    @Override
    public KernelCost cost() {
        return cost(program);
    }

    /** What the norms of a program's gradients take at any point. */
    static KernelCost cost(SampleFactorProgram program) {
        int width = width(program);
        double units = program.units();
        Cost work = program.reverseCost(width)
                .times(units / width)
                .plus(NormPlan.of(program).cost(units, program.samples()));
        double bytes = (double) program.dtype().bytes() * program.cotangentSize() * width;
        return new KernelCost(work, bytes + 8.0 * program.leafCount() * program.samples() * units);
    }

    @Override
    public int passes() {
        return program.units();
    }

    @Override
    public String route() {
        return "exact: norms of the gradients of %d outputs of each of %d samples from their factors".formatted(program
                .units(), program.samples());
    }

    @Override
    public double[][] squares(ProgressListener listener) {
        double[][] squares = new double[program.leafCount()][program.samples() * program.units()];
        int width = width();
        for (int from = 0; from < program.units(); from += width) {
            int to = Math.min(program.units(), from + width);
            block(from, to, squares);
            listener.progressed(to, program.units());
            if (to < program.units()) {
                CancelledException.throwIfInterrupted("gradient norms", to, program.units());
            }
        }
        return squares;
    }

    /** Outputs of a sample at a time. */
    int width() {
        return width(program);
    }

    private static int width(SampleFactorProgram program) {
        long bytes = Math.max(1, program.cotangentSize() * program.dtype().bytes());
        return Math.clamp(BLOCK_BYTES / bytes, 1, program.units());
    }

    private void block(int from, int to, double[][] squares) {
        CotangentBlock block = CotangentBlock.of(factors, from, to);
        int width = to - from;
        int share = Math.ceilDiv(width, Math.ceilDiv(TASKS, program.samples()));
        int cuts = Math.ceilDiv(width, share);
        int[] rows = Storage.ints(program.rows());
        Workers.run(program.samples() * cuts, task -> {
            int sample = task / cuts;
            int first = task % cuts * share;
            int limit = Math.min(width, first + share);
            double[] norms = new double[limit - first];
            Numbers space = scratch.take();
            for (NormPlan.Part part : plan.parts()) {
                java.util.Arrays.fill(norms, 0);
                part.rule().add(block, sample, first, limit, norms, space);
                for (int unit = first; unit < limit; unit++) {
                    squares[part.leaf()][rows[sample * program.units() + from + unit]] += norms[unit - first];
                }
            }
            scratch.give(space);
        });
    }
}
