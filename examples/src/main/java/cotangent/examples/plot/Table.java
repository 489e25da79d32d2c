package cotangent.examples.plot;

import cotangent.linalg.Figures;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns: the first flush left, the others right, but for those said to be text. */
public final class Table {
    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] left;

    private Table(String... heading) {
        left = new boolean[heading.length];
        left[0] = true;
        rows.add(heading);
    }

    /** A table with a heading. */
    public static Table of(String... heading) {
        return new Table(heading);
    }

    /** Columns to set flush left. */
    public Table text(int... columns) {
        for (int column : columns) {
            left[column] = true;
        }
        return this;
    }

    /** Adds a row with one cell per column. */
    public void row(String... cells) {
        rows.add(cells);
    }

    /** The names of the columns. */
    public List<String> heading() {
        return List.of(rows.getFirst());
    }

    /** The rows below the heading, a list of cells each. */
    public List<List<String>> rows() {
        return rows.stream().skip(1).map(List::of).toList();
    }

    /** Whether a column is set flush left. */
    public boolean isText(int column) {
        return left[column];
    }

    /** Prints the rows, two spaces in, with two spaces between columns. */
    public void print(PrintWriter out) {
        int[] widths = new int[left.length];
        for (String[] row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row[column].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String pad = " ".repeat(widths[column] - row[column].length());
                line.append("  ").append(left[column] ? row[column] + pad : pad + row[column]);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** A number with so many significant digits, as estimates print it. */
    public static String number(double number, int digits) {
        return Figures.number(number, digits);
    }

    /** A time in the unit that suits it. */
    public static String duration(Duration elapsed) {
        return Figures.duration(elapsed);
    }
}
