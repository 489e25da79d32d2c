package cotangent.spec.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.InvalidDataException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command on suites whose times are made up. */
class BenchCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<Settings> seen = new ArrayList<>();

    /** Twice as fast as its peer, a tenth slower than it, and without one. */
    private final List<Suite> suites = List.of(new Suite("gemm", "products", List.of(made("fast n=512", 20.0, 2), made(
            "slow n=512", 9.0, 1), made("alone", null, 1))),
            new Suite("other", "other work", List.of(made("fast other", 10.0,
                    1))));

    private Case made(String name, Double peer, double target) {
        return new Case() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<Row> run(Settings settings) {
                seen.add(settings);
                Side other = peer == null ? null : new Side("Peer", new Timing(peer, peer - 1, peer + 1));
                return List.of(new Row(name, Measure.gigaflops(100), new Side(Side.OURS, new Timing(9, 10, 11)), other,
                        target));
            }
        };
    }

    private int run(String... arguments) {
        CommandLine line = new CommandLine(new BenchCommand(suites)).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            throw error;
        });
        return line.execute(arguments);
    }

    @Test
    void aTargetThatWasMetIsSuccess() {
        assertThat(run("gemm", "--case", "fast.*", "--check")).isZero();
    }

    @Test
    void aTargetThatWasMissedCountsWhereItIsChecked() {
        assertThat(run("gemm", "--case", "slow.*")).isZero();
        assertThat(run("gemm", "--case", "slow.*", "--check")).isEqualTo(1);
    }

    @Test
    void withoutAPeerThereIsNoSuccess() {
        assertThat(run("gemm", "--case", "alone")).isEqualTo(3);
        assertThat(run("gemm", "--case", "alone|fast.*", "--check")).isEqualTo(3);
    }

    @Test
    void whatWasMissedWeighsMoreThanWhatWasAbsent() {
        assertThat(run("gemm", "--check")).isEqualTo(1);
    }

    @Test
    void printsALinePerRowAndProgressElsewhere() {
        run("gemm");
        assertThat(out.toString().lines()).containsExactly(//
                "  case        ours  peer  which  unit     ratio        spread   target           bytes/call",
                "  fast n=512  10.0  5.00  Peer   GFLOP/s   2.00   1.86 - 2.16  >= 2.00  met               -",
                "  slow n=512  10.0  11.1  Peer   GFLOP/s  0.900  0.810 - 1.00  >= 1.00  missed            -",
                "  alone       10.0     -  -      GFLOP/s      -             -  >= 1.00  no peer           -");
        assertThat(err.toString()).contains("slow n=512: 10.0 against 11.1 GFLOP/s of Peer, ratio 0.900, missed");
    }

    @Test
    void withoutASuiteItRunsTheFirstCases() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("fast n=512", "slow n=512").doesNotContain("alone", "other");
    }

    @Test
    void severalSuitesRunInOneGo() {
        assertThat(run("other", "gemm", "--case", "fast.*")).isZero();
        assertThat(out.toString()).contains("fast n=512", "fast other");
    }

    @Test
    void listsAndMeasuresNothing() {
        assertThat(run("--list")).isZero();
        assertThat(run("other", "--list")).isZero();
        assertThat(out.toString()).contains("gemm", "other work", "fast other");
        assertThat(seen).isEmpty();
    }

    @Test
    void optionsReachTheCases() {
        run("other", "--quick", "--rounds", "3", "--python", "python3.12");
        assertThat(seen).singleElement().satisfies(settings -> {
            assertThat(settings.threads()).isEqualTo(1);
            assertThat(settings.rounds()).isEqualTo(3);
            assertThat(settings.millis()).isEqualTo(200);
            assertThat(settings.python()).isEqualTo("python3.12");
        });
    }

    @Test
    void writesTheRowsAsJson(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("rows.json");
        run("gemm", "--json", file.toString());
        JsonNode root = JsonMapper.shared().readTree(Files.readString(file));
        assertThat(root.get("threads").asInt()).isEqualTo(1);
        assertThat(root.get("rows")).hasSize(3);
        JsonNode fast = root.get("rows").get(0);
        assertThat(fast.get("name").asString()).isEqualTo("fast n=512");
        assertThat(fast.get("ours").get("value").asDouble()).isEqualTo(10);
        assertThat(fast.get("peer").get("name").asString()).isEqualTo("Peer");
        assertThat(fast.get("peer").get("nanos").asDouble()).isEqualTo(20);
        assertThat(fast.get("ratio").asDouble()).isEqualTo(2);
        assertThat(fast.get("target").asDouble()).isEqualTo(2);
        assertThat(fast.get("outcome").asString()).isEqualTo("met");
        JsonNode alone = root.get("rows").get(2);
        assertThat(alone.get("peer").isNull()).isTrue();
        assertThat(alone.get("ratio").isNull()).isTrue();
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "gemm --case nothing", "gemm --case (", "gemm --threads 0",
            "gemm --threads 100000",
            "gemm --rounds 0"})
    void refusesBadOptionsBeforeItMeasures(String arguments) {
        BenchCommand command = new BenchCommand(suites);
        new CommandLine(command).parseArgs(arguments.split(" "));
        assertThatThrownBy(command::call).isInstanceOf(InvalidDataException.class);
        assertThat(seen).isEmpty();
    }
}
