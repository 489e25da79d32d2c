package cotangent.spec.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of one file, run as {@code java} runs a source file. */
final class SingleFileTest {
    private static final Path SOURCE = Path.of("..", "examples", "jbang", "KernelInTraining.java");

    @TempDir
    private Path folder;

    @Test
    void runsFromItsSource() throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"),
                SOURCE.toString(), "16", "40").redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(text).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        List<String[]> rows = text.lines()
                .filter(line -> line.matches(" +\\d+  .*"))
                .map(line -> line.strip().split(" +"))
                .toList();
        assertThat(rows).hasSize(6);
        // step, loss, alignment with the first kernel, with the labels
        assertThat(rows.getFirst()[2]).isEqualTo("1.000");
        assertThat(rows.getLast()[0]).isEqualTo("40");
        assertThat(number(rows, 5, 1)).isLessThan(number(rows, 0, 1));
        assertThat(number(rows, 5, 2)).isBetween(0.0, 0.999);
        assertThat(number(rows, 5, 3)).isGreaterThan(number(rows, 0, 3));
    }

    private static double number(List<String[]> rows, int row, int column) {
        return Double.parseDouble(rows.get(row)[column]);
    }

    /** What JBang would fetch is what the project makes, in its present version. */
    @Test
    void asksForThisProject() throws IOException {
        String pom = Files.readString(Path.of("..", "pom.xml"));
        String version = pom.replaceAll("(?s).*?<artifactId>cotangent</artifactId>\\s*<version>([^<]+)</version>.*",
                "$1");
        assertThat(Files.readAllLines(SOURCE)).contains("//JAVA 25", "//DEPS cotangent:cotangent-examples:" + version,
                "//RUNTIME_OPTIONS --add-modules jdk.incubator.vector");
    }
}
