package cotangent.linalg.trace;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.block.Columns;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Probes;
import java.util.Arrays;

/**
 * Probes Ω that each serve the others' approximation and are a sample beside it, and their images A·Ω, kept from round to
 * round: what XTrace, XNysTrace and XDiag have in common.
 */
final class Exchangeable {
    /** Probes of the first round where an accuracy is asked for. */
    static final int FIRST = 10;

    private final MeteredOperator operator;
    private Tensor probes;
    private Tensor images;

    Exchangeable(MeteredOperator operator) {
        this.operator = operator;
        this.probes = operator.none(operator.columns());
        if (operator.dtype() == DType.F32) {
            this.probes = Columns.narrowed(DType.F32, operator.columns(), 0, new double[0]);
        }
        this.images = probes;
    }

    /** Refuses laws whose probes are not independent of each other: leaving one out would leave a trace of it. */
    static void requireIndependent(String estimator, Probes law) {
        if (!law.independent()) {
            throw new InvalidDataException("%s: expected probes that are independent of each other, got %s ones; use "
                    .formatted(estimator, law) + "Probes.SPHERE");
        }
    }

    static void requireBudget(String estimator, int budget, int least) {
        if (budget < least) {
            throw new ShapeException("%s: expected at least %d products, got %d; use Hutchinson, which needs 2"
                    .formatted(estimator, least, budget));
        }
    }

    /** Probes and images for k probes in all. */
    void grow(int k) {
        Tensor more = operator.probes(count(), k);
        images = Columns.join(images, operator.product(more));
        probes = Columns.join(probes, more);
    }

    int count() {
        return probes.shape().extent(1);
    }

    Tensor probes() {
        return probes;
    }

    Tensor images() {
        return images;
    }

    /**
     * The probes of the next round: twice as many, fewer where the budget ends, and none beyond n − 1; 0 where they cost as
     * much as the unit vectors, and these can be paid for.
     *
     * @param again products per probe that every round takes anew, beside one for the image of each new probe
     */
    int next(int again) {
        int k = count();
        int n = operator.columns();
        long most = (operator.left() + k) / (1 + again);
        int next = (int) Math.min(Math.min(2L * k, most), n - 1L);
        long cost = next - k + (long) again * next;
        boolean exactPays = operator.left() >= n && (cost >= n || next <= k);
        return exactPays ? 0 : next;
    }

    /** Squared length that the part of a probe orthogonal to the k − 1 others is given, over the length it has. */
    double scale(double squaredLength) {
        boolean signs = operator.sampling().law() == Probes.RADEMACHER;
        return signs || squaredLength == 0 ? 1 : (operator.columns() - count() + 1) / squaredLength;
    }

    /** The mean of k estimates of a trace that each leave one probe out, and their spread over √k. */
    Estimate estimate(double[] values, String approximation) {
        int k = values.length;
        double mean = Arrays.stream(values).sum() / k;
        double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
        return new Estimate("trace", mean, Math.sqrt(squares / (k - 1) / k), ErrorBar.LEAVE_ONE_OUT, k - 1, 0, operator
                .spent(), operator.jvps(), operator.vjps(), k, operator.sampling().seed(),
                "%d probes, each beside %s by the others".formatted(k, approximation), operator.elapsed(), true);
    }

    /** The trace by the unit vectors, after what was spent already. */
    Estimate exact() {
        double trace = operator.exactTrace();
        return new Estimate("trace", trace, 0, ErrorBar.EXACT, 0, 0, operator.spent(), operator.jvps(), operator
                .vjps(), 0, operator.sampling().seed(), "exact: identity basis of dimension " + operator.columns(),
                operator.elapsed(), true);
    }
}
