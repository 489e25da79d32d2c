package cotangent.linalg.dynamics;

import cotangent.dsl.Tensor;
import java.time.Duration;
import java.util.List;

/** The loss from both sides, at levels of a residual's measure that get better until both sides meet. */
final class Losses {
    /** Of the initial loss: what rounding makes of a loss that is 0. */
    private static final double ROUNDING = 0x1p-48;

    private final Propagator propagator;
    private final double tolerance;
    private final double factor;

    /** Losses factor/2·‖r‖². */
    Losses(Propagator propagator, double tolerance, double factor) {
        this.propagator = propagator;
        this.tolerance = tolerance;
        this.factor = factor;
    }

    /** How a training's clock runs: when the sum of squares of a measure comes down to a number. */
    interface Clock {
        /** The first time at which Σ weight·p² is at most a number; ∞ where it never is. */
        double firstBelow(Measure measure, double squares);

        /** What Σ weight·p² does not go under. */
        double infimum(Measure measure);

        /** Whether {@link Decay#alternates} holds for all its times on the kernel's spectrum. */
        boolean alternates();

        /** The time to name where it lies between two. */
        double between(double low, double high);
    }

    /**
     * Losses at one level.
     *
     * @param upper those of the rule with a node at 0
     */
    private record Sides(double[] low, double[] upper, double[] high) {
        boolean within(double tolerance, double rounding) {
            for (int i = 0; i < low.length; i++) {
                if (!(high[i] < Double.POSITIVE_INFINITY && high[i] - low[i] <= tolerance * high[i] + rounding)) {
                    return false;
                }
            }
            return true;
        }
    }

    LossCurve curve(double[] times, List<Decay> decays, boolean bounded, long started) {
        int level = 0;
        Measure.Bracket bracket = propagator.measure(0);
        Sides sides = sides(bracket, decays, bounded, new double[0]);
        while (!sides.within(tolerance, rounding(bracket)) && propagator.hasMore(level)) {
            bracket = propagator.measure(++level);
            sides = sides(bracket, decays, bounded, sides.upper);
        }
        double[] values = new double[times.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.5 * (sides.low[i] + sides.high[i]);
        }
        return new LossCurve(Tensor.of(times), Tensor.of(values), Tensor.of(sides.low), Tensor.of(sides.high), bounded
                || bracket.exact(), sides.within(tolerance, rounding(bracket)), propagator.counted().products(),
                propagator.route(), Duration.ofNanos(System.nanoTime() - started));
    }

    private double rounding(Measure.Bracket bracket) {
        return ROUNDING * 0.5 * factor * bracket.lower().total();
    }

    private Sides sides(Measure.Bracket bracket, List<Decay> decays, boolean bounded, double[] before) {
        int count = decays.size();
        double[] low = new double[count];
        double[] upper = new double[count];
        double[] high = new double[count];
        for (int i = 0; i < count; i++) {
            double lower = 0.5 * factor * bracket.lower().left(decays.get(i));
            upper[i] = 0.5 * factor * bracket.upper().left(decays.get(i));
            double moved = bounded || bracket.exact()
                    ? 0
                    : before.length == 0 ? Double.POSITIVE_INFINITY
                    : Math.abs(upper[i] - before[i]);
            low[i] = Math.max(0, Math.min(lower, upper[i] - moved));
            high[i] = Math.max(lower, upper[i] + moved);
        }
        return new Sides(low, upper, high);
    }

    TimeToLoss timeTo(double target, Clock clock) {
        double squares = target / (0.5 * factor);
        double before = Double.POSITIVE_INFINITY;
        int level = 0;
        while (true) {
            Measure.Bracket bracket = propagator.measure(level);
            boolean bounded = clock.alternates() || bracket.exact();
            boolean last = !propagator.hasMore(level);
            double lower = clock.firstBelow(bracket.lower(), squares);
            double upper = bracket.exact() ? lower : clock.firstBelow(bracket.upper(), squares);
            double high = Math.max(lower, upper);
            if (lower == Double.POSITIVE_INFINITY && (bounded || last && upper == lower)) {
                return new TimeToLoss.Never(target, 0.5 * factor * clock.infimum(bracket.lower()));
            }
            if (high < Double.POSITIVE_INFINITY) {
                double moved = bounded ? 0 : Math.abs(upper - before);
                double low = Math.max(0, Math.min(lower, upper - moved));
                boolean converged = high + moved - low <= tolerance * high;
                if (converged || last) {
                    return new TimeToLoss.Reached(target, clock.between(low, high), low, high + moved, converged);
                }
            } else if (last) {
                return new TimeToLoss.Undecided(target, lower, 0.5 * factor * clock.infimum(bracket.upper()));
            }
            before = upper;
            level++;
        }
    }
}
