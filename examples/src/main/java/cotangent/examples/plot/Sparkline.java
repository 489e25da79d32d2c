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
        return between(Arrays.stream(values).min().orElse(0), Arrays.stream(values).max().orElse(0), values);
    }

    /** From one number, the lowest block, to another, the highest. */
    public static String between(double low, double high, double... values) {
        StringBuilder line = new StringBuilder();
        for (double value : values) {
            line.append(block(high > low ? (value - low) / (high - low) : 0));
        }
        return line.toString();
    }

    /** Positive numbers' logarithms, from the largest number, the highest block, down to that divided by {@code span}. */
    public static String decay(double span, double... values) {
        double high = Arrays.stream(values).max().orElse(1);
        StringBuilder line = new StringBuilder();
        for (double value : values) {
            line.append(block(1 + Math.log(Math.max(value, Double.MIN_NORMAL) / high) / Math.log(span)));
        }
        return line.toString();
    }

    private static char block(double share) {
        return BLOCKS.charAt((int) Math.clamp(Math.floor(share * EIGHTHS), 0, EIGHTHS - 1));
    }

    /** A bar of a share from 0 to 1 of so many characters, in eighths of one. */
    public static String bar(double share, int width) {
        int eighths = (int) Math.round(Math.clamp(share, 0, 1) * width * EIGHTHS);
        String part = eighths % EIGHTHS == 0 ? "" : PARTS.substring(eighths % EIGHTHS, eighths % EIGHTHS + 1);
        return "█".repeat(eighths / EIGHTHS) + part;
    }
}
