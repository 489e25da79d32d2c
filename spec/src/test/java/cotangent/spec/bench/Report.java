package cotangent.spec.bench;

import cotangent.examples.plot.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What a person reads: a line per row. */
final class Report {
    private static final int DIGITS = 3;

    private final PrintWriter out;

    Report(PrintWriter out) {
        this.out = out;
    }

    void print(List<Row> rows) {
        Table table = Table.of("case", "ours", "peer", "which", "unit", "ratio", "spread", "target", "", "bytes/call")
                .text(3, 4, 8);
        for (Row row : rows) {
            Side peer = row.peer();
            Measure measure = row.measure();
            table.row(row.name(), number(measure.of(row.ours().timing().median())),
                    peer == null ? "-"
                            : number(measure.of(peer
                                    .timing()
                                    .median())),
                    peer == null ? "-" : peer.name(), measure.unit(), peer == null
                            ? "-"
                            : number(row.ratio()),
                    peer == null ? "-" : number(row.low()) + " - " + number(row.high()), ">= "
                            + number(row.target()),
                    row.outcome().toString(), allocated(row.ours().timing()));
        }
        table.print(out);
        out.flush();
    }

    /** What one call of ours allocates; results are among it. */
    private static String allocated(Timing timing) {
        return Double.isNaN(timing.allocated()) ? "-" : String.format(Locale.ROOT, "%,.0f", timing.allocated());
    }

    /** A row for who waits for the next. */
    static String sentence(Row row) {
        Side peer = row.peer();
        double ours = row.measure().of(row.ours().timing().median());
        return peer == null
                ? "%s: %s %s, without a peer".formatted(row.name(), number(ours), row.measure().unit())
                : "%s: %s against %s %s of %s, ratio %s, %s".formatted(
                        row.name(), number(ours), number(row.measure()
                                .of(peer
                                        .timing()
                                        .median())),
                        row.measure().unit(), peer.name(), number(row.ratio()), row.outcome());
    }

    /** The suites, or where there is one only, its cases. */
    void list(List<Suite> suites) {
        if (suites.size() == 1) {
            suites.getFirst().cases().forEach(each -> out.println(each.name()));
        } else {
            Table table = Table.of("suite", "cases", "what it measures").text(2);
            suites.forEach(
                    suite -> table.row(suite.name(), Integer.toString(suite.cases().size()), suite.description()));
            table.print(out);
        }
        out.flush();
    }

    private static String number(double value) {
        return Table.number(value, DIGITS);
    }
}
