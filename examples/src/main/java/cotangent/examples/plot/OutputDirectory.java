package cotangent.examples.plot;

import cotangent.dsl.InvalidDataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import javax.imageio.ImageIO;

/** The directory that takes a command's files; each comes into it whole or not at all. */
public final class OutputDirectory {
    private final Path path;

    private OutputDirectory(Path path) {
        this.path = path;
    }

    /**
     * A directory, made when its first file is written.
     *
     * @throws InvalidDataException if something else is there, so that one learns it before the work and not after
     */
    public static OutputDirectory at(Path path) {
        Path existing = path.toAbsolutePath();
        while (existing.getParent() != null && Files.notExists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            throw new InvalidDataException(
                    "--out: expected a directory to write to, or where one can be made, but %s is %s"
                            .formatted(existing, Files.isDirectory(existing) ? "not writable" : "no directory"));
        }
        return new OutputDirectory(path);
    }

    /** Writes a plot as a PNG file. */
    public void write(String name, Plot plot) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(plot.draw(), "png", bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        write(name, bytes.toByteArray());
    }

    /** Writes text in UTF-8. */
    public void write(String name, String text) {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] content) {
        try {
            Files.createDirectories(path);
            Path part = path.resolve("." + UUID.randomUUID() + ".part");
            try {
                Files.write(part, content);
                Files.move(part, path.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException failure) {
            throw new InvalidDataException("cannot write %s: %s".formatted(path.resolve(name), failure), failure);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
