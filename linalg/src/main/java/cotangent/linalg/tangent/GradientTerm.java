package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleUse;
import cotangent.dsl.kernel.Storage;
import cotangent.dsl.kernel.Workers;
import java.util.List;

/**
 * What a parameter adds to a kernel, by each sample's own gradients with respect to it: the Jacobian of this parameter
 * alone, a part of its columns at a time.
 *
 * @param uses of the parameter
 * @param size number of its elements
 */
record GradientTerm(List<SampleUse> uses, int size) {
    /** Whether the columns are the one use's entries in their own order: no inner product depends on the order. */
    private boolean isPlain() {
        return uses.size() == 1;
    }

    /** Number of columns: entries of the use, or elements of the parameter. */
    int columns() {
        SampleUse first = uses.getFirst();
        return isPlain() ? first.groups() * first.in() * first.out() : size;
    }

    /** Columns are cut at multiples of this. */
    int grain() {
        return isPlain() ? uses.getFirst().out() : 1;
    }

    /**
     * Columns from, ..., to - 1 of the gradients of all of a block's outputs: [rows, summed · (to − from)].
     */
    Object gradients(Scalars scalars, FactorBlock block, int from, int to) {
        int width = to - from;
        Object gradients = scalars.allocate(Math.multiplyExact(block.rows(), Math.multiplyExact(block.summed(),
                width)));
        Workers.run(block.samples(), sample -> {
            if (isPlain()) {
                plain(scalars, block, sample, from, to, gradients);
            } else {
                summed(scalars, block, sample, from, to, gradients);
            }
        });
        return gradients;
    }

    /** Entries [group, in, out] of one use, cut at rows of {@code out}. */
    private void plain(Scalars scalars, FactorBlock block, int sample, int from, int to, Object gradients) {
        SampleUse use = uses.getFirst();
        int width = to - from;
        int start = sample * block.units() * width;
        for (int at = from; at < to;) {
            int group = at / (use.in() * use.out());
            int first = at / use.out() % use.in();
            int count = Math.min((to - at) / use.out(), use.in() - first);
            part(scalars, block, use, sample, group, first, count, gradients, start + at - from, width);
            at += count * use.out();
        }
    }

    /** The parts of all uses, added where they belong in the parameter. */
    private void summed(Scalars scalars, FactorBlock block, int sample, int from, int to, Object gradients) {
        int width = to - from;
        for (SampleUse use : uses) {
            int entries = use.groups() * use.in() * use.out();
            Object parts = scalars.allocate(Math.multiplyExact(block.units(), entries));
            for (int group = 0; group < use.groups(); group++) {
                part(scalars, block, use, sample, group, 0, use.in(), parts, group * use.in() * use.out(), entries);
            }
            int[] places = Storage.ints(use.places());
            for (int unit = 0; unit < block.units(); unit++) {
                scalars.scatterAdd(parts, unit * entries, places, from, to, gradients, (sample * block.units() + unit)
                        * width);
            }
        }
    }

    /** Entries [first, ..., first + count - 1, out] of a group, for each of a sample's outputs, {@code stride} apart. */
    private static void part(Scalars scalars, FactorBlock block, SampleUse use, int sample, int group, int first,
            int count, Object to, int offset, int stride) {
        int units = block.units();
        int positions = use.positions();
        int at = group * positions * block.samples() + sample;
        Object delta = block.cotangents().get(use.cotangent());
        int step = block.samples() * units * use.out();
        if (use.isOnes()) {
            Object ones = scalars.allocate(positions);
            scalars.fill(ones, 0, positions, 1);
            scalars.gemmBatch(units, 1, use.out(), positions, ones, 0, 0, positions, 1, delta, at * units * use.out(),
                    use.out(), step, 1, to, offset, stride, use.out());
            return;
        }
        scalars.gemmBatch(units, count, use.out(), positions, block.inputs().get(use.input()), at * use.in() + first, 0,
                1, block.samples() * use.in(), delta, at * units * use.out(), use.out(), step, 1, to, offset, stride,
                use.out());
    }
}
