package cotangent.examples.report;

import cotangent.dsl.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Where numbers were made: versions and the class of machine, but not its name. */
final class Setting {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Setting() {}

    /** What there is to know, by what it is called. */
    static Map<String, String> facts(String version) {
        Runtime runtime = Runtime.getRuntime();
        String threads = System.getProperty("cotangent.threads");
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("program", version);
        facts.put("Java", "%s, %s".formatted(System.getProperty("java.runtime.version"), System.getProperty(
                "java.vendor")));
        facts.put("system", "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
        facts.put("processor", "%s, %d core%s".formatted(processor(), runtime.availableProcessors(), runtime
                .availableProcessors() == 1 ? "" : "s"));
        facts.put("heap", "at most %d MiB".formatted(runtime.maxMemory() >> 20));
        facts.put("backend", Backends.byDefault().name());
        facts.put("threads", threads == null ? "as many as cores" : threads);
        return facts;
    }

    /** The model that Linux tells; elsewhere the architecture has to do. */
    private static String processor() {
        if (!Files.isReadable(PROCESSORS)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException unreadable) {
            return System.getProperty("os.arch");
        }
    }
}
