package cotangent.linalg.probe;

import cotangent.dsl.ShapeException;

/**
 * The trace of a square operator that is split into a known part and a rest, whose trace is the mean of vᵀMv over probes.
 */
public final class SplitSampler {
    private final MeteredOperator operator;
    private final Splitter splitter;

    /** Finds a split by as many products as it wants. */
    @FunctionalInterface
    public interface Splitter {
        /**
         * A split of a round.
         *
         * @param operator what to take products with
         * @param products of the round, probes included; at least 4
         */
        Split split(MeteredOperator operator, int products);
    }

    /** A sampler; used for one measurement. */
    public SplitSampler(MeteredOperator operator, Splitter splitter) {
        this.operator = operator;
        this.splitter = splitter;
    }

    /**
     * The trace by as many products as the budget says: by the unit vectors where it reaches the dimension, else by one
     * split, and probes for the rest of the budget.
     *
     * @throws ShapeException if the budget is under 4 products
     */
    public Moments moments() {
        int budget = operator.sampling().budget();
        if (budget >= operator.columns()) {
            return exact();
        }
        SplitSamples samples = new SplitSamples(operator, split(budget));
        samples.extend((int) operator.left());
        return samples.moments();
    }

    /**
     * As {@link #moments()}, with as many products as a target needs, at most those of the budget.
     *
     * <p>Rounds begin with 30 products, and go on as those of {@link MomentSampler#deflated(boolean, Target)} do. All count.
     *
     * @throws ShapeException if the budget is under 4 products
     */
    public Moments moments(Target target) {
        int most = operator.sampling().budget();
        int n = operator.columns();
        if (n <= Looks.FIRST_ROUND && most >= n) {
            return exact();
        }
        int round = Math.min(Looks.FIRST_ROUND, most);
        SplitSamples samples = round(round);
        while (true) {
            Moments moments = samples.moments();
            double excess = target.excess(moments);
            if (excess <= 1 || operator.left() == 0) {
                return moments;
            }
            long left = operator.left();
            long more = Looks.needed(samples.count(), excess) - samples.count();
            boolean last = more <= 2L * round || left <= 2L * round;
            long next = Math.min(left, last ? Math.max(more, samples.count() / 2) : 2L * round);
            if (Looks.exactPays(n, left, more, next)) {
                return exact();
            }
            if (last) {
                samples.extend((int) (samples.count() + next));
            } else {
                round *= 2;
                samples = round(round);
            }
        }
    }

    /** The trace by the unit vectors; as many products as the dimension. */
    public Moments exact() {
        double trace = operator.exactTrace();
        return Moments.exact(new double[]{trace}, operator.spent(), operator.jvps(), operator.vjps(), operator
                .sampling()
                .seed(), "exact: identity basis of dimension " + operator.columns(), operator.elapsed());
    }

    private SplitSamples round(int products) {
        long before = operator.spent();
        SplitSamples samples = new SplitSamples(operator, split(products));
        samples.extend((int) (before + products - operator.spent()));
        return samples;
    }

    private Split split(int products) {
        if (products < 4) {
            throw new ShapeException("estimate: expected at least 4 products, got %d; use plain probes, which need 2"
                    .formatted(products));
        }
        return splitter.split(operator, products);
    }
}
