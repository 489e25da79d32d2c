package cotangent.linalg.cost;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/**
 * Where the cost model of a machine is kept: a small file of names and numbers in the user's cache directory, or where the system
 * property {@code cotangent.costmodel} says; {@code builtin} there means none.
 *
 * <p>A file that is damaged, or of another machine or version, is as good as none. Where no file can be written, the built-in
 * numbers are used: measured ones that nobody keeps would differ from run to run.
 */
final class CostModelFile {
    private static final String PROPERTY = "cotangent.costmodel";
    private static final String BUILT_IN = "builtin";
    private static final String[] RATES = {"thin", "narrow", "wide", "elements"};

    private CostModelFile() {}

    /** The model of this process, found when first asked for. */
    static final class Current {
        static final CostModel MODEL = find(System.getProperty(PROPERTY));

        private Current() {}
    }

    /** The model that a setting of the property leads to. */
    static CostModel find(@org.jspecify.annotations.Nullable String setting) {
        if (BUILT_IN.equals(setting)) {
            return CostModel.builtIn();
        }
        Optional<Path> file = path(setting);
        Optional<CostModel> stored = file.flatMap(CostModelFile::read);
        return stored.orElseGet(() -> file.isPresent()
                ? store(Calibration.quick(), file.get())
                : CostModel.builtIn().withOrigin("built in, since there is no home directory to store a measured one"));
    }

    static CostModel store(CostModel model) {
        Optional<Path> file = path(System.getProperty(PROPERTY));
        return file.isPresent() ? store(model, file.get()) : model.withOrigin(model.origin() + ", not stored");
    }

    private static Optional<Path> path(@org.jspecify.annotations.Nullable String setting) {
        if (BUILT_IN.equals(setting)) {
            return Optional.empty();
        }
        try {
            if (setting != null) {
                return Optional.of(Path.of(setting));
            }
            return caches().map(folder -> folder.resolve("cotangent")
                    .resolve("costmodel-" + Integer.toHexString(Machine
                            .key()
                            .hashCode()) + ".properties"));
        } catch (InvalidPathException notAPath) {
            return Optional.empty();
        }
    }

    /** The user's folder for caches as each system has it. */
    private static Optional<Path> caches() {
        String home = System.getProperty("user.home", "");
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String told = System.getenv(system.contains("windows") ? "LOCALAPPDATA" : "XDG_CACHE_HOME");
        if (told != null && !told.isBlank()) {
            return Optional.of(Path.of(told));
        }
        if (home.isBlank() || "?".equals(home)) {
            return Optional.empty();
        }
        return Optional.of(system.contains("mac") ? Path.of(home, "Library", "Caches") : Path.of(home, ".cache"));
    }

    private static Optional<CostModel> read(Path file) {
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
        if (!Machine.key().equals(read.getProperty("machine"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CostModel(read.getProperty("origin", "measured") + ", stored in " + file, rates(read,
                    "f64."), rates(read, "f32."), number(read, "bytes"), number(read, "call")));
        } catch (NumberFormatException damaged) {
            return Optional.empty();
        }
    }

    private static CostModel.Rates rates(Properties read, String prefix) {
        return new CostModel.Rates(number(read, prefix + RATES[0]), number(read, prefix + RATES[1]), number(read, prefix
                + RATES[2]), number(read, prefix + RATES[3]));
    }

    private static double number(Properties read, String name) {
        double number = Double.parseDouble(read.getProperty(name, ""));
        if (!(number > 0 && number < Double.POSITIVE_INFINITY)) {
            throw new NumberFormatException(name);
        }
        return number;
    }

    /** Writes a file beside the target and moves it there, so that two processes at once do no harm. */
    static CostModel store(CostModel model, Path file) {
        String text = text(model);
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path fresh = Files.createTempFile(folder, "costmodel", ".new");
            try {
                Files.writeString(fresh, text);
                Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
            return model.withOrigin(model.origin() + ", stored in " + file);
        } catch (IOException | SecurityException failure) {
            return CostModel.builtIn().withOrigin("built in, since a measured one could not be stored in " + file);
        }
    }

    private static String text(CostModel model) {
        StringBuilder text = new StringBuilder(
                "# What computations cost on this machine; ./cotangent calibrate measures again\n");
        line(text, "machine", Machine.key());
        line(text, "origin", model.origin());
        rates(text, "f64.", model.f64());
        rates(text, "f32.", model.f32());
        line(text, "bytes", Double.toString(model.bytes()));
        line(text, "call", Double.toString(model.call()));
        return text.toString();
    }

    private static void rates(StringBuilder text, String prefix, CostModel.Rates rates) {
        double[] numbers = {rates.thin(), rates.narrow(), rates.wide(), rates.elements()};
        for (int i = 0; i < numbers.length; i++) {
            line(text, prefix + RATES[i], Double.toString(numbers[i]));
        }
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append('=').append(value.replace("\\", "\\\\")).append('\n');
    }
}
