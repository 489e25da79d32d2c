package cotangent.examples.traces;

import cotangent.dsl.InvalidDataException;
import cotangent.examples.experiment.Findings;
import cotangent.linalg.probe.ProgressListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The relative error of a tangent kernel's trace against passes really spent and against time, by every estimator, with the
 * direct computation and the exact route of the same run beside them.
 *
 * <p>The truth is the sum of the exact diagonal. A product with K = J·Jᵀ is one vjp and one jvp, two passes; the one-sided
 * estimators spend one pass for each of their products, so that equal passes are about equal work.
 */
@Command(name = "trace-error", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Error of a kernel's trace against products and time, by every estimator.", footer = {
        "", "Full size:", "  ./cotangent trace-error --full --model gru",
        "  ./cotangent trace-error --full --model gru --methods hutch++ --passes 8446",
        "  ./cotangent trace-error --full --model mlp", "  ./cotangent trace-error --full --model mnist",
        "A flat spectrum, on which Hutch++ gains nothing:", "  ./cotangent trace-error --model flat"})
public final class TraceError extends SubjectOptions {
    private static final int[] SMALL_PASSES = {16, 40, 100, 250};
    /** With those of the published figures: 60 one-sided passes; 45, 110 and 436 products. */
    private static final int[] FULL_PASSES = {30, 60, 90, 220, 440, 872};
    private static final int MEMORY_PASSES = 60;

    @Option(names = "--model", paramLabel = "NAME", description = "mlp, gru, mnist or flat (default: ${DEFAULT-VALUE}).")
    private String family = "gru";

    @Option(names = "--methods", paramLabel = "NAME", split = ",", description = "Of hutch++, xtrace, rhutch, fhutch, fhutch-no-tape, fhutch-per-sample, planner (default: all but fhutch-no-tape).")
    private String[] methods = {"hutch++", "xtrace", "rhutch", "fhutch", "fhutch-per-sample", "planner"};

    @Option(names = "--passes", paramLabel = "N", split = ",", description = "Budgets in passes, ascending; a product with the kernel is two (default: 16,40,100,250; with --full 30,60,90,220,440,872).")
    private int @Nullable [] passes;

    @Option(names = "--timed", paramLabel = "N", description = "Products of the direct method that are timed (default: ${DEFAULT-VALUE}).")
    private int timed = 300;

    /** The experiment with no options set. */
    public TraceError() {}

    @Override
    protected Findings run(ProgressListener progress) {
        List<Method> chosen = Method.named(methods);
        int[] ladder = ladder();
        Subject subject = Subject.of(model(Family.named(family)));
        List<Curve> curves = new ArrayList<>();
        long total = (long) chosen.size() * Arrays.stream(ladder).sum();
        long done = 0;
        for (Method method : chosen) {
            List<Trials> trials = new ArrayList<>();
            for (int budget : Curve.budgets(method, subject, ladder)) {
                if (trials.isEmpty()) {
                    warmUp().run(() -> method.estimate(subject, budget, -1));
                }
                method.estimate(subject, budget, -1);
                trials.add(
                        Trials.run(budget, seeds(), subject.trace(), seed -> method.estimate(subject, budget, seed)));
                done += (long) budget * method.passesEach();
                progress.progressed(Math.min(done, total), total);
            }
            if (!trials.isEmpty()) {
                curves.add(new Curve(method, trials, Curve.exactPasses(method, subject)));
            }
        }
        if (curves.isEmpty()) {
            throw new InvalidDataException("--passes: as many give the trace of a kernel of size %d exactly; take fewer"
                    .formatted(subject.state()));
        }
        progress.progressed(total, total);
        return new ErrorReport(subject, Direct.measure(subject, timed, warmUp()), curves, memory(subject, curves),
                seeds()).findings();
    }

    private int[] ladder() {
        int[] ladder = passes != null ? passes : full() ? FULL_PASSES : SMALL_PASSES;
        for (int i = 0; i < ladder.length; i++) {
            if (ladder[i] < (i == 0 ? 8 : ladder[i - 1] + 1) || ladder[i] > 1_000_000) {
                throw new InvalidDataException("--passes: expected ascending numbers from 8, got " + Arrays.toString(
                        ladder));
            }
        }
        return ladder;
    }

    /** Bytes that an estimate by each method holds at the most, with programs, workspace and linearization of its own. */
    private static long[] memory(Subject subject, List<Curve> curves) {
        return curves.stream().mapToLong(curve -> {
            int budget = Math.max(curve.method().least(), MEMORY_PASSES / curve.method().passesEach());
            Subject anew = subject.uncompiled();
            return PeakMemory.of(() -> curve.method().estimate(anew, budget, 0));
        }).toArray();
    }
}
