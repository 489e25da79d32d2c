package cotangent.dsl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NpyTest {
    private static final Shape SHAPE = Shape.of(2, 3, 4);

    @TempDir
    private Path folder;

    /** The files named were written by NumPy 2.4 from arange(24).reshape(2, 3, 4), times and plus what is given. */
    @ParameterizedTest
    @CsvSource({"f8,f64,.125,0", "f8-big-endian,f64,.125,0", "f4-fortran,f32,.125,0", "i8,i32,1,-12",
            "i2-big-endian-fortran,i32,1,-12", "i1,i32,1,-12", "u1,i32,1,200", "u2,i32,1,60000", "u4,i32,1,60000",
            "version-2,i32,1,0", "version-3,i32,1,0"})
    void readsWhatNumpyWrites(String name, String dtype, double scale, double offset) {
        Tensor tensor = Npy.read(TestFiles.path(name + ".npy"));
        assertThat(tensor.type()).hasToString(dtype + SHAPE);
        assertThat(tensor.toDoubles()).containsExactly(IntStream.range(0, 24)
                .mapToDouble(i -> name.equals("u1")
                        ? (i + 200) & 255
                        : scale * i + offset)
                .toArray());
    }

    @Test
    void readsTruthValuesScalarsEmptyArraysAndSpecialNumbers() {
        boolean[] thirds = new boolean[24];
        IntStream.range(0, 24).forEach(i -> thirds[i] = i % 3 == 0);
        assertThat(Npy.read(TestFiles.path("b1.npy"))).isEqualTo(Tensor.of(SHAPE, thirds));
        assertThat(Npy.read(TestFiles.path("scalar.npy"))).isEqualTo(Tensor.scalar(2.5));
        assertThat(Npy.read(TestFiles.path("empty.npy"))).isEqualTo(Tensor.zeros(DType.F32, 3, 0, 2));
        assertThat(Npy.read(TestFiles.path("special.npy"))).isEqualTo(Tensor.of(Double.NaN, Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE, Double.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f8", "b1", "scalar", "empty", "special"})
    void writesTheBytesThatNumpyWrites(String name) throws IOException {
        Path file = folder.resolve("ours.npy");
        Npy.write(file, Npy.read(TestFiles.path(name + ".npy")));
        assertThat(file).hasSameBinaryContentAs(TestFiles.path(name + ".npy"));
    }

    static Stream<Tensor> tensors() {
        double[] many = IntStream.range(0, 100_000).mapToDouble(i -> i / 7.0).toArray();
        float[] floats = new float[many.length];
        IntStream.range(0, many.length).forEach(i -> floats[i] = (float) many[i]);
        return Stream.of(Tensor.wrap(Shape.of(1000, 100), many), Tensor.wrap(Shape.of(10, 10, 1000), floats), Tensor.of(
                Shape.of(2, 2), Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE), Tensor.of(true, false),
                Tensor.zeros(
                        DType.I32, 0),
                Tensor.ones(DType.F32, onesOfRank(64)));
    }

    private static int[] onesOfRank(int rank) {
        int[] extents = new int[rank];
        Arrays.fill(extents, 1);
        return extents;
    }

    @ParameterizedTest
    @MethodSource("tensors")
    void readsWhatItWrote(Tensor tensor) {
        Path file = folder.resolve("tensor.npy");
        Npy.write(file, tensor);
        assertThat(Npy.read(file)).isEqualTo(tensor);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"refused-f2|got \"<f2\"; save the array with .astype('float32')",
            "refused-c16|got \"<c16\"; save the real and the imaginary part",
            "refused-object|pickled Python objects are never loaded", "refused-unicode|got \"<U2\"",
            "refused-structured|structured", "refused-i8-large|element 1 is 2147483648"})
    void refusesElementsItCannotHold(String name, String message) {
        refuses(TestFiles.path(name + ".npy"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }|expected 24 bytes after the header for shape [3], got 16",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }|expected 8 bytes",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }|at most 2^31 - 1 elements",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }|at most 2^31 - 1 elements",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 2147483647, 4), }|at most 2^31 - 1",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999999999,), }|1 to 18 digits",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-2,), }|1 to 18 digits",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2 2), }|expected )",
            "{'descr': '<f8', 'fortran_order': False, 'shape': 2, }|expected (",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (2,), }|expected True or False",
            "{'descr': '<f8', 'shape': (2,), }|expected the keys descr, fortran_order and shape",
            "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,), }|descr twice",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}|\"more\"",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), } x|nothing after the dictionary",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,|1 to 18 digits",
            "{'descr': '<f8|closing quote", "{'descr': 'f8', 'fortran_order': False, 'shape': (2,)}|byte order",
            "{'descr': '', 'fortran_order': False, 'shape': (2,)}|expected elements of type", "|expected {"})
    void refusesMalformedHeaders(String header, String message) throws IOException {
        refuses(file(header == null ? "" : header, 1, 16), message);
    }

    @Test
    void refusesTooManyAxes() throws IOException {
        refuses(file("{'descr': '|b1', 'fortran_order': False, 'shape': (" + "1,".repeat(65) + ")}", 1, 1),
                "at most 64 axes, got 65");
    }

    @Test
    void refusesLyingLengths() throws IOException {
        byte[] huge = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1, '{'};
        refuses(Files.write(folder.resolve("huge.npy"), huge), "at most 65536 bytes, it claims 4294967295");
        byte[] early = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 100, 0, '{'};
        refuses(Files.write(folder.resolve("early.npy"), early), "the header needs 100 bytes, but the file has 1 more");
    }

    @Test
    void refusesWhatIsNotAnNpyFile() throws IOException {
        refuses(folder.resolve("missing.npy"), "there is no such file");
        refuses(folder, "expected a file, found a directory");
        refuses(Files.write(folder.resolve("empty.npy"), new byte[0]), "the .npy header needs 8 bytes");
        refuses(Files.writeString(folder.resolve("text.npy"), "a,b,c\n1,2,3\n"), "expected an .npy file");
        refuses(file("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 4, 16), "version 1, 2 or 3, got 4");
    }

    @Test
    void refusesTruthValuesOtherThanZeroAndOne() throws IOException {
        Path file = file("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", 1, 2);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] = 2;
        refuses(Files.write(file, bytes), "element 1 is 2");
    }

    @Test
    void readsTheHeadersOfOlderWriters() throws IOException {
        Path file = file("{\"shape\": (2L, 1L), \"fortran_order\": True, \"descr\": \"=i4\"}", 1, 8);
        assertThat(Npy.read(file)).isEqualTo(Tensor.zeros(DType.I32, 2, 1));
    }

    /** An .npy file with the header given and {@code count} bytes of zeros. */
    private Path file(String header, int version, int count) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(10 + text.length + count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) version).put((byte) 0);
        return Files.write(folder.resolve("made.npy"), bytes.putShort((short) text.length).put(text).array());
    }

    private static void refuses(Path file, String message) {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> Npy.read(file))
                .withMessageContaining(
                        message)
                .withMessageStartingWith(file.toString());
    }
}
