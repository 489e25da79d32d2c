package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every width, each in a process of its own: a species must be a constant of the process, or C2 boxes every vector.
 *
 * <p>The digests of all results show that the scalar kernels have the vector kernels' bits.
 */
class SpeciesTest {
    @Test
    void everyWidthMeetsTheContractAndScalarKernelsHaveTheBitsOfTheirWidth() throws Exception {
        Process wide = Fork.start(ContractMain.class, "-Dcotangent.species=512", "--add-modules",
                "jdk.incubator.vector");
        Process half = Fork.start(ContractMain.class, "-Dcotangent.species=256", "--add-modules",
                "jdk.incubator.vector");
        List<String> vector = lines(wide, "vector 512");
        lines(half, "vector 256");
        Process quarter = Fork.start(ContractMain.class, "-Dcotangent.species=128", "--add-modules",
                "jdk.incubator.vector");
        Process scalar = Fork.start(ContractMain.class, "-Dcotangent.species=scalar", "--add-modules",
                "jdk.incubator.vector");
        lines(quarter, "vector 128");
        assertThat(lines(scalar, "scalar 512")).isEqualTo(vector);
    }

    @Test
    void withoutTheVectorModuleEverythingStillRuns() throws Exception {
        lines(Fork.start(ContractMain.class, "-Dcotangent.threads=1"), "scalar 512");
    }

    /** The digests that a process printed, after the line that says what it computed with. */
    private static List<String> lines(Process process, String computedWith) throws Exception {
        List<String> lines = new ArrayList<>(process.inputReader().lines().toList());
        assertThat(process.waitFor()).as(lines.toString()).isZero();
        assertThat(lines.removeFirst()).isEqualTo(computedWith);
        assertThat(lines).hasSize(5);
        return lines;
    }
}
