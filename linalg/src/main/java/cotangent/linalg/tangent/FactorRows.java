package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.dsl.autodiff.SampleUse;
import cotangent.dsl.ir.Cost;
import cotangent.dsl.kernel.Storage;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.tangent.Numbers.Matrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the Jacobian from factors: the gradients of some outputs of every sample. A parameter that is used once has its
 * entries in the order of that use, which no product of the Jacobian with its transpose can see.
 */
final class FactorRows implements JacobianRows {
    private static final long NUMBERS = 1L << 24;

    private final SampleFactors factors;
    private final SampleFactorProgram program;
    private final List<Part> parts = new ArrayList<>();
    private final int columns;
    private final int width;
    private @Nullable Numbers rows;

    /** A parameter's columns. */
    private record Part(List<SampleUse> uses, int first, int size) {}

    FactorRows(SampleFactors factors) {
        this.factors = factors;
        this.program = factors.program();
        int next = 0;
        for (int leaf = 0; leaf < program.leafCount(); leaf++) {
            int number = leaf;
            List<SampleUse> uses = program.uses().stream().filter(use -> use.leaf() == number).toList();
            if (!uses.isEmpty()) {
                int size = uses.size() == 1 ? entries(uses.getFirst()) : program.leafSize(leaf);
                parts.add(new Part(uses, next, size));
                next += size;
            }
        }
        columns = next;
        width = width(program, columns);
    }

    /** Outputs of a sample at a time. */
    private static int width(SampleFactorProgram program, int columns) {
        long each = Math.max(1, (long) program.samples() * columns);
        return Math.clamp(NUMBERS / each, 1, program.units());
    }

    private static int entries(SampleUse use) {
        return use.groups() * use.in() * use.out();
    }

    @Override
    public DType dtype() {
        return program.dtype();
    }

    @Override
    public int rows() {
        return program.samples() * program.units();
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public int blocks() {
        return Math.ceilDiv(program.units(), width);
    }

    @Override
    public Block block(int number) {
        int from = number * width;
        int to = Math.min(program.units(), from + width);
        CotangentBlock block = CotangentBlock.of(factors, from, to);
        Numbers gradients = rows == null
                ? Numbers.zeros(program.dtype(), Math.multiplyExact(program.samples() * width, columns))
                : rows;
        rows = gradients;
        Workers.run(program.samples(), sample -> {
            for (int unit = 0; unit < to - from; unit++) {
                int start = (sample * (to - from) + unit) * columns;
                for (Part part : parts) {
                    gradient(block, part, sample, unit, gradients, start + part.first());
                }
            }
        });
        return new Block(program.samples() * (to - from), new Matrix(gradients, 0, columns, 1));
    }

    private void gradient(CotangentBlock block, Part part, int sample, int unit, Numbers to, int start) {
        if (part.uses().size() == 1) {
            gradient(block, part.uses().getFirst(), sample, unit, to, start);
            return;
        }
        to.clear(start, part.size());
        for (SampleUse use : part.uses()) {
            Numbers own = Numbers.zeros(program.dtype(), entries(use));
            gradient(block, use, sample, unit, own, 0);
            to.scatterAdd(start, own, Storage.ints(use.places()));
        }
    }

    /** x'·delta of every group, one after the other. */
    private static void gradient(CotangentBlock block, SampleUse use, int sample, int unit, Numbers to, int start) {
        for (int group = 0; group < use.groups(); group++) {
            to.product(use.in(), use.out(), use.positions(), block.x(use, group, sample, 0).transpose(),
                    block.delta(use,
                            group, sample, unit, 0),
                    false, start + group * use.in() * use.out(), use.out());
        }
    }

    @Override
    public Cost cost() {
        Cost cost = program.reverseCost(width).times((double) program.units() / width);
        for (SampleUse use : program.uses()) {
            cost = cost.plus(Cost.product((double) rows() * use.groups(), use.in(), use.positions(), use.out()));
        }
        return cost;
    }

    @Override
    public double bytes() {
        return (double) dtype().bytes() * width * ((double) program.samples() * columns + program.cotangentSize());
    }

    @Override
    public int passes() {
        return program.units();
    }
}
