package cotangent.linalg.trace;

import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.EntrywiseEstimate;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.Looks;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.Sampling;
import java.util.Arrays;

/**
 * The Euclidean norms of an operator's rows: the mean of (Av)_i² over probes v is unbiased for ‖a_i‖², whatever the shape.
 *
 * <p>For normal probes (the default) (Av)_i/‖a_i‖ is standard normal, so that the estimate over ‖a_i‖² is a chi-square number
 * over its m degrees of freedom: the same relative error, √(2/m), for every row (this is the sketch of W. B. Johnson and
 * J. Lindenstrauss, row by row). For signs the variance is 2(‖a_i‖⁴ − Σ_j a_ij⁴), and that of normal probes errs on the safe
 * side. The interval is on a logarithmic scale, with m degrees of freedom.
 *
 * <p>Cost: m products, at least 2. Where m reaches the smaller side of A, as many products with the unit vectors, exact. In
 * accuracy mode the number of probes follows from the error at once.
 */
public final class RowNorms extends EntrywiseEstimator<RowNorms> {
    private RowNorms(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products, at least 2, on normal probes. */
    public static RowNorms matvecs(int budget) {
        return new RowNorms(Sampling.matvecs(budget).probes(Probes.GAUSSIAN), Accuracy.NONE);
    }

    @Override
    RowNorms with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new RowNorms(otherSampling, otherAccuracy);
    }

    /**
     * The squares ‖a_i‖², which are what is estimated without bias.
     *
     * @throws ShapeException                     if the budget is under 2
     * @throws cotangent.dsl.InvalidDataException if the operator is empty or a product is NaN or infinite
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public EntrywiseEstimate squared(LinearOperator operator) {
        return CancelledException.unlessInterrupted("RowNorms", () -> rows("squared row norm", operator, false));
    }

    /**
     * The norms ‖a_i‖; their errors by the delta method.
     *
     * @throws ShapeException                     if the budget is under 2
     * @throws cotangent.dsl.InvalidDataException if the operator is empty or a product is NaN or infinite
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public EntrywiseEstimate norms(LinearOperator operator) {
        return CancelledException.unlessInterrupted("RowNorms", () -> rows("row norm", operator, true));
    }

    private EntrywiseEstimate rows(String name, LinearOperator operator, boolean root) {
        MeteredOperator metered = MeteredOperator.of(name, operator, sampling);
        int budget = sampling.budget();
        int side = Math.min(operator.rows(), operator.columns());
        if (exactAtOnce(side, FIRST)) {
            return exact(name, metered, root);
        }
        if (budget < 2) {
            throw new ShapeException("RowNorms: expected at least 2 products, got " + budget);
        }
        double[] sums = new double[operator.rows()];
        int count = 0;
        int next = accuracy.asked() ? Math.min(FIRST, budget) : budget;
        while (true) {
            for (; count < next; count = Math.min(next, count + metered.blockWidth())) {
                addRows(sums, metered.product(metered.probes(count, Math.min(next, count + metered.blockWidth()))));
            }
            EntrywiseEstimate estimate = estimate(name, metered, sums, count, root);
            if (estimate.converged() || count == budget) {
                return estimate;
            }
            long needed = Looks.needed(count, excess(estimate));
            if (Looks.exactPays(side, metered.left(), needed - count, needed - count)) {
                return exact(name, metered, root);
            }
            next = (int) Math.min(budget, needed);
        }
    }

    private EntrywiseEstimate estimate(String name, MeteredOperator operator, double[] sums, int count, boolean root) {
        double share = Math.sqrt(2.0 / count);
        double[] values = Arrays.stream(sums).map(sum -> sum / count).toArray();
        double[] errors = Arrays.stream(values).map(value -> share * value).toArray();
        if (root) {
            values = Arrays.stream(values).map(Math::sqrt).toArray();
            errors = Arrays.stream(values).map(value -> 0.5 * share * value).toArray();
        }
        return estimate(name, operator, values, errors, ErrorBar.SAMPLE, count, true, count, "%d %s probes".formatted(
                count, sampling.law()));
    }

    private EntrywiseEstimate exact(String name, MeteredOperator operator, boolean root) {
        int side = Math.min(operator.rows(), operator.columns());
        boolean byRows = operator.rows() < operator.columns();
        operator.plan(operator.spent() + side);
        double[] values = new double[operator.rows()];
        for (int from = 0; from < side; from += operator.blockWidth()) {
            int to = Math.min(side, from + operator.blockWidth());
            Tensor units = Columns.identity(operator.dtype(), side, from, to);
            if (byRows) {
                Tensor rows = operator.transposedProduct(units);
                System.arraycopy(Columns.dots(rows, rows), 0, values, from, to - from);
            } else {
                addRows(values, operator.product(units));
            }
        }
        double[] result = root ? Arrays.stream(values).map(Math::sqrt).toArray() : values;
        return estimate(name, operator, result, new double[result.length], ErrorBar.EXACT, 0, false, 0,
                "exact: identity basis of dimension " + side);
    }

    private static void addRows(double[] sums, Tensor block) {
        int k = block.shape().extent(1);
        double[] entries = Columns.widened(block);
        for (int i = 0; i < sums.length; i++) {
            for (int j = 0; j < k; j++) {
                sums[i] += entries[i * k + j] * entries[i * k + j];
            }
        }
    }
}
