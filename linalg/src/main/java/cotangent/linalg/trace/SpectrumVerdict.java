package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Eigh;
import cotangent.linalg.Figures;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.SplitSamples;
import java.time.Duration;
import java.util.Arrays;

/**
 * How the spectrum of a positive semidefinite operator falls, from probes alone, and what that means for estimates of its trace.
 *
 * <p>A third of the budget sketches, a third multiplies the basis, the rest are probes of what is left. Of low rank is a spectrum of
 * which the directions caught carry 99 % of the trace. Otherwise the eigenvalues are taken to fall as i^−α: α is the median
 * slope of log λ against log i over all pairs of the leading half of the Ritz values (P. K. Sen, Journal of the American
 * Statistical Association 63, 1968), which one eigenvalue far above the others does not sway. With α of ½ or less the square of the
 * Frobenius norm is spread over the whole spectrum, so that to deflate leading directions gains nothing: that is called flat.
 * The exponent is a description, not an estimate with an error bar: Ritz values are never too large, and the lower ones fall
 * short.
 *
 * @param shape      the verdict
 * @param exponent   α of the leading eigenvalues; 0 where fewer than three were found
 * @param rank       how many directions carry 99 % of the trace; 0 where more than were looked for
 * @param share      of the trace that the directions found carry
 * @param leading    Ritz values, F64, descending
 * @param gain       how many times smaller the standard error of Hutch++ is than that of {@link RHutch} with as many passes
 * @param numMatvecs products spent
 * @param jvps       forward-mode passes that these took
 * @param vjps       reverse-mode passes
 * @param seed       of the random vectors
 * @param elapsed    time taken
 */
public record SpectrumVerdict(Shape shape, double exponent, int rank, double share, Tensor leading, double gain,
        long numMatvecs, long jvps, long vjps, long seed, Duration elapsed) {
    private static final int SMALLEST = 12;
    private static final double NEARLY_ALL = 0.99;
    private static final double FLAT = 0.5;

    /** The shapes that are told apart. */
    public enum Shape {
        /** A few directions carry all but a hundredth of the trace. */
        LOW_RANK("low rank"),
        /** Eigenvalues fall as a power of their number. */
        POWER_LAW("power law"),
        /** Eigenvalues fall so slowly that no few directions matter. */
        FLAT("flat");

        private final String label;

        Shape(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /**
     * The verdict on an operator.
     *
     * @param operator known to be positive semidefinite
     * @param sampling at least 12 products
     * @throws cotangent.dsl.ShapeException if it is not square or the budget is under 12
     * @throws InvalidDataException         if it is empty, zero or not known to be positive semidefinite, or a product is NaN or
     *                                      infinite
     * @throws CancelledException           if the thread is interrupted, between blocks
     */
    public static SpectrumVerdict of(LinearOperator operator, Sampling sampling) {
        Traces.requireSquare("spectrum", operator);
        Traces.requirePositiveSemidefinite("spectrum", operator);
        Exchangeable.requireBudget("spectrum", sampling.budget(), SMALLEST);
        return CancelledException.unlessInterrupted("spectrum", () -> found(operator, sampling));
    }

    private static SpectrumVerdict found(LinearOperator operator, Sampling sampling) {
        int n = operator.rows();
        int budget = Math.min(sampling.budget(), 3 * n);
        MeteredOperator metered = MeteredOperator.of("spectrum", operator, sampling.atMost(Math.max(SMALLEST, budget)));
        int directions = Math.clamp(budget / 3, 1, n);
        GrowingSketch sketch = new GrowingSketch(metered);
        sketch.grow(directions);
        double[] values = descending(sketch.compressed());
        double known = Arrays.stream(values).sum();
        SplitSamples samples = new SplitSamples(metered, sketch.split());
        samples.extend((int) Math.max(2, metered.left()));
        Moments moments = samples.moments();
        double trace = Math.max(known, moments.values()[0]);
        if (!(trace > 0)) {
            throw new InvalidDataException("spectrum: expected an operator that is not zero");
        }
        double rest = samples.meanSquare();
        double square = rest + sketch.captured()[directions];
        double exponent = exponent(values);
        int rank = rank(values, NEARLY_ALL * trace);
        Shape shape = rank > 0 ? Shape.LOW_RANK : exponent > FLAT ? Shape.POWER_LAW : Shape.FLAT;
        double split = 2 * rest / Math.max(1, budget - 2 * directions);
        double plain = 2 * Math.max(0, square - trace * trace / n) / (2.0 * budget);
        double gain = split > 0 ? Math.sqrt(plain / split) : plain > 0 ? Double.POSITIVE_INFINITY : 1;
        return new SpectrumVerdict(shape, exponent, rank, known / trace, Tensor.of(values), gain, metered.spent(),
                metered.jvps(), metered.vjps(), sampling.seed(), metered.elapsed());
    }

    private static double[] descending(Tensor compressed) {
        int k = compressed.shape().extent(0);
        double[] c = Columns.widened(compressed);
        double[] symmetric = new double[k * k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                symmetric[i * k + j] = 0.5 * (c[i * k + j] + c[j * k + i]);
            }
        }
        double[] values = Eigh.values(Tensor.wrap(cotangent.dsl.Shape.of(k, k), symmetric)).toDoubles();
        for (int i = 0; i < k / 2; i++) {
            double low = values[i];
            values[i] = values[k - 1 - i];
            values[k - 1 - i] = low;
        }
        return Arrays.stream(values).map(value -> Math.max(0, value)).toArray();
    }

    /** How many of the values make up a sum; 0 where all together do not. */
    private static int rank(double[] values, double wanted) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[i];
            if (sum >= wanted) {
                return i + 1;
            }
        }
        return 0;
    }

    /** Minus the median of the slopes of log λ against log i. */
    private static double exponent(double[] values) {
        int half = Math.max(3, values.length / 2);
        int count = (int) Arrays.stream(values).limit(half).filter(value -> value > 1e-12 * values[0]).count();
        if (count < 3) {
            return 0;
        }
        double[] slopes = new double[count * (count - 1) / 2];
        int at = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                slopes[at++] = Math.log(values[j] / values[i]) / Math.log((i + 1.0) / (j + 1.0));
            }
        }
        Arrays.sort(slopes);
        return 0.5 * (slopes[at / 2] + slopes[(at - 1) / 2]);
    }

    /** Which estimator of the trace has the smaller error for as many passes, and by how much. */
    public String advice() {
        if (gain > 1) {
            return "Hutch++ wins: its error is %s of that of RHutch with as many passes".formatted(Figures.number(1
                    / gain, 2));
        }
        return "RHutch wins: its error is %s of that of Hutch++ with as many passes".formatted(Figures.number(gain, 2));
    }

    @Override
    public String toString() {
        String what = switch (shape) {
            case LOW_RANK -> "low rank: %d directions carry 99 %% of the trace".formatted(rank);
            case POWER_LAW -> "power law: eigenvalues fall as i^-%s; %d directions carry %s %% of the trace".formatted(
                    Figures.number(exponent, 2), leading.shape().extent(0), Figures.number(100 * share, 2));
            case FLAT -> "flat: %d directions carry %s %% of the trace".formatted(leading.shape().extent(0), Figures
                    .number(100 * share, 2));
        };
        return "%s; %s, %d matvecs".formatted(what, advice(), numMatvecs);
    }
}
