package cotangent.examples.experiment;

import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import java.util.Locale;

/**
 * What a line of progress says; it fits into eighty columns.
 *
 * @param name    of the task
 * @param share   of the work that is done, NaN where that is not known
 * @param done    so many units of work, 0 if none was reported
 * @param unit    of work
 * @param elapsed since the task began, in seconds
 * @param left    until it ends, in seconds, NaN where that is not known
 * @param error   relative, so far, NaN where that is not known
 * @param wanted  the relative error at which it ends
 */
record ProgressLine(String name, double share, long done, String unit, double elapsed, double left, double error,
        double wanted) {
    private static final int WIDTH = 79;
    private static final int BAR = 12;
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(name).append("  ");
        if (done > 0) {
            String bar = Sparkline.bar(Math.min(1, share), BAR);
            line.append(bar).append("·".repeat(BAR - bar.length())).append("  %d %s, ".formatted(done, unit));
        } else {
            line.append("working, ");
        }
        line.append(time(elapsed));
        if (left > 0) {
            line.append(", about ").append(time(left)).append(" left");
        }
        if (Double.isFinite(error)) {
            line.append(", ± ").append(percent(error)).append(" of ").append(percent(wanted));
        }
        return line.length() > WIDTH ? line.substring(0, WIDTH - 1) + "…" : line.toString();
    }

    private static String percent(double share) {
        return Table.number(100 * share, 2) + " %";
    }

    private static String time(double seconds) {
        if (seconds < 2 * MINUTE) {
            return Math.round(seconds) + " s";
        }
        return seconds < 2 * HOUR
                ? Math.round(seconds / MINUTE) + " min"
                : String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
    }
}
