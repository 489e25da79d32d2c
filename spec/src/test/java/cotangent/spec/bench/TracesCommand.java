package cotangent.spec.bench;

import cotangent.dsl.InvalidDataException;
import cotangent.examples.plot.Table;
import cotangent.linalg.Figures;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cotangent bench traces}: how close every estimator comes for the same number of products. */
@Command(name = "traces", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Mean relative errors of every estimator of traces, functions, norms and diagonals, over 100 seeds, at equal numbers of products, on the spectra of the XTrace and A-Hutch++ papers.",
        "Below each table: the shares of 95 %% intervals that hold the truth, and the products spent. A ! marks an error more than three times what theory gives. Traces, functions and norms are of diagonal matrices: with probes on the sphere they have the same law in every orthonormal basis."}, footer = {
                "", "Ends with status 0, or", "  1  with --check: an estimator is much worse than its theory",
                "  2  bad options", "", "Examples:", "  ./cotangent bench traces --quick",
                "  ./cotangent bench traces --matvecs 30,60,120 --check --json traces.json"})
final class TracesCommand implements Callable<Integer> {
    private static final int SEEDS = 100;
    private static final int QUICK_SEEDS = 20;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--matvecs", split = ",", paramLabel = "N", defaultValue = "60,120", description = "Budgets of products, from 20 to 500 (default: ${DEFAULT-VALUE}; with --quick the first).")
    private List<Integer> budgets = List.of();

    @Option(names = "--case", paramLabel = "REGEX", description = "Only estimators, spectra or tables whose whole name matches.")
    private @Nullable String pattern;

    @Option(names = "--seeds", paramLabel = "N", description = "Seeds of each (default: 100; with --quick 20).")
    private @Nullable Integer seeds;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "Cores that share the seeds; results do not depend on it (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--quick", description = "Fewer seeds, the first budget only.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the rows there.")
    private @Nullable Path json;

    @Option(names = "--check", description = "End with status 1 when an estimator is much worse than its theory.")
    private boolean check;

    @Override
    public Integer call() {
        requireOptions();
        int number = seeds != null ? seeds : quick ? QUICK_SEEDS : SEEDS;
        Pattern chosen = compile(pattern == null ? ".*" : pattern);
        List<AccuracyCase.Result> results = new ArrayList<>();
        PrintWriter out = spec.commandLine().getOut();
        for (int budget : quick ? budgets.subList(0, 1) : budgets) {
            Map<String, List<AccuracyCase.Result>> tables = new LinkedHashMap<>();
            for (AccuracyCase each : AccuracyCases.at(budget, names -> names.stream()
                    .anyMatch(name -> chosen.matcher(name).matches()))) {
                note("%s, %d products: %s, %s".formatted(each.group(), budget, each.spectrum(), each.estimator()));
                tables.computeIfAbsent(each.group(), group -> new ArrayList<>()).add(each.run(number, threads));
            }
            if (tables.isEmpty()) {
                throw new InvalidDataException("--case: nothing matches \"%s\"".formatted(chosen));
            }
            tables.forEach((group, rows) -> print(out, "%s: mean relative error over %d seeds, %d products".formatted(
                    group, number, budget), rows));
            tables.values().forEach(results::addAll);
        }
        if (json != null) {
            AccuracyJson.write(json, results, threads);
        }
        return check && results.stream().anyMatch(AccuracyCase.Result::worse) ? 1 : 0;
    }

    private void requireOptions() {
        int processors = Runtime.getRuntime().availableProcessors();
        if (threads < 1 || threads > processors) {
            throw new InvalidDataException("--threads: expected 1 to %d, the processors here, got %d".formatted(
                    processors, threads));
        }
        if (seeds != null && seeds < 1) {
            throw new InvalidDataException("--seeds: expected at least 1, got " + seeds);
        }
        if (budgets.isEmpty() || budgets.stream().anyMatch(budget -> budget < 20 || budget > 500)) {
            throw new InvalidDataException("--matvecs: expected numbers from 20 to 500, got " + budgets);
        }
    }

    private void note(String text) {
        spec.commandLine().getErr().println(text);
        spec.commandLine().getErr().flush();
    }

    private static Pattern compile(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException malformed) {
            throw new InvalidDataException("--case: not a regular expression: " + malformed.getMessage(), malformed);
        }
    }

    private static void print(PrintWriter out, String title, List<AccuracyCase.Result> results) {
        List<String> columns = distinct(results, result -> result.of().estimator());
        List<String> rows = distinct(results, result -> result.of().spectrum());
        List<String> heading = new ArrayList<>(List.of("spectrum"));
        heading.addAll(columns);
        out.println(title);
        Table table = Table.of(heading.toArray(String[]::new));
        for (String row : rows) {
            table.row(cells(row, columns, name -> error(find(results, row, name))));
        }
        table.row(cells("95 % intervals hold", columns, name -> average(results, name, "%.0f %%",
                result -> 100 * result.covered())));
        table.row(cells("products spent", columns, name -> average(results, name, "%.1f", AccuracyCase.Result::spent)));
        table.print(out);
        out.println();
        out.flush();
    }

    private static List<String> distinct(List<AccuracyCase.Result> results,
            Function<AccuracyCase.Result, String> name) {
        return results.stream().map(name).distinct().toList();
    }

    private static String[] cells(String first, List<String> columns, Function<String, String> cell) {
        List<String> cells = new ArrayList<>(List.of(first));
        columns.forEach(column -> cells.add(cell.apply(column)));
        return cells.toArray(String[]::new);
    }

    private static AccuracyCase.@Nullable Result find(List<AccuracyCase.Result> results, String row, String column) {
        return results.stream()
                .filter(result -> result.of().spectrum().equals(row) && result.of().estimator().equals(column))
                .findFirst()
                .orElse(null);
    }

    private static String error(AccuracyCase.@Nullable Result result) {
        return result == null ? "-" : (result.worse() ? "! " : "") + Figures.number(result.meanError(), 2);
    }

    private static String average(List<AccuracyCase.Result> results, String column, String format,
            Function<AccuracyCase.Result, Double> figure) {
        double mean = results.stream()
                .filter(result -> result.of().estimator().equals(column))
                .mapToDouble(figure::apply)
                .average()
                .orElse(Double.NaN);
        return format.formatted(mean);
    }
}
