package cotangent.examples.traces;

import cotangent.examples.theory.PowerLaw;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * How a method's error falls with passes and time.
 *
 * @param method what was run
 * @param trials by ascending budget, at least one
 * @param exact  passes from which the method is exact: those of all unit vectors
 */
record Curve(Method method, List<Trials> trials, double exact) {
    /** Errors below this are rounding, and lie on no line. */
    private static final double ROUNDING = 1e-12;

    /**
     * What a tolerance takes.
     *
     * @param passes   spent
     * @param millis   from parameters to number
     * @param measured whether a budget that was run reached it; else both are scaled by the fitted law
     * @param exact    whether the method takes all unit vectors for it
     */
    record Reach(double passes, double millis, boolean measured, boolean exact) {}

    double[] passes() {
        return column(Trials::passes);
    }

    double[] medians() {
        return column(trial -> Math.max(ROUNDING, trial.error().median()));
    }

    double[] column(ToDoubleFunction<Trials> of) {
        return trials.stream().mapToDouble(of).toArray();
    }

    /** Whether every trial was exact, as where the planner takes an exact way. */
    boolean alwaysExact() {
        return trials.stream().allMatch(Trials::exact);
    }

    /** The error's exponent over passes: fitted to each seed, since the mean logarithm of an error falls as its scale does. */
    PowerLaw law() {
        int seeds = trials.getFirst().errors().length;
        double[][] bySeed = new double[seeds][trials.size()];
        for (int i = 0; i < trials.size(); i++) {
            for (int seed = 0; seed < seeds; seed++) {
                bySeed[seed][i] = Math.max(ROUNDING, trials.get(i).errors()[seed]);
            }
        }
        return PowerLaw.fit(passes(), bySeed);
    }

    /** What a median relative error takes: the least budget that was run and reached it, or by the fitted law. */
    Reach reach(double tolerance) {
        for (Trials trial : trials) {
            if (trial.error().median() <= tolerance) {
                return new Reach(trial.passes(), trial.time().median(), true, trial.exact());
            }
        }
        Trials last = trials.getLast();
        double slope = trials.size() > 1 ? Math.min(-0.25, law().slope()) : -0.5;
        double passes = last.passes() * Math.pow(last.error().median() / tolerance, -1 / slope);
        boolean units = passes >= exact;
        passes = Math.min(passes, exact);
        return new Reach(passes, last.time().median() * passes / last.passes(), false, units);
    }

    /** The passes from which another method's median error is less: between two that were run, where the order changes. */
    OptionalDouble overtakenBy(Curve other) {
        for (int i = 1; i < trials.size(); i++) {
            double before = gap(other, trials.get(i - 1));
            double after = gap(other, trials.get(i));
            if (before <= 0 && after > 0) {
                double share = before / (before - after);
                return OptionalDouble.of(Math.exp((1 - share) * Math.log(trials.get(i - 1).passes()) + share * Math.log(
                        trials.get(i).passes())));
            }
        }
        return OptionalDouble.empty();
    }

    /** By how much another's logarithmic median error is less at a trial's passes; NaN where the other was not run. */
    private double gap(Curve other, Trials trial) {
        double[] x = other.passes();
        double[] y = other.medians();
        for (int i = 1; i < x.length; i++) {
            if (x[i - 1] <= trial.passes() && trial.passes() <= x[i]) {
                double share = Math.log(trial.passes() / x[i - 1]) / Math.log(x[i] / x[i - 1]);
                return Math.log(Math.max(ROUNDING, trial.error().median())) - (1 - share) * Math.log(y[i - 1]) - share
                        * Math.log(y[i]);
            }
        }
        return Double.NaN;
    }

    /** For JSON. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("budgets", trials.stream().mapToInt(Trials::budget).toArray());
        values.put("products", column(Trials::products));
        values.put("passes", passes());
        values.put("medianErrors", column(trial -> trial.error().median()));
        values.put("lowQuartiles", column(trial -> trial.error().low()));
        values.put("highQuartiles", column(trial -> trial.error().high()));
        values.put("medianMillis", column(trial -> trial.time().median()));
        values.put("errors", trials.stream().map(Trials::errors).toList());
        values.put("exact", alwaysExact());
        if (trials.size() > 1 && !alwaysExact()) {
            values.put("slope", law().values());
        }
        return values;
    }

    /** Passes below which a budget is no estimate of this method, but all unit vectors. */
    static double exactPasses(Method method, Subject subject) {
        return switch (method) {
            case HUTCH_PLUS_PLUS, XTRACE -> 2.0 * subject.state();
            case RHUTCH -> subject.state();
            case FHUTCH, FORWARD -> subject.model().parameters();
            case SAMPLES -> Double.POSITIVE_INFINITY;
            case PLANNED -> 2.0 * Math.min(subject.state(), subject.model().parameters());
        };
    }

    /** Budgets of a method for numbers of passes, as far as they are estimates. */
    static int[] budgets(Method method, Subject subject, int... passes) {
        return Arrays.stream(passes)
                .map(number -> Math.max(method.least(), number / method.passesEach()))
                .filter(budget -> budget * method.passesEach() < exactPasses(method, subject))
                .distinct()
                .toArray();
    }
}
