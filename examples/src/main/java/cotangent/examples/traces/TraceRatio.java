package cotangent.examples.traces;

import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.MedianTime;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Table;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.trace.FHutch;
import cotangent.linalg.trace.RHutch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Which of the one-sided estimators is the faster, as the ratio of parameters to state is swept by the number of samples.
 *
 * <p>With signs for probes one vjp estimates tr J·Jᵀ with variance 2(‖JJᵀ‖_F² − Σ_i (JJᵀ)_ii²), one jvp with variance
 * 2(‖JᵀJ‖_F² − Σ_j (JᵀJ)_jj²). The norms are the same, so the diagonals decide: the larger the share of the norm that lies on one,
 * the smaller that variance. A diagonal of n equal numbers has Σ = tr²/n, so that the shorter side has the advantage; but a
 * diagonal of a few large numbers has more, whatever its length. The time to a given error is variance times time of a pass.
 */
@Command(name = "trace-ratio", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "FHutch or RHutch: a sweep over the ratio of parameters to state.", footer = {
        "", "Full size:", "  ./cotangent trace-ratio --full"})
public final class TraceRatio extends SubjectOptions {
    /** Entries of a Jacobian that is written out, for the exact variances. */
    private static final long MOST_ENTRIES = 30_000_000;
    private static final int BLOCK = 16;

    @Option(names = "--passes", paramLabel = "N", description = "Of each estimate (default: ${DEFAULT-VALUE}).")
    private int passes = 60;

    /** The experiment with no options set. */
    public TraceRatio() {}

    /**
     * One of the two sides.
     *
     * @param error     median relative error
     * @param deviation relative standard deviation of one sample, measured: root mean square error times √passes
     * @param predicted the same from the exact Jacobian, where that was written out
     * @param micros    of a pass
     */
    private record Side(double error, double deviation, OptionalDouble predicted, double micros) {
        /** Seconds to a relative standard error of 1. */
        double price() {
            double known = predicted.orElse(deviation);
            return 1e-6 * known * known * micros;
        }
    }

    private record Row(Subject subject, Side back, Side forth) {
        double ratio() {
            return (double) subject.model().parameters() / subject.state();
        }

        /** How many times faster jvps reach an error than vjps. */
        double advantage() {
            return back.price() / forth.price();
        }
    }

    @Override
    protected Findings run(ProgressListener progress) {
        List<TraceModel> models = models();
        List<Row> rows = new ArrayList<>();
        for (TraceModel model : models) {
            rows.add(measure(Subject.of(model)));
            progress.progressed(rows.size(), models.size());
        }
        return report(rows);
    }

    private List<TraceModel> models() {
        List<TraceModel> models = new ArrayList<>();
        int[] counts = full() ? new int[]{1, 4, 15, 60} : new int[]{1, 2, 4, 8, 16};
        for (int samples : counts) {
            models.add(model(Family.GRU, full() ? new Family.Size(samples, 50, 64) : new Family.Size(samples, 16, 16)));
        }
        int[] batches = full() ? new int[]{12, 50, 200, 800} : new int[]{8, 32, 128, 512};
        for (int samples : batches) {
            models.add(model(Family.MLP, full() ? new Family.Size(samples, 15, 64) : new Family.Size(samples, 3, 16)));
        }
        return models;
    }

    private TraceModel model(Family family, Family.Size size) {
        return TraceModel.of(family, size, dtype(), seed(), mnist());
    }

    private Row measure(Subject subject) {
        LinearOperator jacobian = subject.kernel().jacobian();
        OptionalDouble[] predicted = predicted(subject, jacobian);
        Side back = side(subject, jacobian.adjoint(), predicted[0], seed -> RHutch.vjps(passes)
                .seed(seed)
                .trace(
                        jacobian));
        Side forth = side(subject, jacobian, predicted[1], seed -> FHutch.jvps(passes).seed(seed).trace(jacobian));
        return new Row(subject, back, forth);
    }

    private Side side(Subject subject, LinearOperator operator, OptionalDouble predicted,
            Function<Long, Estimate> estimate) {
        Trials trials = Trials.run(passes, seeds(), subject.trace(), estimate::apply);
        double squares = 0;
        for (double error : trials.errors()) {
            squares += error * error / trials.errors().length;
        }
        return new Side(trials.error().median(), Math.sqrt(squares * passes), predicted, micros(operator));
    }

