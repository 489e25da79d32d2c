package cotangent.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.io.Npz;
import cotangent.dsl.io.Safetensors;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of the model 3-4-4-2 were written by NumPy and safetensors, in both layouts. */
final class MlpFileTest {
    private static final int[] WIDTHS = {3, 4, 4, 2};

    @TempDir
    private Path folder;

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(MlpFileTest.class.getResource(name), name).toURI());
    }

    @Test
    void readsPlainNamesAndThoseOfPytorchAlike() throws URISyntaxException {
        Params plain = MlpFile.read(resource("plain.npz"), DType.F32, WIDTHS);
        assertThat(plain.names()).containsExactly("W1", "b1", "W2", "b2", "W3", "b3");
        assertThat(plain.get("W1")).isEqualTo(Tensor.of(Shape.of(3, 4), 0f, 3f, 6f, 9f, 1f, 4f, 7f, 10f, 2f, 5f, 8f,
                11f));
        assertThat(plain.get("b3")).isEqualTo(Tensor.of(.5f, -.5f));
        assertThat(MlpFile.read(resource("sequential.safetensors"), DType.F32, WIDTHS)).isEqualTo(plain);
    }

    @Test
    void readsLayersUnderACommonPrefix() {
        Path file = folder.resolve("a.safetensors");
        Safetensors.write(file, Params.of("net.layers.4.weight", Tensor.of(new double[][]{{1, 2, 3}, {4, 5, 6}}))
                .with(
                        "net.layers.4.bias", Tensor.of(7.0, 8.0)));
        assertThat(MlpFile.read(file, DType.F64, 3, 2)).isEqualTo(Params.of("W1", Tensor.of(new double[][]{{1, 4}, {2,
                5}, {3, 6}})).with("b1", Tensor.of(7.0, 8.0)));
    }

    @Test
    void widensButNeverRounds() {
        Path file = folder.resolve("a.npz");
        Npz.write(file, layer(Tensor.of(Shape.of(1, 1), 1f), Tensor.of(2)));
        assertThat(MlpFile.read(file, DType.F64, 1, 1)).isEqualTo(layer(Tensor.of(Shape.of(1, 1), 1.0), Tensor.of(
                2.0)));
        Npz.write(file, layer(Tensor.of(Shape.of(1, 1), .5), Tensor.of(2.0)));
        assertThat(MlpFile.read(file, DType.F32, 1, 1)).isEqualTo(layer(Tensor.of(Shape.of(1, 1), .5f), Tensor.of(
                2f)));
        Npz.write(file, layer(Tensor.of(Shape.of(1, 1), .1), Tensor.of(2.0)));
        refuses(file, DType.F32, "W1: element 0, 0.1, is not an f32 number; compute in f64", 1, 1);
    }

    private static Params layer(Tensor weights, Tensor bias) {
        return Params.of("W1", weights).with("b1", bias);
    }

    @Test
    void refusesOtherModels() throws URISyntaxException {
        Path plain = resource("plain.npz");
        Path pytorch = resource("sequential.safetensors");
        refuses(plain, DType.F32, "expected W2 of shape [4, 5] for a model 3-4-5-2, got [4, 4]", 3, 4, 5, 2);
        refuses(pytorch, DType.F32, "expected 2.weight of shape [5, 4] for a model 3-4-5-2, got [4, 4]", 3, 4, 5, 2);
        refuses(plain, DType.F32, "for a model 3-4-2; not known: W3, b3", 3, 4, 2);
        refuses(plain, DType.F32, "missing: W4, b4", 3, 4, 4, 2, 1);
        refuses(pytorch, DType.F32, "expected 2 layers for a model 3-4-2, got 3: 0.weight, 2.weight, 10.weight", 3, 4,
                2);
    }

    @Test
    void refusesOddNames() {
        Path file = folder.resolve("a.npz");
        Tensor one = Tensor.of(Shape.of(1, 1), 1f);
        Npz.write(file, Params.of("W1", one).with("bias", one));
        refuses(file, DType.F32, "expected W1, b1 for a model 1-1; missing: b1; not known: bias", 1, 1);
        Npz.write(file, Params.of("0.weight", one).with("1.running_mean", one));
        refuses(file, DType.F32, "missing: 0.bias; not known: 1.running_mean", 1, 1);
        Npz.write(file, Params.of("a.0.weight", one).with("b.0.weight", one));
        refuses(file, DType.F32, "got both a.0.weight and b.0.weight", 1, 1);
        Npz.write(file, Params.of(Map.of()));
        refuses(file, DType.F32, "missing: W1, b1", 1, 1);
        refuses(folder.resolve("a.pt"), DType.F32, "expected parameters in a file named .npz or .safetensors", 1, 1);
    }

    @Test
    void refusesNumbersThatAreNone() {
        Path file = folder.resolve("a.npz");
        Npz.write(file, layer(Tensor.of(Shape.of(1, 1), Float.NaN), Tensor.of(1f)));
        refuses(file, DType.F32, "W1: expected finite numbers, element 0 is NaN", 1, 1);
        Npz.write(file, layer(Tensor.of(Shape.of(1, 1), 1f), Tensor.of(true)));
        refuses(file, DType.F32, "b1: expected numbers, got truth values", 1, 1);
    }

    private static void refuses(Path file, DType dtype, String message, int... widths) {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> MlpFile.read(file, dtype, widths))
                .withMessageStartingWith(file.toString())
                .withMessageContaining(message);
    }
}
