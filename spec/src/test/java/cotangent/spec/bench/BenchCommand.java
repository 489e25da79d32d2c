package cotangent.spec.bench;

import cotangent.dsl.InvalidDataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cotangent bench SUITE}: how fast Cotangent is against its peers, as a ratio of times measured in the same run. */
@Command(name = "bench", mixinStandardHelpOptions = true, sortOptions = false, subcommands = TracesCommand.class, description = {
        "Measures Cotangent against its peers in the same run; a row for each case: ours, the fastest peer, how many times faster we are, and what was to be reached.",
        "The spread of a ratio is that between the quartiles of the times; bytes/call is what one call of ours allocates, its results among it. A side takes ten seconds or so, or four with --quick; the suite gemm half an hour on an idle machine. Nothing measured on a busy one is worth much."}, footer = {
                "", "Ends with status 0, or",
                "  1  with --check: a target was missed", "  2  bad options", "  3  a peer was absent", "", "Examples:",
                "  ./cotangent bench", "  ./cotangent bench gemm --case '.*n=256' --quick",
                "  ./cotangent bench gemm --threads 2 --rounds 3 --check --json gemm.json"})
public final class BenchCommand implements Callable<Integer> {
    private static final String FIRST_SUITE = "gemm";
    private static final String FIRST_CASES = ".*n=512";
    private static final int LONG_MILLIS = 1000;
    private static final int QUICK_MILLIS = 200;

    private final List<Suite> suites;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "SUITE", description = "What to measure; without one, sgemm and dgemm at n=512. See --list.")
    private List<String> wanted = List.of();

    @Option(names = "--case", paramLabel = "REGEX", description = "Only cases whose whole name matches.")
    private @Nullable String pattern;

    @Option(names = "--list", description = "Name the suites, or the cases of those given, and measure nothing.")
    private boolean list;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "Cores for either side (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "1", description = "How often the sides take turns, each time in a new process: three measurements to warm up, five that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--quick", description = "Measurements of .2 s in place of 1 s.")
    private boolean quick;

    @Option(names = "--python", paramLabel = "COMMAND", defaultValue = "python3", description = "The Python that runs NumPy, JAX and PyTorch (default: ${DEFAULT-VALUE}).")
    private String python = "";

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the rows there.")
    private @Nullable Path json;

    @Option(names = "--check", description = "End with status 1 when a target is missed.")
    private boolean check;

    /** The command over all suites, with no options set. */
    public BenchCommand() {
        this(List.of(GemmSuite.create(), ElementwiseSuite.create(), ProductSuite.create(), ScalingSuite.create(),
                LinalgSuite.create(), NtkSuite.create()));
    }

    BenchCommand(List<Suite> suites) {
        this.suites = suites;
    }

    @Override
    public Integer call() {
        Report report = new Report(spec.commandLine().getOut());
        if (list) {
            report.list(wanted.isEmpty() ? suites : chosenSuites());
            return 0;
        }
        List<Case> cases = chosenCases();
        Settings settings = settings();
        List<Row> rows = new ArrayList<>();
        for (Case each : cases) {
            List<Row> measured = each.run(settings);
            measured.forEach(row -> note("  " + Report.sentence(row)));
            rows.addAll(measured);
        }
        report.print(rows);
        if (json != null) {
            BenchJson.write(json, rows, settings);
        }
        return status(rows);
    }

    private int status(List<Row> rows) {
        if (check && rows.stream().anyMatch(row -> row.outcome() == Row.Outcome.MISSED)) {
            return 1;
        }
        return rows.stream().anyMatch(row -> row.outcome() == Row.Outcome.NO_PEER) ? 3 : 0;
    }

    private Settings settings() {
        int processors = Runtime.getRuntime().availableProcessors();
        if (threads < 1 || threads > processors) {
            throw new InvalidDataException(
                    "--threads: expected 1 to %d, the processors here, got %d".formatted(processors,
                            threads));
        }
        if (rounds < 1) {
            throw new InvalidDataException("--rounds: expected at least 1, got " + rounds);
        }
        return new Settings(threads, rounds, quick ? QUICK_MILLIS : LONG_MILLIS, python, this::note);
    }

    private void note(String text) {
        spec.commandLine().getErr().println(text);
        spec.commandLine().getErr().flush();
    }

    private List<Suite> chosenSuites() {
        return wanted.stream()
                .map(name -> suites.stream()
                        .filter(suite -> suite.name().equals(name))
                        .findFirst()
                        .orElseThrow(
                                () -> new InvalidDataException("no suite named \"%s\"; there are %s".formatted(name,
                                        suites.stream()
                                                .map(
                                                        Suite::name)
                                                .collect(Collectors.joining(", "))))))
                .toList();
    }

    private List<Case> chosenCases() {
        boolean first = wanted.isEmpty();
        if (first) {
            wanted = List.of(FIRST_SUITE);
        }
        Pattern chosen = compile(pattern != null ? pattern : first ? FIRST_CASES : ".*");
        List<Case> cases = chosenSuites().stream()
                .flatMap(suite -> suite.cases().stream())
                .filter(each -> chosen.matcher(
                        each.name()).matches())
                .toList();
        if (cases.isEmpty()) {
            throw new InvalidDataException("--case: no case matches \"%s\"; --list names them".formatted(chosen));
        }
        return cases;
    }

    private static Pattern compile(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException malformed) {
            throw new InvalidDataException("--case: not a regular expression: " + malformed.getMessage(), malformed);
        }
    }
}
