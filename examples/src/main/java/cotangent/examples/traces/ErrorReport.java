package cotangent.examples.traces;

import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.PowerLaw;
import cotangent.examples.experiment.Quartiles;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the errors of a trace say, as tables, JSON and plots.
 *
 * @param subject whose
 * @param direct  the direct computation of the same run
 * @param curves  one for each method
 * @param memory  bytes held, one for each method
 * @param seeds   of each trial
 */
record ErrorReport(Subject subject, Direct direct, List<Curve> curves, long[] memory, int seeds) {
    private static final double[] TOLERANCES = {1e-2, 1e-3, 1e-4};
    private static final double SPAN = 1e4;

    Findings findings() {
        Findings findings = new Findings().line("%s", subject)
                .line("trace %s, %s", Table.number(subject.trace(), 7), direct.exactRoute())
                .line("median relative error over %d seeds; a pass is a jvp or a vjp, a product with the kernel two passes",
                        seeds)
                .line("");
        errors(findings);
        times(findings);
        tolerances(findings);
        order(findings);
        published(findings);
        Map<String, Object> values = new LinkedHashMap<>();
        curves.forEach(curve -> values.put(curve.method().option(), curve.values()));
        findings.value("model", subject.model().title())
                .value("state", subject.state())
                .value("parameters", subject.model().parameters())
                .value("trace", subject.trace())
                .value("seeds", seeds)
                .value("direct", direct.values())
                .value("methods", values);
        plots(findings);
        return findings;
    }

    private double[] axis() {
        return curves.stream()
                .flatMapToDouble(curve -> Arrays.stream(curve.column(trial -> nominal(curve, trial))))
                .distinct()
                .sorted()
                .toArray();
    }

    /** Passes that a budget stands for; the planner spends other numbers of each kind that cost as much. */
    private static double nominal(Curve curve, Trials trial) {
        return (double) trial.budget() * curve.method().passesEach();
    }

    /** Rows by passes, columns by method: what was found at each budget. */
    private void errors(Findings findings) {
        List<Curve> estimates = estimates();
        List<String> heading = new ArrayList<>(List.of("passes", "products"));
        List<String> shape = new ArrayList<>(List.of("", "fall"));
        List<String> slopes = new ArrayList<>(List.of("", "slope"));
        for (Curve curve : estimates) {
            heading.add(curve.method().toString());
            shape.add(Sparkline.decay(SPAN, curve.medians()));
            slopes.add(curve.law().map(PowerLaw::toString).orElse(""));
        }
        Table table = Table.of(heading.toArray(String[]::new));
        for (double passes : axis()) {
            List<String> row = new ArrayList<>(List.of("%.0f".formatted(passes), passes % 2 == 0 ? "%.0f".formatted(
                    passes / 2) : ""));
            estimates.forEach(curve -> row.add(at(curve, passes)));
            table.row(row.toArray(String[]::new));
        }
        table.row(shape.toArray(String[]::new));
        table.row(slopes.toArray(String[]::new));
        findings.table(table);
    }

    private List<Curve> estimates() {
        return curves.stream().filter(curve -> !curve.alwaysExact()).toList();
    }

    private static String at(Curve curve, double passes) {
        return curve.trials()
                .stream()
                .filter(trial -> nominal(curve, trial) == passes)
                .findFirst()
                .map(trial -> Table.number(trial.error().median(), 2))
                .orElse("");
    }

    /** The direct computation, one time and the exact route. */
    private void times(Findings findings) {
        Table table = Table.of("without error", "time", "");
        table.text(2);
        table.row("direct, one at a time", millis(direct.oneAtATime()), "%,d products of %s, of which some are timed"
                .formatted(direct.products(), millis(direct.oneMillis())));
        table.row("direct, in blocks", millis(direct.inBlocks()), "in the best size, %d: %s each".formatted(direct
                .block(), millis(direct.blockMillis())));
        table.row("exact route", millis(direct.exactMillis()), direct.exactRoute());
        for (Curve curve : curves) {
            if (curve.alwaysExact()) {
                table.row(curve.method().toString(), millis(curve.trials().getFirst().time().median()),
                        "takes an exact way at every budget");
            }
        }
        findings.table(table);
    }

    static String millis(double millis) {
        return millis < 0.1 ? Table.number(1e3 * millis, 2) + " us"
                : Table.duration(Duration.ofNanos((long) (1e6
                        * millis)));
    }

