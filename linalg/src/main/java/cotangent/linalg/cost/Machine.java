package cotangent.linalg.cost;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Which machine this is, as far as it matters to a cost model: processor, vectors, Java, and the model's own version. */
final class Machine {
    /** Goes up when the numbers change their meaning. */
    private static final int VERSION = 1;

    private Machine() {}

    private static final class Known {
        static final String KEY = "version %d, Java %d, %s, %d processors, %s, vectors %s".formatted(VERSION, Runtime
                .version()
                .feature(), System.getProperty("os.arch"), Runtime.getRuntime().availableProcessors(), processor(),
                vectors());
    }

    /** A line that another machine, or another version of the model, does not have. */
    static String key() {
        return Known.KEY;
    }

    private static String vectors() {
        boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return present ? System.getProperty("cotangent.species", "preferred") : "none";
    }

    /** The processor's name where the system tells it in a file. */
    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("model name") || line.startsWith("CPU part"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown processor");
        } catch (IOException | RuntimeException hidden) {
            return System.getProperty("os.name", "unknown system");
        }
    }
}
