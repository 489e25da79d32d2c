package cotangent.dsl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of parameters in a file of either format. */
final class ParamsFileTest {
    enum Format {
        NPZ {
            @Override
            Path example() {
                return TestFiles.path("stored.npz");
            }

            @Override
            Params read(Path file) {
                return Npz.read(file);
            }

            @Override
            void write(Path file, Params params) {
                Npz.write(file, params);
            }
        },
        SAFETENSORS {
            @Override
            Path example() {
                return TestFiles.path("numpy.safetensors");
            }

            @Override
            Params read(Path file) {
                return Safetensors.read(file);
            }

            @Override
            void write(Path file, Params params) {
                Safetensors.write(file, params);
            }
        };

        /** A file of the format that Python wrote. */
        abstract Path example();

        abstract Params read(Path file);

        abstract void write(Path file, Params params);
    }

    @TempDir
    private Path folder;

    private static Params example() {
        return Params.of("W1", Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6))
                .with("b1", Tensor.of(0.5f, -0.5f))
                .with(
                        "block",
                        Params.of("inner", Params.of("mask", Tensor.of(true, false, true))).with("0", Tensor.of(7, -8)))
                .with("scalar", Tensor.scalar(3))
                .with("none", Tensor.zeros(DType.F32, 0, 4));
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatItWrote(Format format) {
        Path file = folder.resolve("params");
        format.write(file, example());
        assertThat(format.read(file)).isEqualTo(example());
        format.write(file, Params.of(Map.of()));
        assertThat(format.read(file).names()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatPythonWrote(Format format) {
        Params params = format.read(format.example());
        assertThat(params.names()).containsExactlyInAnyOrder("W1", "b1", "block", "steps");
        assertThat(params.get("W1").type()).hasToString("f32[4, 3]");
        // The first number of NumPy's default_rng(0).standard_normal().
        assertThat(params.get("W1").get(0, 0)).isEqualTo((float) 0.12573022);
        assertThat(params.get("b1")).isEqualTo(Tensor.of(0f, 1f, 2f));
        assertThat(params.get("block.W")).isEqualTo(Tensor.of(Shape.of(2, 3, 4), IntStream.range(0, 24)
                .mapToDouble(
                        i -> i / 8.0)
                .toArray()));
        assertThat(params.get("block.mask").toDoubles()).containsExactly(1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0);
        assertThat(params.get("steps")).isEqualTo(Tensor.scalar(7, DType.I32));
    }

    @ParameterizedTest
    @EnumSource
    void sameContentGivesSameBytes(Format format) {
        format.write(folder.resolve("one"), example());
        format.write(folder.resolve("two"), example());
        assertThat(folder.resolve("one")).hasSameBinaryContentAs(folder.resolve("two"));
    }

    @ParameterizedTest
    @EnumSource
    void refusesToWriteWhatItCouldNotReadBack(Format format) {
        Tensor one = Tensor.scalar(1);
        refusesToWrite(format, Params.of("a", Tree.tuple(one, one)), "got a tuple at \"a\"");
        refusesToWrite(format, Params.of("a", one).with("a.b", one), "expected a tensor or a group under one name");
        refusesToWrite(format, Params.of("a.b", one).with("a", Params.of("b", one)), "got \"a.b\" twice");
        refusesToWrite(format, Params.of("", one), "expected a name");
        refusesToWrite(format, Params.of("a..b", one), "expected a name");
        refusesToWrite(format, Params.of("a\nb", one), "printable characters");
        Params deep = Params.of("a", one);
        for (int i = 0; i < 32; i++) {
            deep = Params.of("a", deep);
        }
        refusesToWrite(format, deep, "at most 32 deep");
    }

    private void refusesToWrite(Format format, Params params, String message) {
        Path file = folder.resolve("refused");
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> format.write(file, params))
                .withMessageContaining(message);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void leavesTheOldFileWhereTheNewOneCannotBeWritten(Format format) throws IOException {
        Path missing = folder.resolve("missing").resolve("params");
        assertThatExceptionOfType(WriteFailedException.class).isThrownBy(() -> format.write(missing, example()))
                .withMessage(missing + ": cannot be written: its folder does not exist");
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> format.write(folder, example()))
                .withMessageContaining("found something else there");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void writesThroughLinks(Format format) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file.getFileName());
        format.write(link, example());
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(format.read(file)).isEqualTo(example());
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }
}
