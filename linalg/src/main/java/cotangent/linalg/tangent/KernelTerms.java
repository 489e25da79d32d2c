package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleUse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What every parameter adds to a kernel, each by the cheaper way: by pairs of positions where a parameter meets few, by
 * gradients of its own where it is shared over many or used in several places.
 *
 * @param pairs     by pairs of positions
 * @param gradients by gradients
 * @param flops     floating-point operations
 */
record KernelTerms(List<PairTerm> pairs, List<GradientTerm> gradients, double flops) {
    /** Operations that one number costs which is read and written again, in those of a product. */
    private static final double PASS = 8;

    /**
     * How large the kernel is.
     *
     * @param samplePairs pairs of samples that are computed
     * @param rowPairs    pairs of rows that are computed
     * @param units       outputs of all samples, on both sides
     * @param summed      outputs in a row
     */
    record Size(double samplePairs, double rowPairs, double units, double summed) {}

    static KernelTerms of(SampleFactorProgram program, IntPredicate leaves, Size size) {
        List<PairTerm> pairs = new ArrayList<>();
        List<GradientTerm> gradients = new ArrayList<>();
        List<SampleUse> ones = new ArrayList<>();
        double flops = 0;
        for (int leaf = 0; leaf < program.leafCount(); leaf++) {
            int wanted = leaf;
            List<SampleUse> uses = program.uses().stream().filter(use -> use.leaf() == wanted).toList();
            if (uses.isEmpty() || !leaves.test(leaf)) {
                continue;
            }
            SampleUse first = uses.getFirst();
            if (uses.size() == 1 && first.isOnes()) {
                ones.add(first);
            } else if (uses.size() == 1 && byPairs(first, size) <= GradientTerm.flops(first, size.summed(), size
                    .rowPairs(), size.units())) {
                join(pairs, first);
                flops += byPairs(first, size);
            } else {
                gradients.add(new GradientTerm(uses, program.leafSize(leaf)));
                flops += uses.stream().mapToDouble(use -> byGradients(use, size)).sum();
            }
        }
        for (SampleUse use : ones) {
            boolean free = find(pairs, use) >= 0;
            if (free || byPairs(use, size) <= byGradients(use, size)) {
                join(pairs, use);
                flops += free ? 0 : byPairs(use, size);
            } else {
                gradients.add(new GradientTerm(List.of(use), program.leafSize(use.leaf())));
                flops += byGradients(use, size);
            }
        }
        return new KernelTerms(List.copyOf(pairs), List.copyOf(gradients), flops);
    }

    private static double byPairs(SampleUse use, Size size) {
        double pairs = (double) use.groups() * use.positions() * use.positions();
        double width = size.summed() * use.out();
        return pairs * (size.rowPairs() * (2 * width + PASS) + (use.isOnes() ? 0 : size.samplePairs() * 2 * use.in()));
    }

    private static double byGradients(SampleUse use, Size size) {
        return GradientTerm.flops(use, size.summed(), size.rowPairs(), size.units());
    }

    /** The term of the same cotangent; -1 if there is none. */
    private static int find(List<PairTerm> pairs, SampleUse use) {
        for (int i = 0; i < pairs.size(); i++) {
            PairTerm term = pairs.get(i);
            if (term.cotangent() == use.cotangent() && term.groups() == use.groups()) {
                return i;
            }
        }
        return -1;
    }

    private static void join(List<PairTerm> pairs, SampleUse use) {
        List<PairTerm.Input> own = use.isOnes() ? List.of() : List.of(new PairTerm.Input(use.input(), use.in()));
        PairTerm term = new PairTerm(use.cotangent(), use.groups(), use.positions(), use.out(), own, use.isOnes() ? 1
                : 0);
        int at = find(pairs, use);
        if (at < 0) {
            pairs.add(term);
        } else {
            pairs.set(at, pairs.get(at).and(term));
        }
    }
}
