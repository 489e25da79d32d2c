package cotangent.dsl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsTest {
    private static final String ENTRY = "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]";

    @TempDir
    private Path folder;

    @Test
    void readsMetadataThatPythonWrote() {
        assertThat(Safetensors.readMetadata(TestFiles.path("numpy.safetensors"))).containsOnly(Map.entry("format",
                "np"), Map.entry("note", "made with \"safetensors\" ü"));
    }

    @Test
    void widensShortTypesExactly() {
        Params params = Safetensors.read(TestFiles.path("dtypes.safetensors"));
        // 6e-8 and 1e-40 are rounded to multiples of the smallest float16 and bfloat16, 2^-24 and 2^-133.
        assertThat(params.get("half")).isEqualTo(Tensor.of(1.5f, -2f, 65504f, 0x1p-24f));
        float largest = (float) Math.rint(3e38 / 0x1p120) * 0x1p120f;
        float tiny = (float) (Math.rint(1e-40 / 0x1p-133) * 0x1p-133);
        assertThat(params.get("brain")).isEqualTo(Tensor.of(1.5f, -2f, largest, tiny));
        assertThat(params.get("long")).isEqualTo(Tensor.of(Shape.of(1, 2), 1, -2));
        assertThat(params.get("byte")).isEqualTo(Tensor.of(250));
    }

    @Test
    void readsTheMetadataItWrote() {
        Path file = folder.resolve("a.safetensors");
        Map<String, String> metadata = Map.of("quote\"\\/", "line\n\ttab \u0001 ü \uD83D\uDE00", "", "");
        Safetensors.write(file, Params.of("ünï", Tensor.of(1.0)), metadata);
        assertThat(Safetensors.readMetadata(file)).isEqualTo(metadata);
        assertThat(Safetensors.read(file)).isEqualTo(Params.of("ünï", Tensor.of(1.0)));
    }

    @Test
    void alignsElementsToTheirWidth() throws IOException {
        Path file = folder.resolve("a.safetensors");
        Safetensors.write(file,
                Params.of("flag", Tensor.of(true))
                        .with("float", Tensor.of(1f))
                        .with("double", Tensor.of(
                                1.0)));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long header = bytes.getLong(0);
        assertThat(header % 8).isZero();
        assertThat(bytes.getDouble((int) header + 8)).isEqualTo(1.0);
        assertThat(bytes.getFloat((int) header + 16)).isEqualTo(1f);
        assertThat(Safetensors.read(file).names()).containsExactly("flag", "float", "double");
    }

    @Test
    void readsHeadersWithWhiteSpaceAndEscapes() throws IOException {
        Path file = file(" { \"\\u0061b\" :{\"shape\": [ 2 ],\n\"dtype\":\"F32\", \"data_offsets\":[0 ,8] } }  ", 8);
        assertThat(Safetensors.read(file)).isEqualTo(Params.of("ab", Tensor.of(0f, 0f)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}|\"b\" begins at byte 4 and not at 8",
            "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[12,20]}}|\"b\" begins at byte 12 and not at 8",
            "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|expected 8 bytes after the header, got 12",
            "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}|expected 16 bytes after the header, got 12",
            "{'a':{'dtype':'F32','shape':[3],'data_offsets':[12,0]}}|to end at byte 24, the header says 0",
            "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,12]}}|to end at byte 16, the header says 12",
            "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,12]}}|at most 2^31 - 1 elements",
            "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12,12]}}|two data_offsets",
            "{'a':{'dtype':'F32','shape':[3],'data_offsets':[9999999999999999999,12]}}|at most 18 digits",
            "{'a':{'dtype':'F32','shape':[-3],'data_offsets':[0,12]}}|an integer",
            "{'a':{'dtype':'F32','shape':[3.0],'data_offsets':[0,12]}}|expected ]",
            "{'a':{'dtype':'F32','shape':[03],'data_offsets':[0,12]}}|an integer",
            "{'a':{'dtype':'F32','shape':['3'],'data_offsets':[0,12]}}|expected a list of integers",
            "{'a':{'dtype':'F8_E4M3','shape':[12],'data_offsets':[0,12]}}|got \"F8_E4M3\"",
            "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12],'more':1}}|expected dtype, shape and data_offsets",
            "{'a':{'dtype':'F32','shape':[3]}}|expected dtype, shape and data_offsets",
            "{'a':7}|expected dtype, shape and data_offsets",
            "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]},'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}|each name once, not \"a\" again",
            "{'__metadata__':{'a':1}}|expected texts under __metadata__", "{'__metadata__':[]}|expected an object",
            "{'':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}|expected a name",
            "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} x|expected the end", "[]|expected {",
            "{'a':null}|an integer", "{'a\\x':1}|a known escape", "{'a\\u12g4':1}|four hexadecimal digits",
            "{'a|a closing quote", "{'a':|the end stands", "{'a'|expected :", "{,}|a quoted text",
            "{'a':[[[[[[[[[[|8 levels"})
    void refusesMalformedHeaders(String header, String message) throws IOException {
        refuses(file(header.replace('\'', '"'), 12), message);
    }

    @Test
    void refusesLyingLengths() throws IOException {
        refuses(length(Long.MAX_VALUE), "at most 16777216 bytes, it claims 9223372036854775807");
        refuses(length(-1), "it claims 18446744073709551615");
        refuses(length(1 << 20), "the header needs 1048576 bytes, but the file has 8 more");
        refuses(Files.write(folder.resolve("short"), new byte[7]), "the header's length needs 8 bytes");
        refuses(folder.resolve("missing"), "there is no such file");
    }

    private Path length(long claimed) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(claimed);
        return Files.write(folder.resolve("length"), bytes.array());
    }

    @Test
    void refusesHeadersThatAreNotUtf8() throws IOException {
        Path file = file("{\"aa\":{" + ENTRY + "}}", 8);
        byte[] bytes = Files.readAllBytes(file);
        bytes[10] = (byte) 0xff;
        refuses(Files.write(file, bytes), "UTF-8");
        bytes[10] = 7;
        refuses(Files.write(file, bytes), "no control character");
    }

    @Test
    void refusesATensorNamedLikeTheMetadata() {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> Safetensors.write(folder.resolve("a"),
                Params.of("__metadata__", Tensor.of(1.0)))).withMessageContaining("no tensor can be named");
    }

    private Path file(String header, int count) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + count).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(folder.resolve("made"), bytes.putLong(json.length).put(json).array());
    }

    private static void refuses(Path file, String message) {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> Safetensors.read(file))
                .withMessageContaining(message)
                .withMessageStartingWith(file.toString());
    }
}
