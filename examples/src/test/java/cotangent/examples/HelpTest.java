package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HelpTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "--help", "ntk --help", "example --help", "calibrate --help", "devices --help",
            "report --help",
            "two-layer-limit --help",
            "width-scaling --help", "linearised-training --help", "spectral-bias --help", "lazy-rich --help",
            "kernel-in-training --help"})
    void fitsIntoEightyColumns(String line) {
        Invocation run = line.isEmpty() ? Invocation.of() : Invocation.line(line);
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).isNotEmpty().allMatch(text -> text.length() <= 80);
    }

    @Test
    void namesEveryOptionWithItsDefault() {
        String help = Invocation.line("ntk --help").out().replaceAll("\\s+", " ");
        for (String option : List.of("model", "activation", "init", "seed", "dtype", "data", "samples", "mnist",
                "inputs",
                "params", "backend", "outputs", "statistics", "estimator", "matvecs", "relative-error", "confidence",
                "route",
                "shift",
                "explain", "top", "oversampling", "powers", "align-with", "check",
                "json",
                "out")) {
            assertThat(help).containsPattern("--" + option + "\\b((?! --).)*\\(default: ");
        }
        assertThat(help).contains("49-32-32-10", "default: tanh", "default: 200", "default: 60", "default: hutch++");
    }
}
