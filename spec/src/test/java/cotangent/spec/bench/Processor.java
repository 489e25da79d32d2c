package cotangent.spec.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The machine's processor, as Linux describes it.
 *
 * @param vendor   who makes it, such as AuthenticAMD; empty where nothing is known
 * @param model    its name
 * @param features its instruction sets
 */
public record Processor(String vendor, String model, List<String> features) {
    private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

    /** That of this machine. */
    public static Processor here() {
        try {
            return parse(Files.readAllLines(DESCRIPTION));
        } catch (IOException elsewhere) {
            return new Processor("", System.getProperty("os.arch"), List.of());
        }
    }

    static Processor parse(List<String> lines) {
        return new Processor(value(lines, "vendor_id"), value(lines, "model name"), List.of(value(lines, "flags").split(
                " ")));
    }

    /** Whether it is AMD's and has AVX-512, in which case OpenBLAS may take its AVX2 kernels by itself. */
    public boolean isAmdWithAvx512() {
        return vendor.equals("AuthenticAMD") && features.contains("avx512f");
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':')
                        + 1).strip())
                .orElse("");
    }
}
