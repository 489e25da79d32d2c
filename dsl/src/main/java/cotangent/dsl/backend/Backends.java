package cotangent.dsl.backend;

import cotangent.dsl.CotangentException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The backends there are, and the one used when nobody asks for another. */
public final class Backends {
    /** System property that names the default backend. */
    public static final String PROPERTY = "cotangent.backend";

    private Backends() {}

    private static final class Found {
        static final List<Backend> ALL = ServiceLoader.load(Backend.class, Backend.class.getClassLoader())
                .stream()
                .map(
                        ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(Backend::preference).reversed())
                .toList();
        static final Backend DEFAULT = choose();

        private static Backend choose() {
            String name = System.getProperty(PROPERTY);
            if (name != null) {
                return named(name);
            }
            Backend best = ALL.stream()
                    .filter(Backend::isAvailable)
                    .findFirst()
                    .orElseThrow(
                            () -> new CotangentException(
                                    "no backend is available; is cotangent.dsl on the module path?"));
            if (ALL.stream()
                    .anyMatch(backend -> backend.preference() > best.preference() && backend.name()
                            .equals(
                                    "simd"))) {
                System.getLogger("cotangent")
                        .log(System.Logger.Level.WARNING,
                                "running on the slow reference path; start Java with --add-modules jdk.incubator.vector to "
                                        + "make it fast");
            }
            return best;
        }
    }

    /** Every backend on the module path, the preferred first. */
    public static List<Backend> all() {
        return Found.ALL;
    }

    /** The backend named by {@value #PROPERTY} or else the preferred of those available. */
    public static Backend byDefault() {
        return Found.DEFAULT;
    }

    /**
     * The backend with a name.
     *
     * @throws CotangentException if there is none, or it cannot run here
     */
    public static Backend named(String name) {
        Backend found = all().stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new CotangentException(
                                "no backend named \"%s\"; there are %s".formatted(name, String.join(", ",
                                        all().stream().map(Backend::name).toList()))));
        if (!found.isAvailable()) {
            throw new CotangentException("backend " + name + " cannot run here; " + found.requirement());
        }
        return found;
    }
}
