package cotangent.spec.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {

    @Test
    void amdWithAvx512NeedsToBeToldWhichKernels() {
        assertThat(parsed("AuthenticAMD", "fpu avx2 avx512f avx512bw").isAmdWithAvx512()).isTrue();
        assertThat(parsed("AuthenticAMD", "fpu avx2").isAmdWithAvx512()).isFalse();
        assertThat(parsed("GenuineIntel", "fpu avx2 avx512f").isAmdWithAvx512()).isFalse();
    }

    @Test
    void aDescriptionOfAnotherKindTellsNothing() {
        Processor processor = Processor.parse(List.of("Hardware: something else"));
        assertThat(processor.vendor()).isEmpty();
        assertThat(processor.isAmdWithAvx512()).isFalse();
    }

    private static Processor parsed(String vendor, String flags) {
        Processor processor = Processor.parse(List.of("processor\t: 0", "vendor_id\t: " + vendor, "model name\t: Some CPU",
                "flags\t\t: " + flags, "processor\t: 1"));
        assertThat(processor.model()).isEqualTo("Some CPU");
        return processor;
    }
}
