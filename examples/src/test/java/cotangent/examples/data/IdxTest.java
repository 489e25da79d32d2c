package cotangent.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdxTest {
    private static final byte[] BYTES = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, -1, -2, -3};

    @TempDir
    private Path folder;

    @Test
    void readsIntegersOfEveryWidth() throws IOException {
        Idx bytes = Idx.read(Files.write(folder.resolve("idx"), BYTES));
        assertThat(bytes.shape()).isEqualTo(Shape.of(2, 3));
        assertThat(new int[]{bytes.get(0), bytes.get(3), bytes.get(5)}).containsExactly(1, 255, 253);
        byte[] signed = BYTES.clone();
        signed[2] = 9;
        assertThat(Idx.read(signed, "signed").get(3)).isEqualTo(-1);
        Idx shorts = Idx.read(new byte[]{0, 0, 11, 1, 0, 0, 0, 2, 0x0F, (byte) 0xF0, -1, -1}, "shorts");
        assertThat(new int[]{shorts.get(0), shorts.get(1)}).containsExactly(4080, -1);
        assertThat(Idx.read(new byte[]{0, 0, 12, 1, 0, 0, 0, 1, 1, 2, 3, 4}, "ints").get(0)).isEqualTo(0x01020304);
    }

    @Test
    void readsPackedFiles() throws IOException {
        Idx packed = Idx.read(Files.write(folder.resolve("idx.gz"), gzip(BYTES)));
        assertThat(packed.shape()).isEqualTo(Shape.of(2, 3));
        assertThat(packed.get(5)).isEqualTo(253);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream stream = new GZIPOutputStream(packed)) {
            stream.write(bytes);
        }
        return packed.toByteArray();
    }

    @Test
    void refusesMalformedFiles() throws IOException {
        refuses(new byte[0], "ended within the header");
        refuses(Arrays.copyOf(BYTES, 11), "ended within the header");
        refuses(Arrays.copyOf(BYTES, 17), "expected 6 bytes after the header, got 5");
        refuses(Arrays.copyOf(BYTES, 12), "expected 6 bytes after the header, got 0");
        refuses(Arrays.copyOf(BYTES, 19), "expected 6 bytes after the header, got more");
        refuses(changed(0, 1), "two bytes of zero");
        refuses(changed(2, 13), "got 13");
        refuses(changed(3, 0), "expected 1 to 8 axes, got 0");
        refuses(changed(3, 255), "expected 1 to 8 axes, got 255");
        refuses(changed(4, 127), "more elements than the file can hold");
        refuses(changed(4, 255), "more elements than the file can hold");
        refuses(new byte[]{0, 0, 8, 4, 127, -1, -1, -1, 127, -1, -1, -1, 127, -1, -1, -1, 127, -1, -1, -1},
                "more elements than the file can hold");
    }

    @Test
    void refusesMalformedPackedFiles() throws IOException {
        byte[] packed = gzip(BYTES);
        refuses(Arrays.copyOf(packed, packed.length - 9), "expected a gzip file");
        byte[] checksum = packed.clone();
        checksum[packed.length - 8] ^= 1;
        refuses(checksum, "expected a gzip file");
        refuses(gzip(changed(4, 127)), "more elements than the file can hold");
        // A megabyte of zeros packs well, but the header promised six bytes.
        refuses(gzip(Arrays.copyOf(BYTES, 1 << 20)), "expected 6 bytes after the header, got more");
        // 255 * 3 elements could be packed into so many bytes, but are not.
        refuses(gzip(changed(7, 255)), "expected 765 bytes after the header, got 6");
    }

    private static byte[] changed(int position, int value) {
        byte[] bytes = BYTES.clone();
        bytes[position] = (byte) value;
        return bytes;
    }

    private static void refuses(byte[] bytes, String message) {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> Idx.read(bytes, "file"))
                .withMessageStartingWith("file: ")
                .withMessageContaining(message);
    }

    @Test
    void refusesMissingFiles() {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> Idx.read(folder.resolve("none")))
                .withMessageContaining("there is no such file");
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> Idx.read(folder))
                .withMessageContaining(
                        "expected a file, found something else");
    }
}
