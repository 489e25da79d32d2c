package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.io.Safetensors;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Models that PyTorch 2.15 and JAX 0.10.2 wrote, with the kernels that these wrote out in float64: spec/peers/own_model.py makes
 * the files and prints the numbers.
 */
final class OwnModelTest {
    private static final String RECURRENT = " --layers \"cell: %s, Last, norm: LayerNorm(4), head: Linear(4, 2)\"";

    /**
     * A kernel's entry adds up one product for each of at most 322 parameters, each with some fifty roundings on its way through
     * the layers: relative to the norm that is below 400 roundings on either side.
     */
    private static final double ROUNDING = 800 * Math.ulp(1.0);

    @TempDir
    private Path folder;

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(OwnModelTest.class.getResource("model/" + name), name).toURI());
    }

    /** A run of a line in which quotes hold words together and @ stands for the folder of the files. */
    private static Invocation ntk(String line) throws URISyntaxException {
        String text = ("ntk " + line).replace("@", resource("jax.npz").getParent() + "/");
        String[] parts = text.strip().split(" +(?=([^\"]*\"[^\"]*\")*[^\"]*$)");
        for (int i = 0; i < parts.length; i++) {
            parts[i] = parts[i].replace("\"", "");
        }
        return Invocation.of(parts);
    }

    private static void agrees(String line, int rows, int parameters, double trace, double norm, double largest)
            throws URISyntaxException {
        Invocation run = ntk(line + " --route explicit --top 1 --oversampling 100 --json");
        assertThat(run.status()).as(run.err()).isZero();
        JsonNode found = JsonMapper.shared().readTree(run.out());
        assertThat(found.get("size").asInt()).isEqualTo(rows);
        assertThat(found.get("parameters").asInt()).isEqualTo(parameters);
        assertThat(found.at("/statistics/0/value").asDouble()).isCloseTo(trace, within(ROUNDING * trace));
        assertThat(found.at("/statistics/1/value").asDouble()).isCloseTo(norm, within(ROUNDING * norm));
        assertThat(found.at("/eigenvalues/0/value").asDouble()).isCloseTo(largest, within(ROUNDING * norm));
    }

    @Test
    void aConvolutionalNetworkOfPytorchSaysItselfWhatItIs() throws URISyntaxException {
        agrees("--params @conv.safetensors --inputs @conv-inputs.npy", 15, 168, 67.31939358857579, 39.9068933807052,
                37.00179579984879);
    }

    @Test
    void aGruOfPytorch() throws URISyntaxException {
        agrees("--params @gru.safetensors --inputs @gru-inputs.npy" + RECURRENT.formatted("GRU(3, 4, num_layers=2)"),
                10, 246,
                118.79766470184074, 83.82207464504324, 69.13590713692926);
    }

    @Test
    void anLstmOfPytorchWithTheSamplesFirst() throws URISyntaxException {
        agrees("--params @lstm.safetensors --inputs @lstm-inputs.npy" + RECURRENT.formatted(
                "LSTM(3, 4, num_layers=2, batch_first=True)"), 10, 322, 130.74499938526816, 94.99776456139965,
                82.44711236529102);
    }

    @Test
    void aConvolutionalNetworkOfJax() throws Exception {
        Path layers = folder.resolve("layers.txt");
        Files.writeString(layers, "conv: Conv2d(1, 2, 3)\nGELU\nFlatten\nhead: Linear(18, 2)\n");
        agrees("--params @jax.npz --inputs @jax-inputs.npy --layers " + layers, 8, 58, 290.5984941749358,
                144.25705720082917,
                98.05951315542518);
    }

    /** The estimates' own routes, with time first and samples second, against the kernel written out. */
    @Test
    void estimatesOfASequenceModelAgreeWithTheKernelWrittenOut() throws URISyntaxException {
        Invocation run = ntk("--layers \"GRU(7, 6), Linear(6, 3)\" --samples 9 --top 2 --matvecs 24 --check");
        assertThat(run.status()).as(run.err() + run.out()).isZero();
        assertThat(run.out()).contains(
                "GRU-Linear network (f64, pytorch initialisation, seed 0), 9 samples of mnist7x7",
                "size 189", "They agree");
    }

    @Test
    void digitsAreImagesToAConvolution() throws URISyntaxException {
        Invocation run = ntk(
                "--layers \"Conv2d(1, 4, 3), ReLU, AdaptiveAvgPool2d(1), Flatten, Linear(4, 10)\" --samples 8 "
                        + "--top 2 --check --out " + folder.resolve("out"));
        assertThat(run.status()).as(run.err() + run.out()).isZero();
        assertThat(folder.resolve("out/eigenfunctions.png")).exists();
    }

    @Test
    void alignsWithItself() throws URISyntaxException {
        Invocation run = ntk(
                "--params @conv.safetensors --inputs @conv-inputs.npy --align-with @conv.safetensors --matvecs 100 --json");
        JsonNode alignment = JsonMapper.shared().readTree(run.out()).at("/statistics/3");
        assertThat(alignment.get("value").asDouble()).isCloseTo(1, within(ROUNDING));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            --layers "Linear(49)"                       | 0: Linear(49): expected out_features
            --layers "Linear(49, x)"                    | out_features: expected a positive number, got x
            --layers "Linear(49, 10, True, 3)"          | expected at most in_features, out_features, bias, got a further argument 3
            --layers "Linear(49, 10, baes=True)"        | expected arguments among in_features, out_features, bias, got baes=True
            --layers "Linear(49, 10"                    | a parenthesis is not closed
            --layers "Linear(49, 10), Softmax(dim=1)"   | 1: Softmax(dim=1) is not known; there are Linear, Conv2d
            --layers "GELU(approximate=tanh)"           | approximate = tanh is not known here; expected none
            --layers "Conv2d(1, 2, 3, groups=2)"        | groups = 2 is not known here
            --layers "GRU(7, 4, bidirectional=True)"    | bidirectional = True is not known here
            --layers "AvgPool2d(2, padding=1)"          | expected count_include_pad
            --layers "Net((fc): Linear(49, 10))"        | Net is a class of its own
            --layers "a: Tanh, a: Tanh"                 | expected one layer named a, got two
            --layers "?"                                | expected a layer such as Linear(49, 32), got "?"
            --layers ""                                 | got nothing
            --layers none.txt                           | none.txt is no text file
            --layers "Linear(48, 10)"                   | 0: Linear(48, 10): expected inputs [..., 48], got [200, 49]
            --layers "Linear(49, 10), Conv2d(1, 2, 3)"  | 1: Conv2d(1, 2, 3): expected images [N, 1, height, width], got [200, 10]
            --layers "Linear(49, 10), Last"             | 1: Last: expected the states of a GRU or LSTM before it
            --layers "Linear(49, 40000), Linear(40000, 40000)" | choose smaller widths
            --layers Linear(49,10) --model 49-10        | --layers and --model: expected one of them, got both
            --layers Linear(49,10) --activation relu    | each activation is a layer of its own
            --layers Linear(49,10) --init he            | layers of --layers start as in PyTorch
            --params @conv.safetensors --layers "conv: Conv2d(2, 3, 3)" | missing: conv.weight, conv.bias; not known: 0.bias
            --params @jax.npz --layers "conv: Conv2d(1, 2, 5), Flatten, head: Linear(18, 2)" | expected conv.weight of shape [2, 1, 5, 5] for conv: Conv2d(1, 2, 5), got [2, 1, 3, 3]
            """)
    void whatDoesNotFitIsSaidInOneSentence(String line, String sentence) throws URISyntaxException {
        Invocation run = ntk(line);
        assertThat(run.err()).contains(sentence)
                .startsWith("cotangent ntk: ")
                .hasLineCount(1)
                .doesNotContain("Exception");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void aFileThatDescribesItsLayersIsStillReadByWidths() throws URISyntaxException {
        Path file = folder.resolve("described.safetensors");
        Safetensors.write(file, Nn.mlp(49, 3).init(Key.of(0)), Map.of("layers",
                "Linear(1, 1)"));
        assertThat(ntk("--params " + file + " --model 49-3 --samples 3 --top 1").status()).isZero();
    }
}
