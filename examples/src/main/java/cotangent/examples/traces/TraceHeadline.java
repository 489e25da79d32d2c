package cotangent.examples.traces;

import cotangent.dsl.InvalidDataException;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Quartiles;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.probe.ProgressListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long until the trace of a recurrent network's tangent kernel is known to a tolerance, from parameters to number, against the
 * direct method: a product with the kernel for each output.
 *
 * <p>A method's time is that of the least budget at which the median relative error over the seeds is within the tolerance. Of the
 * direct method some products are timed, and their time is scaled to all.
 */
@Command(name = "trace-headline", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Time to a GRU kernel's trace within a hundredth, beside direct ways.", footer = {
        "", "Full size:", "  ./cotangent trace-headline --full --python PYTHON_WITH_TORCH"})
public final class TraceHeadline extends SubjectOptions {
    private static final int[] PASSES = {2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 128,
            192, 256, 384, 512, 768, 1024};
    private static final int BAR = 16;

    @Option(names = "--tolerance", paramLabel = "T", description = "Of the median relative error (default: ${DEFAULT-VALUE}).")
    private double tolerance = 0.01;

    @Option(names = "--methods", paramLabel = "NAME", split = ",", description = "Of hutch++, xtrace, rhutch, fhutch, fhutch-no-tape, fhutch-per-sample, planner (default: all).")
    private String[] methods = Arrays.stream(Method.values()).map(Method::option).toArray(String[]::new);

    @Option(names = "--timed", paramLabel = "N", description = "Single products of the direct method that are timed (default: ${DEFAULT-VALUE}).")
    private int timed = 300;

    @Option(names = "--python", paramLabel = "FILE", description = "A Python with torch, for the comparison (default: ${DEFAULT-VALUE}).")
    private String python = "python3";

    /** The experiment with no options set. */
    public TraceHeadline() {}

    /** What a method takes. */
    private record Time(Method method, Trials trials, double first) {
        double millis() {
            return trials.time().median();
        }
    }

    @Override
    protected Findings run(ProgressListener progress) {
        if (!(tolerance > 1e-6 && tolerance < 1)) {
            throw new InvalidDataException("--tolerance: expected a number between 1e-6 and 1, got " + tolerance);
        }
        List<Method> chosen = Method.named(methods);
        int threads = Integer.getInteger("cotangent.threads", Runtime.getRuntime().availableProcessors());
        Findings findings = new Findings();
        TraceModel model = model(Family.GRU);
        Optional<TorchPeer> peer = peer(findings, threads);
        Subject subject = Subject.of(model);
        progress.progressed(1, chosen.size() + 1);
        List<Time> times = new ArrayList<>();
        for (Method method : chosen) {
            time(method, subject.uncompiled()).ifPresent(times::add);
            progress.progressed(1 + times.size(), chosen.size() + 1);
        }
        return report(findings, subject, threads, peer, Direct.measure(subject, timed, warmUp()), times);
    }

    private Optional<TorchPeer> peer(Findings findings, int threads) {
        try {
            return Optional.of(TorchPeer.measure(python, threads, full() ? Family.GRU.full() : Family.GRU.small(),
                    timed));
        } catch (IOException absent) {
            findings.line("no PyTorch: %s says \"%s\"; another with --python", python,
                    String.valueOf(absent.getMessage()));
            return Optional.empty();
        }
    }

    /** The least budget whose median error is within the tolerance, if there is one. */
    private Optional<Time> time(Method method, Subject subject) {
        int[] budgets = Curve.budgets(method, subject, PASSES);
        long started = System.nanoTime();
        method.estimate(subject, budgets[0], 0);
        double first = 1e-6 * (System.nanoTime() - started);
        for (int budget : budgets) {
            Trials trials = Trials.run(budget, seeds(), subject.trace(),
                    seed -> method.estimate(subject, budget, seed));
            if (trials.error().median() <= tolerance) {
                warmUp().run(() -> method.estimate(subject, budget, -1));
                return Optional.of(
                        new Time(method, Trials.run(budget, seeds(), subject.trace(), seed -> method.estimate(subject,
                                budget, seed)), first));
            }
        }
        return Optional.empty();
    }

