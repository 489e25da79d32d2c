package cotangent.dsl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NpzTest {
    private static final int CENTRAL_ENTRY = 0x02014b50;

    @TempDir
    private Path folder;

    @Test
    void readsDeflatedArchivesLikeStoredOnes() {
        assertThat(Npz.read(TestFiles.path("deflated.npz"))).isEqualTo(Npz.read(TestFiles.path("stored.npz")));
    }

    @Test
    void keepsTheOrderOfTheArchive() {
        assertThat(Npz.read(TestFiles.path("stored.npz")).names()).containsExactly("W1", "b1", "block", "steps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/x.npy", "/x.npy", "a/b.npy", "..\\x.npy", "a.npy/"})
    void refusesNamesWithPaths(String name) throws IOException {
        refuses(archive(name), "got one with a path in it");
    }

    @Test
    void refusesNamesThatAreNone() throws IOException {
        refuses(archive(".npy"), "expected a name");
        refuses(archive("notes.txt"), "expected .npy entries only, got \"notes.txt\"");
        refuses(archive("a.npy", "a.b.npy"), "got both at \"a.b\"");
        refuses(archive("a.".repeat(33) + "npy"), "at most 32 deep");
    }

    @Test
    void refusesNamesThatComeTwice() throws IOException {
        Path file = archive("a.npy", "b.npy");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length - 5; i++) {
            if (bytes[i] == 'b' && new String(bytes, i, 5, StandardCharsets.ISO_8859_1).equals("b.npy")) {
                bytes[i] = 'a';
            }
        }
        refuses(Files.write(file, bytes), "got \"a\" twice");
    }

    @Test
    void refusesArchivesThatUnpackToFarMoreThanTheyAre() throws IOException {
        Path file = folder.resolve("bomb.npz");
        try (OutputStream stream = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(stream)) {
            zip.putNextEntry(new ZipEntry("zeros.npy"));
            zip.write(NpyHeader.bytes(ElementType.F64, Shape.of(9 << 20)));
            zip.write(new byte[9 << 23]);
        }
        refuses(file, "expected to unpack to at most 67108864 bytes");
    }

    /** An honest archive that compresses well, but to less than 64 MiB, is read. */
    @Test
    void readsArchivesThatCompressWell() throws IOException {
        Path file = folder.resolve("zeros.npz");
        try (OutputStream stream = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(stream)) {
            zip.putNextEntry(new ZipEntry("zeros.npy"));
            Npy.write(zip, Tensor.zeros(DType.F64, 1 << 20));
        }
        assertThat(Npz.read(file)).isEqualTo(Params.of("zeros", Tensor.zeros(DType.F64, 1 << 20)));
    }

    @Test
    void refusesLengthsThatLie() throws IOException {
        int unpackedAt = 24;
        int packedAt = 20;
        for (int lie : new int[]{0, 100, 1 << 20, Integer.MAX_VALUE, -2}) {
            refuses(patched(TestFiles.path("deflated.npz"), unpackedAt, lie), "");
            refuses(patched(TestFiles.path("deflated.npz"), packedAt, lie), "");
            refuses(patched(TestFiles.path("stored.npz"), packedAt, lie), "");
        }
    }

    @Test
    void refusesDamagedElements() throws IOException {
        byte[] bytes = Files.readAllBytes(TestFiles.path("stored.npz"));
        bytes[170] ^= 1;
        refuses(Files.write(folder.resolve("damaged.npz"), bytes), "is damaged: its length or checksum");
    }

    @Test
    void refusesOtherFiles() throws IOException {
        refuses(Files.writeString(folder.resolve("text.npz"), "text"), "expected an .npz archive");
        refuses(Files.write(folder.resolve("empty.npz"), new byte[0]), "expected an .npz archive");
        refuses(folder.resolve("missing.npz"), "there is no such file");
        refuses(TestFiles.path("f8.npy"), "expected an .npz archive");
    }

    @Test
    void refusesToWriteNamesWithSlashes() {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> Npz.write(folder.resolve("a.npz"), Params
                .of("a/b", Tensor.scalar(1)))).withMessageContaining("expected names without slashes, got \"a/b\"");
    }

    private Path archive(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                Npy.write(zip, Tensor.of(1.0, 2.0));
                zip.closeEntry();
            }
        }
        return Files.write(folder.resolve("made.npz"), bytes.toByteArray());
    }

    /** A copy of the archive with 4 bytes of its first entry in the central directory replaced. */
    private Path patched(Path archive, int offset, int value) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(archive)).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (bytes.getInt(at) != CENTRAL_ENTRY) {
            at++;
        }
        return Files.write(folder.resolve("patched.npz"), bytes.putInt(at + offset, value).array());
    }

    private static void refuses(Path file, String message) {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> Npz.read(file))
                .withMessageContaining(
                        message)
                .withMessageStartingWith(file.toString());
    }
}
