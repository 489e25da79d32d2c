package cotangent.examples.plot;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

    /** A number with so many significant digits, in plain notation where that is short. */
    public static String number(double number, int digits) {
        double size = Math.abs(number);
        if (size == 0 || !Double.isFinite(number)) {
            return size == 0 ? "0" : Double.toString(number);
        }
        if (size < 1e-4 || size >= 1e9) {
            return String.format(Locale.ROOT, "%." + (digits - 1) + "e", number);
        }
        int decimals = Math.max(0, digits - 1 - (int) Math.floor(Math.log10(size)));
        return String.format(Locale.ROOT, "%." + decimals + "f", number);
    }

    /** A time in the unit that suits it. */
    public static String duration(Duration elapsed) {
        double seconds = elapsed.toNanos() * 1e-9;
        return seconds < 1 ? number(1e3 * seconds, 2) + " ms" : number(seconds, 3) + " s";
    }
}
