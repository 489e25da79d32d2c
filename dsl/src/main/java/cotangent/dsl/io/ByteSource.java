package cotangent.dsl.io;

import cotangent.dsl.InvalidDataException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The bytes of a file, or of an entry of one, read in order; it knows how many are left, so that no length a header
 * claims is believed, and nothing is allocated, beyond what the file can back.
 */
final class ByteSource implements Closeable {
    private final String name;
    private final InputStream stream;
    private long remaining;

    /** A source over a stream that holds {@code size} bytes; {@code name} is what errors call it. */
    ByteSource(String name, InputStream stream, long size) {
        this.name = name;
        this.stream = stream;
        this.remaining = size;
    }

    static ByteSource open(Path path) throws IOException {
        requireFile(path);
        long size = Files.size(path);
        return new ByteSource(path.toString(), Files.newInputStream(path), size);
    }

    static void requireFile(Path path) {
        if (!Files.exists(path)) {
            throw new InvalidDataException(path + ": there is no such file");
        }
        if (!Files.isRegularFile(path)) {
            throw new InvalidDataException(path + ": expected a file, found "
                    + (Files.isDirectory(path) ? "a directory" : "something else"));
        }
    }

    /** The error for a file that the system does not let us read. */
    static InvalidDataException unreadable(Path path, IOException failure) {
        return new InvalidDataException(path + ": cannot be read: " + reason(failure), failure);
    }

    /** Why the system refused, in words. */
    static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException ignored -> "its folder does not exist";
            case AccessDeniedException ignored -> "permission denied";
            case FileSystemException system when system.getReason() != null -> system.getReason();
            case EOFException ignored -> "it ends early";
            default -> String.valueOf(failure.getMessage());
        };
    }

    String name() {
        return name;
    }

    long remaining() {
        return remaining;
    }

    /** The error for a malformed file; {@code what} says what was expected and what came. */
    InvalidDataException malformed(String what) {
        return new InvalidDataException(name + ": " + what);
    }

    /** Refuses a claimed length that is more than what is left. */
    void requireRemaining(long count, String what) {
        if (count > remaining) {
            throw malformed("%s needs %d bytes, but the file has %d more; it is truncated or damaged".formatted(what,
                    count, remaining));
        }
    }

    /** The next {@code count} bytes, for parts of a header; checked before they are allocated. */
    ByteBuffer read(int count, String what) throws IOException {
        requireRemaining(count, what);
        byte[] bytes = new byte[count];
        readInto(bytes, count);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Fills the first {@code count} places of the array. */
    void readInto(byte[] bytes, int count) throws IOException {
        int got = stream.readNBytes(bytes, 0, count);
        if (got < count) {
            throw malformed("ended early, %d bytes before its end".formatted(remaining - got));
        }
        remaining -= count;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
