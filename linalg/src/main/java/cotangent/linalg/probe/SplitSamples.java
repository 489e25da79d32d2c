package cotangent.linalg.probe;

import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import java.util.Arrays;
import java.util.List;

/**
 * Samples vᵀMv of the rest of a split operator, which come block by block.
 *
 * <p>Given the split the probes are independent samples; for a symmetric operator their variance comes from the vectors Mv
 * (see {@link SpreadOfForms}), otherwise and beyond 64 probes from the values.
 */
public final class SplitSamples {
    private static final int MOST_KEPT = 64;

    private final MeteredOperator operator;
    private final Split split;
    private double[] values = new double[0];
    private double squares;
    private Tensor kept;

    /** No samples yet. */
    public SplitSamples(MeteredOperator operator, Split split) {
        this.operator = operator;
        this.split = split;
        this.kept = operator.none(operator.columns());
    }

    /** Takes samples until there are so many in all, one product each. */
    public void extend(int to) {
        Tensor probes = operator.probes(count(), to);
        Tensor images = split.rest(probes, operator::product);
        int before = count();
        values = Arrays.copyOf(values, to);
        System.arraycopy(Columns.dots(Columns.wide(probes), images), 0, values, before, to - before);
        squares += Columns.sumOfSquares(images);
        kept = to <= MOST_KEPT ? Columns.join(kept, images) : operator.none(operator.columns());
    }

    /** Number of samples. */
    public int count() {
        return values.length;
    }

    /** The mean of ‖Mv‖² over the samples, which is unbiased for ‖M‖_F². */
    public double meanSquare() {
        return squares / count();
    }

    /** What they say so far about the operator's trace. */
    public Moments moments() {
        Sampling sampling = operator.sampling();
        int n = operator.columns();
        Spread spread = count() <= MOST_KEPT && operator.symmetric()
                ? SpreadOfForms.of(sampling.law(), operator.probes(0, count()), null, kept).ofTrace(values)
                : Spread.ofSamples(values, false).among(sampling.law(), n);
        return new Moments(new double[]{split.knownTrace()}, new double[][]{values}, List.of(spread), sampling.law(), n,
                operator.spent(), operator.jvps(), operator.vjps(), sampling.seed(),
                "rank %d known, %d %s probes on the rest".formatted(split.rank(), count(), sampling.law()), operator
                        .elapsed());
    }
}
