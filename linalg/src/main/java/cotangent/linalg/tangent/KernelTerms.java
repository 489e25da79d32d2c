package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleUse;
import cotangent.dsl.ir.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What every parameter adds to a kernel, each by the cheaper way: by pairs of positions where a parameter meets few, by
 * gradients of its own where it is shared over many or used in several places.
 *
 * @param pairs     by pairs of positions
 * @param gradients by gradients
 * @param work      what they take
 */
record KernelTerms(List<PairTerm> pairs, List<GradientTerm> gradients, Cost work) {
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
        Cost work = Cost.NONE;
        for (int leaf = 0; leaf < program.leafCount(); leaf++) {
            int wanted = leaf;
            List<SampleUse> uses = program.uses().stream().filter(use -> use.leaf() == wanted).toList();
            if (uses.isEmpty() || !leaves.test(leaf)) {
                continue;
            }
            SampleUse first = uses.getFirst();
            if (uses.size() == 1 && first.isOnes()) {
                ones.add(first);
            } else if (uses.size() == 1 && byPairs(first, size) <= byGradients(first, size)) {
                join(pairs, first);
                work = work.plus(pairWork(first, size));
            } else {
                gradients.add(new GradientTerm(uses, program.leafSize(leaf)));
                work = uses.stream().map(use -> gradientWork(use, size)).reduce(work, Cost::plus);
            }
        }
        for (SampleUse use : ones) {
            boolean free = find(pairs, use) >= 0;
            if (free || byPairs(use, size) <= byGradients(use, size)) {
                join(pairs, use);
                work = free ? work : work.plus(pairWork(use, size));
            } else {
                gradients.add(new GradientTerm(List.of(use), program.leafSize(use.leaf())));
                work = work.plus(gradientWork(use, size));
            }
        }
        return new KernelTerms(List.copyOf(pairs), List.copyOf(gradients), work);
    }

    private static Cost pairWork(SampleUse use, Size size) {
        double pairs = (double) use.groups() * use.positions() * use.positions();
        double side = Math.sqrt(size.rowPairs());
        double samples = Math.sqrt(size.samplePairs());
        Cost products = Cost.product(1, side, size.summed() * use.out(), side);
        Cost inputs = use.isOnes() ? Cost.NONE
                : Cost.product(1, samples, use.in(), samples)
                        .plus(Cost.elements(size
                                .rowPairs()));
        return products.plus(inputs).times(pairs);
    }

    private static Cost gradientWork(SampleUse use, Size size) {
        double side = Math.sqrt(size.rowPairs());
        double entries = (double) use.groups() * use.in() * use.out();
        return Cost.product(size.units(), use.in(), use.positions(), use.out())
                .times(use.groups())
                .plus(Cost.product(1,
                        side, entries * size.summed(), side));
    }

    private static double byPairs(SampleUse use, Size size) {
        Cost work = pairWork(use, size);
        return work.flops() + PASS * work.elements();
    }

    private static double byGradients(SampleUse use, Size size) {
        return gradientWork(use, size).flops();
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
