package cotangent.linalg;

import java.time.Duration;
import java.util.Locale;

/** Numbers and times as text: as short as their digits are worth. */
public final class Figures {
    private Figures() {}

    /** A number with so many significant digits, in plain notation where that is not long. */
    public static String number(double number, int digits) {
        double size = Math.abs(number);
        if (size == 0 || !Double.isFinite(number)) {
            return size == 0 ? "0" : Double.toString(number);
        }
        if (size < 1e-4 || size >= 1e9) {
            return String.format(Locale.ROOT, "%." + (digits - 1) + "e", number);
        }
        int decimals = digits - 1 - (int) Math.floor(Math.log10(size));
        double rounded = decimals >= 0 ? number : Math.rint(number * Math.pow(10, decimals)) * Math.pow(10, -decimals);
        return String.format(Locale.ROOT, "%." + Math.max(0, decimals) + "f", rounded);
    }

    /** A time in the unit that suits it. */
    public static String duration(Duration elapsed) {
        double seconds = elapsed.toNanos() * 1e-9;
        return seconds < 1 ? number(1e3 * seconds, 2) + " ms" : number(seconds, 3) + " s";
    }
}
