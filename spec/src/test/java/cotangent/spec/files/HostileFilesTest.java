package cotangent.spec.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.io.Npy;
import cotangent.dsl.io.Npz;
import cotangent.dsl.io.Safetensors;
import cotangent.examples.data.Idx;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every truncation of a valid file, and hundreds of files with some bytes changed, are read or refused with
 * {@link InvalidDataException}: nothing else is thrown, and no more is allocated than such small files can stand for.
 */
final class HostileFilesTest {
    /** The readers' buffers and a stack trace take well under this; what a forged length of 4 bytes claims, far more. */
    private static final long MOST_ALLOCATED = 4L << 20;
    private static final int CHANGES = Math.min(3_000, 5 * Integer.getInteger("cotangent.tries", 100));

    @TempDir
    private static Path folder;

    enum Kind {
        NPY {
            @Override
            void read(Path file) {
                Npy.read(file);
            }

            @Override
            void write(Path file) {
                Npy.write(file, EXAMPLE.get("W"));
            }
        },
        STORED_NPZ {
            @Override
            void read(Path file) {
                Npz.read(file);
            }

            @Override
            void write(Path file) {
                Npz.write(file, EXAMPLE);
            }
        },
        DEFLATED_NPZ {
            @Override
            void read(Path file) {
                Npz.read(file);
            }

            @Override
            void write(Path file) throws IOException {
                Path stored = file.resolveSibling("stored");
                Npz.write(stored, EXAMPLE);
                try (ZipFile from = new ZipFile(stored.toFile());
                        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(file))) {
                    for (ZipEntry entry : from.stream().toList()) {
                        to.putNextEntry(new ZipEntry(entry.getName()));
                        try (InputStream stream = from.getInputStream(entry)) {
                            stream.transferTo(to);
                        }
                    }
                }
            }
        },
        SAFETENSORS {
            @Override
            void read(Path file) {
                Safetensors.read(file);
            }

            @Override
            void write(Path file) {
                Safetensors.write(file, EXAMPLE, Map.of("format", "pt"));
            }
        },
        IDX {
            @Override
            void read(Path file) {
                Idx.read(file);
            }

            @Override
            void write(Path file) throws IOException {
                Files.write(file, idx());
            }
        },
        PACKED_IDX {
            @Override
            void read(Path file) {
                Idx.read(file);
            }

            @Override
            void write(Path file) throws IOException {
                try (OutputStream stream = new GZIPOutputStream(Files.newOutputStream(file))) {
                    stream.write(idx());
                }
            }
        };

        private static final Params EXAMPLE = Params.of("W", Tensor.of(Shape.of(3, 2), 1, 2, 3, 4, 5, 6))
                .with("b", Params
                        .of("x", Tensor.of(1f))
                        .with("y", Tensor.of(true, false)))
                .with("n", Tensor.of(1, 2));

        abstract void read(Path file);

        abstract void write(Path file) throws IOException;

        private static byte[] idx() {
            return ByteBuffer.allocate(52).putInt(0x802).putInt(5).putInt(8).array();
        }

        byte[] bytes() throws IOException {
            Path file = folder.resolve(name() + "-valid");
            write(file);
            read(file);
            return Files.readAllBytes(file);
        }
    }

    /** Loads the classes, which allocates, before anything is counted. */
    @BeforeAll
    static void warmUp() throws IOException {
        for (Kind kind : Kind.values()) {
            byte[] bytes = kind.bytes();
            for (int i = 0; i < 20; i++) {
                attempt(kind, Arrays.copyOf(bytes, bytes.length * i / 20));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTruncationIsRefused(Kind kind) throws IOException {
        byte[] bytes = kind.bytes();
        for (int length = 0; length < bytes.length; length++) {
            assertThat(attempt(kind, Arrays.copyOf(bytes, length))).as("%s cut to %d bytes", kind, length)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void changedBytesAreReadOrRefused(Kind kind) throws IOException {
        byte[] valid = kind.bytes();
        Random random = new Random(kind.name().hashCode());
        int refused = 0;
        for (int i = 0; i < CHANGES; i++) {
            byte[] bytes = valid.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int position = random.nextInt(bytes.length);
                bytes[position] = switch (random.nextInt(4)) {
                    case 0 -> -1;
                    case 1 -> 0;
                    case 2 -> (byte) (bytes[position] ^ 1 << random.nextInt(8));
                    default -> (byte) random.nextInt();
                };
            }
            refused += attempt(kind, bytes) ? 0 : 1;
        }
        assertThat(refused).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void partsInTheWrongPlaceAreReadOrRefused(Kind kind) throws IOException {
        byte[] valid = kind.bytes();
        Random random = new Random(~kind.name().hashCode());
        for (int i = 0; i < CHANGES; i++) {
            byte[] bytes = valid.clone();
            int length = 1 + random.nextInt(Math.min(32, bytes.length - 1));
            System.arraycopy(valid, random.nextInt(bytes.length - length), bytes, random.nextInt(bytes.length - length),
                    length);
            attempt(kind, bytes);
        }
    }

    /** Whether the file could be read; fails if anything but the one exception came, or too much was allocated. */
    private static boolean attempt(Kind kind, byte[] bytes) {
        Path file = write(kind, bytes);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean read = read(kind, file);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("bytes allocated for %s", file)
                .isLessThan(
                        MOST_ALLOCATED);
        return read;
    }

    private static Path write(Kind kind, byte[] bytes) {
        try {
            return Files.write(folder.resolve(kind.name()), bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean read(Kind kind, Path file) {
        try {
            kind.read(file);
            return true;
        } catch (InvalidDataException refused) {
            assertThat(refused.getMessage()).startsWith(file.toString()).hasSizeLessThan(1_000).doesNotContain("null");
            return false;
        }
    }
}
