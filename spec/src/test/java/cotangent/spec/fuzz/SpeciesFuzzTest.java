package cotangent.spec.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernels in vector form from the start, for vectors of every size, within the oracle's bound on random graphs. In processes
 * of their own, since a process computes with vectors of one size; {@link DifferentialFuzzTest} hardly sees the vector
 * form, which takes over only once it is compiled.
 */
class SpeciesFuzzTest {
    private static final int GRAPHS = Boolean.getBoolean("cotangent.thorough") ? 4_000 : 60;

    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512})
    void vectorFormsStayWithinTheOraclesBound(int bits) throws IOException, InterruptedException {
        for (FuzzCommand.Transformation transformation : List.of(FuzzCommand.Transformation.NONE,
                FuzzCommand.Transformation.VJP)) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("--add-modules=jdk.incubator.vector");
            command.add("-Dcotangent.warmup=off");
            command.add("-Dcotangent.species=" + bits);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), FuzzCommand.class.getName()));
            command.addAll(List.of("--backend", "simd", "--graphs", String.valueOf(GRAPHS), "--seed", String.valueOf(
                    1_000_000L * bits), "--transform", transformation.name()));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(printed).isZero();
            assertThat(printed).contains(GRAPHS + " graphs, 0 failures");
        }
    }
}
