package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A product that allocates has either lost its buffers or runs a kernel whose vectors C2 had to box. */
class AllocationTest {
    @Test
    void productsAllocateNothingOnceTheyAreCompiled() throws Exception {
        Process process = Fork.start(AllocationMain.class, "--add-modules", "jdk.incubator.vector");
        List<String> lines = process.inputReader().lines().toList();
        assertThat(process.waitFor()).isZero();
        assertThat(lines).hasSize(10).allMatch(line -> line.endsWith(": 0 bytes"));
    }
}
