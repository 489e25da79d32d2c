package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.Statistic;
import java.time.Duration;
import java.util.Arrays;

/**
 * A number with its uncertainty and what it cost.
 *
 * @param name          of the quantity
 * @param value         the number
 * @param standardError the estimated standard deviation of the value; for a bound, the bound itself; 0 where exact
 * @param errorBar      what the error rests on
 * @param degreesOfFreedom how well the standard error is known, for Student's t; 0 where it is not sampled
 * @param positivePart  the part of the value that was sampled, where samples cannot be negative; else 0; negative where the
 *                      value falls as samples rise
 * @param numMatvecs    products, with the operator it was given or its transpose, that were spent
 * @param jvps          forward-mode passes through a model that these took
 * @param vjps          reverse-mode passes
 * @param samples       independent samples that the error bar rests on; 0 where it rests on none
 * @param seed          of the random numbers
 * @param route         how it was found, in words
 * @param elapsed       time taken
 * @param converged     whether the accuracy asked for was reached; true where none was asked for
 */
public record Estimate(String name, double value, double standardError, ErrorBar errorBar, int degreesOfFreedom,
        double positivePart, long numMatvecs, long jvps, long vjps, int samples, long seed, String route,
        Duration elapsed,
        boolean converged) {
    private static final double SHOWN_CONFIDENCE = 0.95;

    /**
     * An estimate of a statistic of measured traces; the error bar is by the delta method.
     *
     * @throws InvalidDataException if the statistic has no value there, such as the effective rank of the zero matrix
     */
    public static Estimate of(String name, Moments moments, Statistic statistic) {
        double value = moments.value(statistic);
        if (!Double.isFinite(value)) {
            throw new InvalidDataException(
                    "%s: not defined, or out of range, at traces %s; is the operator zero?".formatted(
                            name, Arrays.toString(moments.values())));
        }
        return new Estimate(name, value, moments.standardError(statistic), moments.exact()
                ? ErrorBar.EXACT
                : ErrorBar.SAMPLE, moments.degreesOfFreedom(statistic), moments.positivePart(statistic),
                moments.numMatvecs(), moments.jvps(), moments.vjps(), moments.count(), moments
                        .seed(),
                moments.route(), moments.elapsed(), true);
    }

    /** The same estimate of the same number, found by another route or named otherwise. */
    public Estimate with(String newName, String newRoute) {
        return new Estimate(newName, value, standardError, errorBar, degreesOfFreedom, positivePart, numMatvecs, jvps,
                vjps, samples, seed, newRoute,
                elapsed, converged);
    }

    /**
     * The same estimate judged by an accuracy: {@link #converged} where half the width of its interval is within it.
     *
     * @param relativeError of the value
     * @param confidence    of the interval, inside (0, 1)
     */
    public Estimate against(double relativeError, double confidence) {
        boolean reached = interval(confidence).halfWidth() <= relativeError * Math.abs(value);
        return new Estimate(name, value, standardError, errorBar, degreesOfFreedom, positivePart, numMatvecs, jvps,
                vjps, samples, seed, route, elapsed, reached);
    }

    /** The same estimate judged by an accuracy, where one was asked for; see {@link #against(double, double)}. */
    public Estimate against(Accuracy accuracy) {
        return accuracy.asked() ? against(accuracy.relativeError(), accuracy.confidence()) : this;
    }

    /** How many times wider than an accuracy allows half of the interval is; 1 or less where it is reached. */
    public double excess(Accuracy accuracy) {
        double halfWidth = interval(accuracy.confidence()).halfWidth();
        return halfWidth == 0 ? 0 : halfWidth / Math.abs(value) / accuracy.relativeError();
    }

    /** The same estimate, with the word of a rule of its own on whether the accuracy asked for was reached. */
    public Estimate converged(boolean reached) {
        return new Estimate(name, value, standardError, errorBar, degreesOfFreedom, positivePart, numMatvecs, jvps,
                vjps, samples, seed, route, elapsed, reached);
    }

    /**
     * An interval.
     *
     * @param low  its lower end
     * @param high its upper end
     */
    public record Interval(double low, double high) {
        /** Whether a number lies in it, ends included. */
        public boolean contains(double number) {
            return low <= number && number <= high;
        }

        /** Half of its width. */
        public double halfWidth() {
            return 0.5 * (high - low);
        }

        @Override
        public String toString() {
            return "[" + Figures.number(low, 6) + ", " + Figures.number(high, 6) + "]";
        }
    }

    /** An estimate bounded by a theorem. */
    static Estimate bounded(String name, double value, double bound, boolean converged, Eigenpairs pairs) {
        return new Estimate(name, value, bound, ErrorBar.BOUND, 0, 0, pairs.numMatvecs(), pairs.jvps(), pairs.vjps(), 0,
                pairs.seed(), pairs.route(), pairs.elapsed(), converged);
    }

    /**
     * The interval that covers the true number with the given confidence.
     *
     * <p>For samples value ± t·standardError, with Student's t of {@link #degreesOfFreedom}; where {@link #positivePart} r is
     * not 0, that part is judged on a logarithmic scale, from r·exp(−h) to r·exp(h) with h = t·standardError/r. For a bound
     * value ± bound, whatever the confidence; for an exact value that value alone.
     *
     * @param confidence inside (0, 1), such as 0.95
     * @throws InvalidDataException if it is not
     */
    public Interval interval(double confidence) {
        if (!(confidence > 0 && confidence < 1)) {
            throw new InvalidDataException("interval: expected a confidence between 0 and 1, such as 0.95, got "
                    + confidence);
        }
        double halfWidth = halfWidth(confidence);
        if (positivePart != 0) {
            double relative = halfWidth / Math.abs(positivePart);
            double less = value + positivePart * Math.expm1(-relative);
            double more = value + positivePart * Math.expm1(relative);
            return new Interval(Math.min(less, more), Math.max(less, more));
        }
        return new Interval(value - halfWidth, value + halfWidth);
    }

    private double halfWidth(double confidence) {
        return switch (errorBar) {
            case EXACT -> 0;
            case BOUND -> standardError;
            case SAMPLE, LEAVE_ONE_OUT -> StudentT.quantile(confidence, Math.max(1, degreesOfFreedom)) * standardError;
        };
    }

    /** Such as {@code trace = 63381.9 ± 310 (95 %), 60 matvecs, 2.1 ms}. */
    @Override
    public String toString() {
        return "%s = %s%s, %d matvecs, %s".formatted(name, Figures.number(value, 6), errorText(), numMatvecs, Figures
                .duration(elapsed));
    }

    private String errorText() {
        String width = Figures.number(interval(SHOWN_CONFIDENCE).halfWidth(), 2);
        return switch (errorBar) {
            case EXACT -> " (exact)";
            case BOUND -> " ± " + width + " (bound)";
            case SAMPLE -> " ± " + width + " (95 %)";
            case LEAVE_ONE_OUT -> " ± " + width + " (95 %, leave-one-out)";
        } + (converged ? "" : " (not converged)");
    }
}
