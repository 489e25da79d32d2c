package cotangent.spec.bench;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One of the two that a case compares.
 *
 * @param name   who ran
 * @param timing how long it took
 */
record Side(String name, Timing timing) {
    /** Who we are. */
    static final String OURS = "Cotangent";

    /** The one that took the least time, by the medians; null where none ran. */
    static @Nullable Side fastest(Collection<Side> sides) {
        return sides.stream().min(Comparator.comparingDouble(side -> side.timing().median())).orElse(null);
    }
}
