package cotangent.examples.experiment;

import cotangent.examples.plot.OutputDirectory;
import cotangent.linalg.probe.ProgressListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command that measures something and sets it beside what theory says: tables in the terminal, or JSON; files on request.
 *
 * <p>A kind of experiment adds options of its own.
 */
public abstract class Experiment implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "Print JSON and nothing else (default: tables).")
    private boolean json;

    @Option(names = "--out", paramLabel = "DIR", description = "Write plots (PNG) and results (JSON) there (default: no files).")
    private @Nullable Path directory;

    /** An experiment with no options set. */
    protected Experiment() {}

    /**
     * Does the work.
     *
     * @param progress told of the runs that are done
     */
    protected abstract Findings run(ProgressListener progress);

    /**
     * What the experiment finds with the options that it has, for a program that shows it in its own way.
     *
     * @param progress told of the runs that are done
     */
    public final Findings find(ProgressListener progress) {
        return run(progress);
    }

    @Override
    public final Integer call() {
        OutputDirectory files = directory == null ? null : OutputDirectory.at(directory);
        long started = System.nanoTime();
        Findings findings;
        try (Progress progress = new Progress(spec.commandLine().getErr(), !json, "runs")) {
            findings = run(progress.of(spec.name()));
        }
        double seconds = 1e-9 * (System.nanoTime() - started);
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? findings.json(spec.name(), seconds) + System.lineSeparator() : findings.text());
        if (!json) {
            out.printf("%n  %.1f s%n", seconds);
        }
        if (files != null) {
            findings.write(files, spec.name(), seconds);
            List<String> written = new ArrayList<>(List.of(spec.name() + ".json"));
            written.addAll(findings.plots());
            spec.commandLine().getErr().println("wrote %s to %s".formatted(String.join(", ", written), files));
        }
        out.flush();
        return 0;
    }
}
