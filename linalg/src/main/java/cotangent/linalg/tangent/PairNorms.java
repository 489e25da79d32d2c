package cotangent.linalg.tangent;

import cotangent.dsl.autodiff.SampleUse;
import cotangent.dsl.ir.Cost;
import java.util.List;

/**
 * By pairs of positions, |x'·delta|² = sum_pq (x x')_pq (delta delta')_pq: cheaper than the gradient where it has more
 * entries than there are pairs. Blocks off the diagonal count twice; several uses of the same entries are as many more
 * positions.
 */
record PairNorms(List<SampleUse> uses) implements NormRule {
    /** Positions of one side at a time: two squares fill the space. */
    static final int BLOCK = 128;

    /** Some positions of a use. */
    private record Positions(SampleUse use, int first, int count) {}

    private List<Positions> positions() {
        return uses.stream()
                .flatMap(use -> java.util.stream.IntStream.iterate(0, p -> p < use.positions(), p -> p + BLOCK)
                        .mapToObj(p -> new Positions(use, p, Math.min(BLOCK, use.positions() - p))))
                .toList();
    }

    @Override
    public void add(CotangentBlock block, int sample, int from, int to, double[] norms, Numbers space) {
        List<Positions> all = positions();
        for (int group = 0; group < uses.getFirst().groups(); group++) {
            for (int p = 0; p < all.size(); p++) {
                for (int q = 0; q <= p; q++) {
                    Positions a = all.get(p);
                    Positions b = all.get(q);
                    space.product(a.count, b.count, uses.getFirst().in(), x(block, group, sample, a), x(block, group,
                            sample, b).transpose(), false, 0, b.count);
                    int beyond = a.count * b.count;
                    for (int unit = from; unit < to; unit++) {
                        space.product(a.count, b.count, uses.getFirst().out(), delta(block, group, sample, unit,
                                a), delta(block, group, sample, unit, b).transpose(), false, beyond, b.count);
                        norms[unit - from] += (p == q ? 1 : 2) * space.inner(0, space, beyond, beyond);
                    }
                }
            }
        }
    }

    private static Numbers.Matrix x(CotangentBlock block, int group, int sample, Positions some) {
        return block.x(some.use, group, sample, 0).below(some.first);
    }

    private static Numbers.Matrix delta(CotangentBlock block, int group, int sample, int unit, Positions some) {
        return block.delta(some.use, group, sample, unit, 0).below(some.first);
    }

    @Override
    public Cost cost(double outputs, double samples) {
        double positions = 0;
        for (SampleUse use : uses) {
            positions += use.positions();
        }
        SampleUse first = uses.getFirst();
        double side = Math.min(positions, BLOCK);
        double blocks = positions / side * (positions / side + 1) / 2 * first.groups() * samples;
        return Cost.product(blocks * outputs, side, first.out(), side)
                .plus(Cost.product(blocks, side, first.in(), side))
                .plus(Cost.elements(blocks * outputs * side * side));
    }

    @Override
    public String toString() {
        return "(x x')·(delta delta')";
    }
}
