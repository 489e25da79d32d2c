package cotangent.dsl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
    @TempDir
    private Path folder;

    @Test
    void keepsTheOldFileWhenWritingFailsHalfWay() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        assertThatExceptionOfType(WriteFailedException.class).isThrownBy(() -> AtomicFile.write(file, stream -> {
            stream.write(new byte[1 << 20]);
            throw new IOException("the disk is full");
        })).withMessage(file + ": cannot be written: the disk is full");
        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryContaining(path -> path.equals(file))
                .isDirectoryNotContaining(path -> !path
                        .equals(file));
    }

    @Test
    void keepsTheOldFileWhenTheContentThrows() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> AtomicFile.write(file, stream -> {
            stream.write(1);
            throw new IllegalStateException();
        }));
        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }
}
