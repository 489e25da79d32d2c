package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleUse;
import cotangent.dsl.ir.Cost;
import cotangent.dsl.kernel.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which rule serves which part of which parameter. Uses that share entries of a parameter are one part, since their
 * gradients add up before they are squared; parts without a common entry, such as the slices of a packed weight, add up
 * after.
 */
record NormPlan(List<Part> parts) {
    /** Operations that one number costs which is read and written again, in those of a product. */
    private static final double PASS = 8;

    /** Outputs whose cotangents are at hand together, for which rules are compared. */
    private static final double OUTPUTS = 8;

    /** One part of a parameter. */
    record Part(int leaf, NormRule rule) {}

    static NormPlan of(SampleFactorProgram program) {
        List<Part> parts = new ArrayList<>();
        for (int leaf = 0; leaf < program.leafCount(); leaf++) {
            int number = leaf;
            List<SampleUse> uses = program.uses().stream().filter(use -> use.leaf() == number).toList();
            for (List<SampleUse> sharing : sharing(uses)) {
                parts.add(new Part(leaf, rule(sharing)));
            }
        }
        return new NormPlan(List.copyOf(parts));
    }

    /** The uses in groups that share no entry with each other. */
    private static List<List<SampleUse>> sharing(List<SampleUse> uses) {
        if (uses.size() < 2) {
            return uses.isEmpty() ? List.of() : List.of(uses);
        }
        List<List<SampleUse>> groups = new ArrayList<>();
        List<boolean[]> taken = new ArrayList<>();
        for (SampleUse use : uses) {
            List<SampleUse> group = new ArrayList<>();
            boolean[] own = new boolean[size(uses)];
            for (int place : Storage.ints(use.places())) {
                own[place] = true;
            }
            for (int g = groups.size() - 1; g >= 0; g--) {
                if (meet(taken.get(g), own)) {
                    group.addAll(0, groups.remove(g));
                    join(taken.remove(g), own);
                }
            }
            group.add(use);
            groups.add(group);
            taken.add(own);
        }
        return groups;
    }

    private static int size(List<SampleUse> uses) {
        return uses.stream().flatMapToInt(use -> Arrays.stream(Storage.ints(use.places()))).max().orElse(-1) + 1;
    }

    private static boolean meet(boolean[] some, boolean[] others) {
        for (int i = 0; i < some.length; i++) {
            if (some[i] && others[i]) {
                return true;
            }
        }
        return false;
    }

    private static void join(boolean[] from, boolean[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i] |= from[i];
        }
    }

    private static NormRule rule(List<SampleUse> uses) {
        SampleUse first = uses.getFirst();
        if (uses.size() == 1 && first.positions() == 1) {
            return new RowNorms(first);
        }
        List<SampleUse> same = uses.stream().filter(use -> sameEntries(first, use)).toList();
        List<SampleUse> transposed = uses.stream()
                .filter(use -> !sameEntries(first, use) && transposedEntries(first, use))
                .toList();
        if (same.size() + transposed.size() < uses.size()) {
            return new ScatteredNorms(uses, size(uses));
        }
        NormRule formed = new FormedNorms(same, transposed);
        NormRule pairs = new PairNorms(same);
        return transposed.isEmpty() && operations(pairs) < operations(formed) ? pairs : formed;
    }

    /** Those of products, and of passes over arrays as many as memory allows in the same time. */
    private static double operations(NormRule rule) {
        Cost cost = rule.cost(OUTPUTS, 1);
        return cost.flops() + PASS * cost.elements();
    }

    private static boolean sameEntries(SampleUse a, SampleUse b) {
        return a.groups() == b.groups() && a.in() == b.in() && a.out() == b.out() && Arrays.equals(Storage.ints(a
                .places()), Storage.ints(b.places()));
    }

    private static boolean transposedEntries(SampleUse a, SampleUse b) {
        if (a.groups() != 1 || b.groups() != 1 || a.in() != b.out() || a.out() != b.in()) {
            return false;
        }
        int[] entries = Storage.ints(a.places());
        int[] others = Storage.ints(b.places());
        for (int i = 0; i < a.in(); i++) {
            for (int o = 0; o < a.out(); o++) {
                if (entries[i * a.out() + o] != others[o * a.in() + i]) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What so many outputs of so many samples take. */
    Cost cost(double outputs, double samples) {
        return parts.stream().map(part -> part.rule().cost(outputs, samples)).reduce(Cost.NONE, Cost::plus);
    }
}
