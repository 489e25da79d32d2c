package cotangent.examples.traces;

import cotangent.examples.experiment.PowerLaw;
import cotangent.examples.experiment.Quartiles;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How a method's error falls with passes and time.
 *
 * @param method what was run
 * @param trials by ascending budget, at least one
 * @param exact  passes from which the method is exact: those of all unit vectors
 */
record Curve(Method method, List<Trials> trials, double exact) {
    /** Errors below this may be rounding, where the rank of the kernel is reached, and lie on no line. */
    private static final double ROUNDING = 1e-7;

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

    /** Trials with an error that a law may describe. */
    private List<Trials> sampled() {
        return trials.stream().filter(trial -> !trial.exact() && trial.error().median() > ROUNDING).toList();
    }

    /**
     * The error's exponent over passes: fitted to each seed, since the mean logarithm of an error falls as its scale does. None where
     * fewer than two trials have an error to speak of.
     */
    Optional<PowerLaw> law() {
        List<Trials> sampled = sampled();
        if (sampled.size() < 2) {
            return Optional.empty();
        }
        int seeds = sampled.getFirst().errors().length;
        double[][] bySeed = new double[seeds][sampled.size()];
        for (int i = 0; i < sampled.size(); i++) {
            for (int seed = 0; seed < seeds; seed++) {
                bySeed[seed][i] = Math.max(ROUNDING, sampled.get(i).errors()[seed]);
            }
        }
        return Optional.of(PowerLaw.fit(sampled.stream().mapToDouble(Trials::passes).toArray(), bySeed));
    }

    /** What a median relative error takes: the least budget that was run and reached it, or by the fitted law. */
    Reach reach(double tolerance) {
        for (Trials trial : trials) {
            if (trial.error().median() <= tolerance) {
                return new Reach(trial.passes(), trial.time().median(), true, trial.exact());
            }
        }
        Trials last = trials.getLast();
        double slope = Math.min(-0.25, law().map(PowerLaw::slope).orElse(-0.5));
        double passes = last.passes() * Math.pow(last.error().median() / tolerance, -1 / slope);
        boolean units = passes >= exact;
        passes = Math.min(passes, exact);
        return new Reach(passes, last.time().median() * passes / last.passes(), false, units);
    }

    /**
     * Where another method's error falls below this one's.
     *
     * @param passes   spent by each
     * @param measured whether both orders were seen, beyond the spread of the medians; else by the fitted slopes
     */
    record Crossing(double passes, boolean measured) {}

    /** Where another method overtakes this one, if its error falls faster than two standard errors of the slopes can tell. */
    Optional<Crossing> overtakenBy(Curve other) {
        if (law().isEmpty() || other.law().isEmpty()) {
            return Optional.empty();
        }
        PowerLaw mine = law().get();
        PowerLaw theirs = other.law().get();
        if (mine.slope() - theirs.slope() < 2 * Math.hypot(mine.standardError(), theirs.standardError())) {
            return Optional.empty();
        }
        double passes = Math.exp((other.level(theirs) - level(mine)) / (mine.slope() - theirs.slope()));
        if (passes < trials.getFirst().passes() || passes >= Math.min(exact, other.exact)) {
            return Optional.empty();
        }
        Quartiles last = trials.getLast().error();
        Quartiles otherLast = other.trials.getLast().error();
        return Optional.of(new Crossing(passes, passes < trials.getLast().passes() && otherLast.medianHigh() < last
                .medianLow()));
    }

    /** The logarithm of the median error at one pass by the law: its line goes through the centre of the medians. */
    private double level(PowerLaw law) {
        return sampled().stream()
                .mapToDouble(trial -> Math.log(trial.error().median()) - law.slope() * Math.log(trial.passes()))
                .average()
                .orElseThrow();
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
        law().ifPresent(law -> values.put("slope", law.values()));
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
