package cotangent.examples.plot;

import java.util.Arrays;

/** Numbers as one line of blocks of eight heights. */
public final class Sparkline {
    private static final String BLOCKS = "▁▂▃▄▅▆▇█";
    private static final int EIGHTHS = 8;
    private static final String PARTS = " ▏▎▍▌▋▊▉";

    private Sparkline() {}

    /** From the smallest number, the lowest block, to the largest; one block per number. */
    public static String of(double... values) {
        double low = Arrays.stream(values).min().orElse(0);
        double high = Arrays.stream(values).max().orElse(0);
        StringBuilder line = new StringBuilder();
        for (double value : values) {
            double share = high > low ? (value - low) / (high - low) : 0;
            line.append(BLOCKS.charAt((int) Math.min(EIGHTHS - 1, Math.floor(share * EIGHTHS))));
        }
        return line.toString();
    }

    /** The same of positive numbers' logarithms. */
    public static String ofLogarithms(double... values) {
        return of(Arrays.stream(values).map(value -> Math.log(Math.max(value, Double.MIN_NORMAL))).toArray());
    }

    /** A bar of a share from 0 to 1 of so many characters, in eighths of one. */
    public static String bar(double share, int width) {
        int eighths = (int) Math.round(Math.clamp(share, 0, 1) * width * EIGHTHS);
        String part = eighths % EIGHTHS == 0 ? "" : PARTS.substring(eighths % EIGHTHS, eighths % EIGHTHS + 1);
        return "█".repeat(eighths / EIGHTHS) + part;
    }
}
