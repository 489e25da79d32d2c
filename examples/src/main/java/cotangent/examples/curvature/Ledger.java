package cotangent.examples.curvature;

import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** What each answer cost in products with an operator, as the operator itself counts them. */
final class Ledger {
    private static final int BAR = 12;

    /** The operators of each answer and column. */
    private final Map<String, Map<String, List<CountingOperator>>> entries = new LinkedHashMap<>();
    private final Map<String, Long> nanos = new LinkedHashMap<>();
    private final Set<String> columns = new LinkedHashSet<>();

    /**
     * Does some work on an operator, and enters what that took.
     *
     * @param answer what the work is for: a row
     * @param column which operator, such as the checkpoint it belongs to
     */
    <R> R spend(String answer, String column, LinearOperator operator, Function<LinearOperator, R> work) {
        CountingOperator counting = counted(answer, column, operator);
        return timed(answer, () -> work.apply(counting));
    }

    /** The operator, whose products are entered for an answer from now on. */
    CountingOperator counted(String answer, String column, LinearOperator operator) {
        CountingOperator counting = CountingOperator.of(operator);
        columns.add(column);
        entries.computeIfAbsent(answer, row -> new LinkedHashMap<>())
                .computeIfAbsent(column, cell -> new ArrayList<>())
                .add(counting);
        return counting;
    }

    /** Does some work, whose time is entered. */
    <R> R timed(String answer, Supplier<R> work) {
        long started = System.nanoTime();
        R result = work.get();
        nanos.merge(answer, System.nanoTime() - started, Long::sum);
        return result;
    }

    private long products(String answer, String column) {
        return entries.getOrDefault(answer, Map.of())
                .getOrDefault(column, List.of())
                .stream()
                .mapToLong(CountingOperator::products)
                .sum();
    }

    /** Products spent on an answer. */
    long products(String answer) {
        return columns.stream().mapToLong(column -> products(answer, column)).sum();
    }

    /** Products spent on all. */
    long total() {
        return entries.keySet().stream().mapToLong(this::products).sum();
    }

    /** One row for each answer and one for all, with a column for each operator. */
    Table table(String heading) {
        List<String> head = new ArrayList<>(List.of(heading));
        head.addAll(columns);
        head.addAll(List.of("products", "time", "share"));
        Table table = Table.of(head.toArray(String[]::new)).text(head.size() - 1);
        entries.forEach((answer, row) -> {
            List<String> cells = new ArrayList<>(List.of(answer));
            columns.forEach(column -> cells.add(row.containsKey(column)
                    ? Long.toString(products(answer, column))
                    : ""));
            cells.addAll(List.of(Long.toString(products(answer)), Table.duration(Duration.ofNanos(nanos.getOrDefault(
                    answer, 0L))), Sparkline.bar((double) products(answer) / Math.max(1, total()), BAR)));
            table.row(cells.toArray(String[]::new));
        });
        List<String> sums = new ArrayList<>(List.of("all"));
        columns.forEach(column -> sums.add(Long.toString(entries.keySet()
                .stream()
                .mapToLong(answer -> products(answer, column))
                .sum())));
        sums.addAll(List.of(Long.toString(total()), Table.duration(Duration.ofNanos(nanos.values()
                .stream()
                .mapToLong(n -> n)
                .sum())), ""));
        table.row(sums.toArray(String[]::new));
        return table;
    }

    /** For JSON: products of each answer and operator. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        entries.forEach((answer, row) -> {
            Map<String, Long> cells = new LinkedHashMap<>();
            row.keySet().forEach(column -> cells.put(column, products(answer, column)));
            values.put(answer, cells);
        });
        values.put("total", total());
        return values;
    }
}
