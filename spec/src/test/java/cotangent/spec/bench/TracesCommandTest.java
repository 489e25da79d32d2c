package cotangent.spec.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.InvalidDataException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bench of accuracy, on few seeds and spectra. */
class TracesCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = new CommandLine(new TracesCommand()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            throw error;
        });
        return line.execute(arguments);
    }

    @Test
    void isACommandOfBench() {
        assertThat(new CommandLine(new BenchCommand()).getSubcommands()).containsKey("traces");
    }

    @Test
    void printsATableOfErrorsCoverageAndProducts(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("traces.json");
        assertThat(run("--case", "i\\^-2", "--seeds", "3", "--matvecs", "20", "--json", file.toString())).isZero();
        assertThat(out.toString()).contains("trace, n = 5000: mean relative error over 3 seeds, 20 products",
                "XNysTrace", "95 % intervals hold", "products spent").doesNotContain("Estrada");
        JsonNode rows = JsonMapper.shared().readTree(Files.readString(file)).get("rows");
        assertThat(rows).hasSize(7);
        for (JsonNode row : rows) {
            assertThat(row.get("products").asDouble()).isEqualTo(20);
            assertThat(row.get("meanRelativeError").asDouble()).isPositive();
            assertThat(row.get("theory").asDouble()).isPositive();
        }
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        run("--case", "Estrada index", "--seeds", "4", "--matvecs", "30");
        String alone = out.toString();
        out.getBuffer().setLength(0);
        int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
        run("--case", "Estrada index", "--seeds", "4", "--matvecs", "30", "--threads", Integer.toString(threads));
        assertThat(out).hasToString(alone);
    }

    @Test
    void whatIsMuchWorseThanItsTheoryIsCaught() {
        AccuracyCase poor = new AccuracyCase("", "", "", 1, 0.1, seed -> new AccuracyCase.Trial(0.31, 0, 1));
        assertThat(poor.run(5, 1).worse()).isTrue();
        AccuracyCase good = new AccuracyCase("", "", "", 1, 0.1, seed -> new AccuracyCase.Trial(0.29, 1, 1));
        assertThat(good.run(5, 1).worse()).isFalse();
        AccuracyCase broken = new AccuracyCase("", "", "", 1, 0.1, seed -> new AccuracyCase.Trial(Double.NaN, 1, 1));
        assertThat(broken.run(5, 1).worse()).isTrue();
    }

    /** Of the identity nothing is left to probes on the sphere; of rank one all but one direction is left to signs. */
    @Test
    void theoryIsWhatItIsInSimpleCases() {
        Theory identity = new Theory(new double[]{1, 1, 1, 1});
        assertThat(identity.hutchinson(7)).isZero();
        assertThat(identity.sketched(1)).isEqualTo(2);
        Theory step = new Theory(new double[]{5, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        assertThat(step.sketched(4)).isZero();
        assertThat(step.hutchinson(2)).isCloseTo(Math.sqrt(25 - 2.5), within(1e-14));
        assertThat(step.nystrom(6)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--matvecs 19", "--matvecs 501", "--seeds 0", "--threads 0", "--case (", "--case nothing"})
    void refusesBadOptionsBeforeItMeasures(String arguments) {
        TracesCommand command = new TracesCommand();
        new CommandLine(command).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .parseArgs(arguments.split(
                        " "));
        assertThatThrownBy(command::call).isInstanceOf(InvalidDataException.class);
    }
}