    private Findings report(Findings findings, Subject subject, int threads, Optional<TorchPeer> peer, Direct direct,
            List<Time> times) {
        double one = peer.map(TorchPeer::oneMillis).orElse(Double.NaN) * direct.products();
        double blocks = peer.map(TorchPeer::blockMillis).orElse(Double.NaN) * direct.products();
        double scale = Math.log(Math.max(direct.oneAtATime(), Double.isNaN(one) ? 0 : one));
        findings.line("%s, %d thread%s", subject, threads, threads == 1 ? "" : "s")
                .line("time from parameters to number until the median relative error of the trace over %d seeds is at most %s",
                        seeds(), tolerance)
                .line("");
        Table table = Table.of("way", "spent", "median error", "95 % interval", "time", "first time",
                "torch, one at a time", "torch, blocks", "ours, blocks", "").text(1, 9);
        Map<String, Object> values = new LinkedHashMap<>();
        peer.ifPresent(torch -> {
            fixed(table, "direct, " + torch.name(), "one at a time: " + ErrorReport.millis(torch.oneMillis()), one, one,
                    blocks, direct, scale);
            fixed(table, "direct, " + torch.name(), "blocks of %d: %s".formatted(torch.block(), ErrorReport.millis(torch
                    .blockMillis())), blocks, one, blocks, direct, scale);
            findings.value("torch", torch.values());
        });
        fixed(table, "direct, ours", "one at a time: " + ErrorReport.millis(direct.oneMillis()), direct.oneAtATime(),
                one, blocks, direct, scale);
        fixed(table, "direct, ours", "blocks of %d: %s".formatted(direct.block(), ErrorReport.millis(direct
                .blockMillis())), direct.inBlocks(), one, blocks, direct, scale);
        fixed(table, "exact route, ours", "no product", direct.exactMillis(), one, blocks, direct, scale);
        for (Time time : times) {
            row(table, time, one, blocks, direct, scale);
            Map<String, Object> found = new LinkedHashMap<>(new Curve(time.method(), List.of(time.trials()), 1)
                    .values());
            found.put("firstMillis", time.first());
            values.put(time.method().option(), found);
        }
        findings.table(table)
                .line("time: median; of the direct methods %,d products, of which some are timed; first time: with what is compiled once",
                        direct.products())
                .line("speed-ups: how many times longer PyTorch's direct method and ours take");
        whereExactWins(findings, direct, times);
        return findings.value("model", subject.model().title())
                .value("threads", threads)
                .value("tolerance", tolerance)
                .value("seeds", seeds())
                .value("trace", subject.trace())
                .value("direct", direct.values())
                .value("methods", values);
    }

    private static void fixed(Table table, String way, String spent, double millis, double one, double blocks,
            Direct direct, double scale) {
        table.row(way, spent, "0", "", ErrorReport.millis(millis), "", gain(one, millis), gain(blocks, millis), gain(
                direct.inBlocks(), millis), Sparkline.bar(Math.log(millis) / scale, BAR));
    }

    private static void row(Table table, Time time, double one, double blocks, Direct direct, double scale) {
        Quartiles error = time.trials().error();
        table.row(time.method().toString(), "%.0f passes".formatted(time.trials().passes()), Table.number(error
                .median(), 2), Table.number(error.medianLow(), 2) + " to " + Table.number(error.medianHigh(), 2),
                ErrorReport.millis(time.millis()), ErrorReport.millis(time.first()), gain(one, time.millis()), gain(
                        blocks, time.millis()),
                gain(direct.inBlocks(), time.millis()), Sparkline.bar(Math.log(time
                        .millis()) / scale, BAR));
    }

    private static String gain(double direct, double millis) {
        return Double.isNaN(direct) ? "" : ErrorReport.times(direct / millis);
    }

    /** The errors fall as the root of the passes, or faster where a sketch serves. */
    private static void whereExactWins(Findings findings, Direct direct, List<Time> times) {
        Time fastest = null;
        for (Time time : times) {
            fastest = !time.trials().exact() && (fastest == null || time.millis() < fastest.millis()) ? time : fastest;
        }
        if (fastest != null) {
            double error = fastest.trials().error().median() * Math.sqrt(fastest.millis() / direct.exactMillis());
            findings.line(
                    "the exact route takes over where the error is to be below about %s: %s would take as long for it",
                    Table.number(error, 1), fastest.method())
                    .value("exactPaysBelow", error);
        }
    }
}
