package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.io.Npy;
import cotangent.dsl.io.Npz;
import cotangent.dsl.io.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class NtkCommandTest {
    private static final String SMALL = "ntk --model 49-6-3 --samples 12 --matvecs 12 --top 2 --oversampling 4 ";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"--outputs all", "--outputs sum", "--outputs 0,2", "--dtype f32",
            "--dtype F32 --outputs sum",
            "--estimator hutchinson", "--estimator rhutch", "--estimator fhutch", "--estimator Hutch++", "--init ntk",
            "--activation relu --init pytorch", "--seed -3"})
    void estimatesAgreeWithTheKernelWrittenOut(String options) {
        Invocation run = Invocation.line(SMALL + options + " --check");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("They agree", "trace", "Frobenius norm", "effective rank", "eigenvalue 2");
        assertThat(run.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--route explicit --shift 1", "--route products --matvecs 300",
            "--relative-error 0.1 --confidence 0.9", "--dtype f32 --shift 10"})
    void everyStatisticCanBeAskedFor(String options) {
        Invocation run = Invocation.line(
                "ntk --model 49-6-3 --samples 12 --top 2 --oversampling 4 --statistics all --check " + options);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("They agree", "trace", "Frobenius norm", "effective rank", "stable rank",
                "condition number", "log-determinant", "label alignment", "centred label alignment", "eigenvalue 2",
                "spectral density at 200 points", "of the trace; ");
        assertThat(run.status()).isZero();
    }

    @Test
    void onlyWhatIsAskedForIsFound() {
        Invocation run = Invocation.line(SMALL + "--statistics stable-rank,trace --json");
        JsonNode root = JsonMapper.shared().readTree(run.out());
        assertThat(root.get("statistics").valueStream().map(one -> one.get("name").asString())).containsExactly("trace",
                "stable rank");
        assertThat(root.has("eigenvalues")).isFalse();
        Invocation sided = Invocation.line(SMALL + "--statistics trace --route fhutch --json");
        JsonNode trace = JsonMapper.shared().readTree(sided.out()).at("/statistics/0");
        assertThat(trace.get("vjps").asInt()).isZero();
        assertThat(trace.get("jvps").asInt()).isEqualTo(12);
    }

    @Test
    void explainsItsChoices() {
        Invocation run = Invocation.line(SMALL + "--statistics trace,effective-rank,log-determinant --explain");
        assertThat(run.out()).contains("effective rank (12 matvecs", "log-determinant (12 matvecs", "> ", "chosen: ",
                "cost model (");
        JsonNode root = JsonMapper.shared()
                .readTree(Invocation.line(SMALL + "--statistics trace --explain --json").out());
        assertThat(root.at("/plans/0/options").size()).isGreaterThan(2);
    }

    @Test
    void theReadmeShowsWhatTheEmbeddedRunPrints() throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        assertThat(timeless(readme)).contains(timeless(Invocation.line("ntk").out().strip()));
    }

    private static String timeless(String text) {
        return text.replaceAll(" *[\\d.]+ (ms|s)\\b", " TIME").replaceAll(" +time\\b", " time");
    }

    @Test
    void aBudgetBeyondTheDimensionIsExact() {
        Invocation run = Invocation.line(
                "ntk --model 49-6-3 --samples 12 --matvecs 1000000 --oversampling 2147483647 --check");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("exact", "identity basis", "They agree");
    }

    @Test
    void theCheckCoversTheAlignment() {
        Path file = folder.resolve("other.npz");
        Npz.write(file, Nn.mlp(49, 6, 3).init(Key.of(7)));
        Invocation run = Invocation.line(SMALL + "--check --align-with " + file);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().substring(run.out().indexOf("Compared"))).contains("alignment", "They agree");
    }

    @Test
    void aKernelAlignsWithItself() {
        Path file = folder.resolve("same.safetensors");
        Safetensors.write(file, Nn.mlp(49, 6, 3).init(Key.of(0)));
        Invocation run = Invocation.line(SMALL + "--json --align-with " + file);
        JsonNode alignment = JsonMapper.shared().readTree(run.out()).at("/statistics/3");
        assertThat(alignment.get("name").asString()).isEqualTo("alignment");
        // The same probes on both sides: one, up to some roundings.
        assertThat(Math.abs(alignment.get("value").asDouble() - 1)).isLessThan(16 * Math.ulp(1.0));
    }

    @Test
    void jsonIsAllThatGoesToStandardOutput() {
        Invocation run = Invocation.line(SMALL + "--json --check");
        JsonNode root = JsonMapper.shared().readTree(run.out());
        assertThat(run.err()).isEmpty();
        assertThat(root.propertyNames()).containsExactly("subject", "outputs", "size", "parameters", "statistics",
                "eigenvalues", "check");
        assertThat(root.get("size").asInt()).isEqualTo(12 * 3);
        assertThat(root.get("parameters").asInt()).isEqualTo(49 * 6 + 6 + 6 * 3 + 3);
        assertThat(root.at("/check/agrees").asBoolean()).isTrue();
        assertThat(root.get("eigenvalues").size()).isEqualTo(2);
    }

    @Test
    void writesItsFilesAndNothingElse() throws Exception {
        Path target = folder.resolve("new/results");
        Invocation run = Invocation.line(SMALL + "--out " + target);
        assertThat(run.status()).as(run.err()).isZero();
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("ntk.json",
                    "spectrum.png", "eigenfunctions.png");
        }
        assertThat(JsonMapper.shared().readTree(Files.readString(target.resolve("ntk.json"))).get("size").asInt())
                .isEqualTo(
                        36);
        assertThat(ImageIO.read(target.resolve("spectrum.png").toFile()).getWidth()).isGreaterThan(500);
        assertThat(ImageIO.read(target.resolve("eigenfunctions.png").toFile()).getWidth()).isGreaterThan(500);
    }

    @Test
    void inputsThatAreNoImagesHaveNoPictures() throws Exception {
        Path inputs = folder.resolve("x.npy");
        Npy.write(inputs, Key.of(3).normal(9, 5));
        Path target = folder.resolve("results");
        Invocation run = Invocation.line("ntk --model 5-4-2 --inputs " + inputs + " --out " + target);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("9 samples of x.npy", "size 18");
        assertThat(target.resolve("eigenfunctions.png")).doesNotExist();
    }

    @Test
    void theSameSeedGivesTheSameNumbers() {
        List<Double> first = values(SMALL + "--json --seed 5");
        assertThat(values(SMALL + "--json --seed 5")).isEqualTo(first);
        assertThat(values(SMALL + "--json --seed 6")).isNotEqualTo(first);
    }

    private static List<Double> values(String line) {
        JsonNode statistics = JsonMapper.shared().readTree(Invocation.line(line).out()).get("statistics");
        return statistics.valueStream().map(statistic -> statistic.get("value").asDouble()).toList();
    }
}
