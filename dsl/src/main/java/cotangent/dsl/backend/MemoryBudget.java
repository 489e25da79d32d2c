package cotangent.dsl.backend;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much memory a computation that can be cut into pieces may take for what it works on at a time: an eighth of the largest
 * heap, or what the system property {@value #PROPERTY} says, such as {@code 512m}. It decides how many vectors go through a
 * program at once and which products are kept, so results for two budgets are equal to rounding.
 */
public final class MemoryBudget {
    /** The property: a number of bytes, or one followed by k, m or g. */
    public static final String PROPERTY = "cotangent.memory";

    private static final int HEAP_SHARE = 8;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([kmg]?)");
    private static final long BYTES = parse(System.getProperty(PROPERTY));

    private MemoryBudget() {}

    /** The budget in bytes. */
    public static long bytes() {
        return BYTES;
    }

    /** The budget, or less: what a caller can make use of. */
    public static long atMost(long bytes) {
        return Math.min(bytes, BYTES);
    }

    static long parse(@Nullable String wanted) {
        if (wanted == null) {
            return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
        }
        Matcher size = SIZE.matcher(wanted.strip().toLowerCase(Locale.ROOT));
        long bytes = 0;
        if (size.matches()) {
            long unit = 1L << 10 * (1 + "kmg".indexOf(size.group(2).isEmpty() ? ' ' : size.group(2).charAt(0)));
            long number = Long.parseLong(size.group(1));
            bytes = number > Long.MAX_VALUE / unit ? Long.MAX_VALUE : number * unit;
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("%s: expected a number of bytes such as 512m or 2g, got '%s'".formatted(
                    PROPERTY, wanted));
        }
        return bytes;
    }
}