    /** What each tolerance takes by each method, and how many times faster than the direct method in blocks that is. */
    private void tolerances(Findings findings) {
        List<String> heading = new ArrayList<>(List.of("median error within"));
        for (double tolerance : TOLERANCES) {
            heading.addAll(List.of("%.0e: time".formatted(tolerance), "speed-up"));
        }
        heading.add("holds");
        Table table = Table.of(heading.toArray(String[]::new));
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            List<String> row = new ArrayList<>(List.of(curve.method().toString()));
            for (double tolerance : TOLERANCES) {
                Curve.Reach reach = curve.reach(tolerance);
                row.add((reach.measured() ? "" : "~") + millis(reach.millis()));
                row.add(times(direct.inBlocks() / reach.millis()));
            }
            row.add(Table.number(memory[i] / 1e6, 2) + " MB");
            table.row(row.toArray(String[]::new));
        }
        String exact = millis(direct.exactMillis());
        String gain = times(direct.inBlocks() / direct.exactMillis());
        table.row("exact route", exact, gain, exact, gain, exact, gain, "");
        findings.table(table)
                .line("time from parameters to number; speed-up over the direct method in blocks (one at a time it is %s slower);",
                        times(direct.oneAtATime() / direct.inBlocks()))
                .line("~ by the fitted slope, at most that of all unit vectors; holds: programs, workspace, tape and vectors, at 60 passes")
                .line("");
        double best = estimates().stream().mapToDouble(this::exactPays).min().orElse(Double.POSITIVE_INFINITY);
        findings.line("%s", best >= 1 ? "the exact route is the fastest, whatever error is asked for"
                : best < 1e-7
                        ? "no error asked for makes the exact route the fastest: a sketch of the kernel's rank is exact, and sooner"
                : "the exact route is the fastest for median errors below " + Table.number(best, 2))
                .value("exactPaysBelow", best)
                .value("memoryBytes", memory);
    }

    static String times(double factor) {
        return factor >= 100 ? "%,.0fx".formatted(factor) : Table.number(factor, 2) + "x";
    }

    /** The error that a method reaches in the time of the exact route. */
    private double exactPays(Curve curve) {
        double high = 1;
        double low = 1e-9;
        for (int step = 0; step < 60; step++) {
            double middle = Math.sqrt(low * high);
            if (curve.reach(middle).millis() <= direct.exactMillis()) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /** Where one method overtakes another at equal passes. */
    private void order(Findings findings) {
        List<Curve> estimates = estimates().stream().filter(curve -> curve.method() != Method.PLANNED).toList();
        Map<String, Object> crossings = new LinkedHashMap<>();
        for (Curve leader : estimates) {
            for (Curve other : estimates) {
                leader.overtakenBy(other).ifPresent(crossing -> {
                    findings.line("%s overtakes %s at about %s passes%s", other.method(), leader.method(), Table.number(
                            crossing.passes(), 2), crossing.measured() ? "" : ", by the fitted slopes");
                    crossings.put(other.method().option() + " over " + leader.method().option(), crossing.passes());
                });
            }
        }
        Curve best = null;
        for (Curve curve : estimates) {
            best = best == null || curve.trials().getLast().error().median() < best.trials().getLast().error().median()
                    ? curve
                    : best;
        }
        if (best != null) {
            findings.line("least error at the largest budget: %s%s", best.method(), best.law()
                    .map(law -> ", falling like passes^" + law)
                    .orElse(""));
        }
        findings.line("").value("crossings", crossings);
    }

    /** Ours beside published. */
    private void published(Findings findings) {
        Table table = Table.of("estimator", "spent", "published", "median", "95 % interval", "no worse").text(1);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Curve curve : curves) {
            for (Trials trial : curve.trials()) {
                for (Published known : Published.of(subject.model().family(), curve.method(), trial.budget())) {
                    Quartiles error = trial.error();
                    boolean reached = known.reachedBy(error);
                    table.row(curve.method().toString(), "%,d %s".formatted(trial.budget(), curve.method()
                            .passesEach() == 2 ? "products" : "passes"), Table.number(known.error(), 2), Table.number(
                                    error.median(), 2),
                            Table.number(error.medianLow(), 2) + " to " + Table.number(error
                                    .medianHigh(), 2),
                            reached ? "yes" : "NO");
                    rows.add(Map.of("estimator", curve.method().option(), "budget", trial.budget(), "published", known
                            .error(), "median", error.median(), "medianLow", error.medianLow(), "medianHigh",
                            error
                                    .medianHigh(),
                            "noWorse", reached));
                }
            }
        }
        boolean atPublishedSize = subject.state() == switch (subject.model().family()) {
            case MLP -> 3_200;
            case GRU -> 48_000;
            case MNIST, FLAT -> -1;
        };
        if (atPublishedSize && !rows.isEmpty()) {
            findings.table(table)
                    .line("published: another draw of network and inputs; the interval is of the median of ours over seeds of the probes")
                    .value("published", rows);
        }
    }

    private void plots(Findings findings) {
        String name = "trace-error-" + subject.model().family().label();
        Chart passes = Chart.logarithmic("Error of the trace, quartiles over %d seeds: %s".formatted(seeds, subject
                .model()
                .family()), "passes (jvps and vjps)", "relative error");
        Chart time = Chart.logarithmic("Error of the trace against time: %s".formatted(subject.model().family()),
                "time from parameters to number, ms", "relative error");
        for (Curve curve : estimates()) {
            double[] low = curve.column(trial -> trial.error().low());
            double[] high = curve.column(trial -> trial.error().high());
            if (curve.trials().size() > 1) {
                passes.band(curve.method().toString(), curve.passes(), curve.medians(), low, high);
                time.band(curve.method().toString(), curve.column(trial -> trial.time().median()), curve.medians(), low,
                        high);
            }
        }
        if (estimates().stream().anyMatch(curve -> curve.trials().size() > 1)) {
            findings.plot(name, passes).plot(name + "-time", time);
        }
    }
}
