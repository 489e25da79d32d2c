package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DevicesCommandTest {
    @Test
    void listsBackendsAndSaysWhatIsMissing() {
        Invocation run = Invocation.line("devices");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("simd +default +this CPU")
                .containsPattern("reference +available")
                .containsPattern(
                        "tornado +missing +none");
        assertThat(run.out().replaceAll("\\s+", " ")).contains("TornadoVM was not found", "TORNADOVM_HOME",
                "tornado/README.md");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void aMissingBackendIsRefused() {
        Invocation run = Invocation.line("ntk --backend tornado --samples 2");
        assertThat(run.status()).isNotZero();
        assertThat(run.err()).contains("backend tornado cannot run here", "TORNADOVM_HOME");
        assertThat(Invocation.line("ntk --backend nonsense --samples 2").err()).contains("no backend named", "simd");
        assertThat(Invocation.line("ntk --backend reference --samples 2 --model 49-3-2").status()).isZero();
    }
}
