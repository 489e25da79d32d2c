package cotangent.spec.bench;

import cotangent.dsl.CotangentException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sides of a case taking turns, so that a machine that is slower for a while is slower for all. A peer that fails is
 * left out and its failure noted; ours may not fail.
 */
final class Rounds {
    private final String title;
    private final Settings settings;
    private final Map<String, Supplier<@Nullable Side>> sides = new LinkedHashMap<>();

    Rounds(String title, Settings settings) {
        this.title = title;
        this.settings = settings;
    }

    /** One more side; ours comes first. */
    Rounds with(String name, Supplier<@Nullable Side> round) {
        sides.put(name, round);
        return this;
    }

    /** By the names given, what each side took over all rounds; without those that could not run. */
    Map<String, Side> run() {
        String ours = sides.keySet().iterator().next();
        Map<String, Side> results = new LinkedHashMap<>();
        Map<String, Supplier<@Nullable Side>> running = new LinkedHashMap<>(sides);
        for (int round = 0; round < settings.rounds(); round++) {
            for (String name : sides.keySet()) {
                Supplier<@Nullable Side> next = running.get(name);
                if (next == null) {
                    continue;
                }
                settings.notes().accept("%s: %s".formatted(title, name));
                Side side = name.equals(ours) ? next.get() : tried(name, next);
                if (side == null) {
                    running.remove(name);
                    results.remove(name);
                } else {
                    results.merge(name, side, (before, now) -> new Side(now.name(), before.timing().and(now.timing())));
                }
            }
        }
        return results;
    }

    private @Nullable Side tried(String name, Supplier<@Nullable Side> round) {
        try {
            return round.get();
        } catch (CotangentException failed) {
            settings.notes().accept("no " + name + ": " + failed.getMessage());
            return null;
        }
    }
}
