package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

final class HelpTest {
    static Stream<String> lines() {
        return Stream.concat(Stream.of("", "--help"), Main.commands("")
                .stream()
                .map(command -> command instanceof CommandLine known ? known : new CommandLine(command))
                .map(command -> command.getCommandName() + " --help"));
    }

    @ParameterizedTest
    @MethodSource("lines")
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
