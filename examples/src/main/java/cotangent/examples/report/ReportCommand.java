package cotangent.examples.report;

import cotangent.dsl.CotangentException;
import cotangent.dsl.InvalidDataException;
import cotangent.examples.command.Choice;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Progress;
import cotangent.examples.plot.OutputDirectory;
import java.io.PrintWriter;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cotangent report}: runs experiments and writes one self-contained HTML page with what they found. */
@Command(name = "report", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, description = "Runs experiments and writes one HTML page with their pictures, tables, versions and seeds: it needs no other file, and reads light or dark, wide or narrow.", footer = {
        "", "Examples:", "  ./cotangent report --out results",
        "  ./cotangent report --out results --run lazy-rich,spectral-bias",
        "  ./cotangent report --out results --run \"lazy-rich --width 128 --seed 3\"",
        "  ./cotangent report --out results --run all"})
public final class ReportCommand implements Callable<Integer> {
    private static final String FILE = "report.html";
    private static final String ALL = "all";

    // what runs unless told otherwise: something of each kind, in less than three minutes
    private static final String MATRICES = "stable-rank,equal-products,eigenfunctions";
    private static final String CURVATURE = "lanczos-orthogonality,hessian-products";
    private static final String TRAINING = "trace-error,kernel-in-training";
    private static final String THEORY = "two-layer-limit,spectral-bias,lazy-rich";

    /** Options of each experiment that say nothing of what it does. */
    private static final Set<String> OWN = Set.of("--json", "--out");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Write report.html there (no default).")
    private @Nullable Path directory;

    @Option(names = "--run", paramLabel = "NAMES", description = {
            "Experiments of ./cotangent examples: names with", "commas; all; or one with its options, in quotes. May",
            "be given more than once (default, two or three minutes:", MATRICES + ",", CURVATURE + ",",
            TRAINING + ",", THEORY + ")."}, defaultValue = MATRICES + "," + CURVATURE + "," + TRAINING + "," + THEORY)
    private List<String> chosen = new ArrayList<>();

    private final Supplier<List<Experiment>> experiments;

    /**
     * The command.
     *
     * @param experiments gives a new one of each kind, with no options set
     */
    public ReportCommand(Supplier<List<Experiment>> experiments) {
        this.experiments = experiments;
    }

    @Override
    public Integer call() {
        OutputDirectory files = OutputDirectory.at(directory == null ? Path.of(".") : directory);
        List<CommandLine> runs = runs();
        PrintWriter err = spec.commandLine().getErr();
        String started = ZonedDateTime.now(ZoneOffset.UTC)
                .format(DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH));
        List<Chapter> chapters = new ArrayList<>();
        for (CommandLine run : runs) {
            err.printf(Locale.ROOT, "%d of %d: %s ...%n", chapters.size() + 1, runs.size(), run.getCommandName());
            err.flush();
            Chapter chapter = chapter(run, err);
            chapters.add(chapter);
            if (chapter.failed()) {
                err.printf(Locale.ROOT, "failed: %s%n", chapter.failure());
            }
        }
        String command = command(spec.commandLine().getParent() == null ? spec.commandLine()
                : spec.commandLine()
                        .getParent());
        files.write(FILE, Page.of(chapters, started, command, Setting.facts(version())));
        PrintWriter out = spec.commandLine().getOut();
        out.println(files + "/" + FILE);
        out.flush();
        return chapters.stream().anyMatch(Chapter::failed) ? 1 : 0;
    }

    /** What is to be run, each with its options set. */
    private List<CommandLine> runs() {
        List<CommandLine> runs = new ArrayList<>();
        for (String request : chosen) {
            if (request.strip().contains(" ")) {
                String[] words = request.strip().split("\\s+", -1);
                runs.add(line(words[0], Arrays.copyOfRange(words, 1, words.length)));
            } else if (request.strip().equals(ALL)) {
                available().keySet().forEach(name -> runs.add(line(name)));
            } else {
                Arrays.stream(request.split(",", -1)).forEach(name -> runs.add(line(name.strip())));
            }
        }
        return runs;
    }

    private Map<String, CommandLine> available() {
        Map<String, CommandLine> lines = new LinkedHashMap<>();
        for (Experiment experiment : experiments.get()) {
            CommandLine line = new CommandLine(experiment);
            lines.put(line.getCommandName(), line);
        }
        return lines;
    }

    private CommandLine line(String name, String... options) {
        Map<String, CommandLine> available = available();
        CommandLine line = Objects
                .requireNonNull(available.get(Choice.of("--run", name, List.copyOf(available.keySet()))));
        try {
            line.parseArgs(options);
        } catch (ParameterException wrong) {
            throw new InvalidDataException("--run: %s: %s".formatted(name, wrong.getMessage()), wrong);
        }
        return line;
    }

    private static Chapter chapter(CommandLine line, PrintWriter err) {
        Experiment experiment = line.getCommand();
        CommandSpec command = line.getCommandSpec();
        String summary = command.usageMessage().description()[0].replaceFirst("\\.$", "");
        String repeat = command(line).replaceFirst("cotangent", "cotangent " + command.name());
        Map<String, String> options = new LinkedHashMap<>();
        for (OptionSpec option : command.options()) {
            if (!option.usageHelp() && !option.versionHelp() && !OWN.contains(option.longestName())) {
                options.put(option.longestName(), text(option.getValue()));
            }
        }
        long start = System.nanoTime();
        Optional<Findings> findings = Optional.empty();
        String failure = "";
        try (Progress progress = new Progress(err, true, "runs")) {
            findings = Optional.of(experiment.find(progress.of(command.name())));
        } catch (CotangentException refused) {
            failure = String.valueOf(refused.getMessage());
        }
        double seconds = 1e-9 * (System.nanoTime() - start);
        return new Chapter(command.name(), summary, repeat, options, seconds, findings, failure);
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "none";
        }
        return value.getClass().isArray()
                ? IntStream.range(0, Array.getLength(value))
                        .mapToObj(i -> String.valueOf(Array.get(value, i)))
                        .collect(Collectors.joining(","))
                : value.toString();
    }

    /** A command line as one would type it. */
    private static String command(CommandLine line) {
        return "./cotangent" + line.getParseResult()
                .originalArgs()
                .stream()
                .map(word -> " " + (word.contains(" ") ? '"' + word + '"' : word))
                .collect(Collectors.joining());
    }

    private String version() {
        String[] lines = spec.root().version();
        return lines.length == 0 ? "cotangent" : lines[0];
    }
}