    /** Of one vector of a block. */
    private double micros(LinearOperator operator) {
        Tensor block = Key.of(1)
                .rademacher(Shape.of(operator.columns(), BLOCK), operator
                        .dtype());
        warmUp().run(() -> operator.matmat(block));
        return 1e-3 * MedianTime.nanos(9, () -> operator.matmat(block)) / BLOCK;
    }

    /** Relative standard deviations of one sample of RHutch and of FHutch, where the Jacobian can be written out. */
    private static OptionalDouble[] predicted(Subject subject, LinearOperator jacobian) {
        if ((long) jacobian.rows() * jacobian.columns() > MOST_ENTRIES) {
            return new OptionalDouble[]{OptionalDouble.empty(), OptionalDouble.empty()};
        }
        Tensor squares = jacobian.toDense().square();
        double norm = subject.kernel().exactFrobeniusNorm().run().value();
        double rows = squares.sum(1).square().sum().item();
        double columns = squares.sum(0).square().sum().item();
        return new OptionalDouble[]{deviation(norm * norm - rows, subject), deviation(norm * norm - columns, subject)};
    }

    private static OptionalDouble deviation(double offDiagonal, Subject subject) {
        return OptionalDouble.of(Math.sqrt(2 * Math.max(0, offDiagonal)) / subject.trace());
    }

    private Findings report(List<Row> rows) {
        Findings findings = new Findings().line(
                "RHutch, from vjps, and FHutch, from jvps, at %d passes over %d seeds, as samples are added to a model",
                passes, seeds())
                .line("deviation: of one pass, relative, measured (from the exact Jacobian); time: of a pass in a block of %d",
                        BLOCK)
                .line("");
        Table table = Table.of("model", "state", "parameters", "parameters : state", "RHutch: error", "deviation",
                "time", "FHutch: error", "deviation", "time", "faster").text(10);
        int rule = 0;
        List<Map<String, Object>> values = new ArrayList<>();
        for (Row row : rows) {
            boolean forward = row.advantage() > 1;
            rule += forward == row.ratio() < 1 ? 1 : 0;
            table.row(row.subject().model().family().toString(), "%,d".formatted(row.subject().state()), "%,d"
                    .formatted(row.subject().model().parameters()), Table.number(row.ratio(), 2),
                    Table.number(row
                            .back()
                            .error(), 2),
                    deviation(row.back()), micros(row.back()), Table.number(row
                            .forth()
                            .error(), 2),
                    deviation(row.forth()), micros(row.forth()), "%s, %sx".formatted(
                            forward ? "FHutch" : "RHutch", Table.number(forward ? row.advantage()
                                    : 1 / row.advantage(), 2)));
            values.add(values(row));
        }
        findings.table(table)
                .line("faster: time to a given error, which is deviation² times the time of a pass")
                .line("The rule that FHutch is the faster where there are fewer parameters than outputs held in %d of %d rows. What decides",
                        rule, rows.size())
                .line("is which diagonal, of JJᵀ or of JᵀJ, holds the larger share of the norm; then what a jvp and a vjp take.");
        Chart chart = Chart.logarithmic("How many times faster jvps give the trace than vjps", "parameters : state",
                "time of RHutch : time of FHutch");
        for (Family family : new Family[]{Family.GRU, Family.MLP}) {
            List<Row> own = rows.stream()
                    .filter(row -> row.subject().model().family() == family)
                    .sorted((a, b) -> Double.compare(a.ratio(), b.ratio()))
                    .toList();
            chart.line(family.toString(), own.stream().mapToDouble(Row::ratio).toArray(), own.stream()
                    .mapToDouble(
                            Row::advantage)
                    .toArray());
        }
        return findings.value("rows", values).value("ruleHolds", rule).plot("trace-ratio", chart);
    }

    private static String deviation(Side side) {
        return Table.number(side.deviation(), 2) + (side.predicted().isPresent() ? " (" + Table.number(side.predicted()
                .getAsDouble(), 2) + ")" : "");
    }

    private static String micros(Side side) {
        return ErrorReport.millis(1e-3 * side.micros());
    }

    private static Map<String, Object> values(Row row) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model", row.subject().model().title());
        values.put("state", row.subject().state());
        values.put("parameters", row.subject().model().parameters());
        values.put("rhutch", values(row.back()));
        values.put("fhutch", values(row.forth()));
        values.put("advantage", row.advantage());
        return values;
    }

    private static Map<String, Object> values(Side side) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("medianError", side.error());
        values.put("deviation", side.deviation());
        side.predicted().ifPresent(predicted -> values.put("predicted", predicted));
        values.put("micros", side.micros());
        return values;
    }
}
