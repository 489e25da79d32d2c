package cotangent.linalg.ntk;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.io.WriteFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;

/**
 * A text file that grows by a line for each point. It is open only while a line is written, each line is written at once,
 * and a last line that a crash cut short is dropped before the next is added: at any time the file holds whole lines and at
 * most one unfinished one.
 */
final class PointFile {
    private final Path path;
    private final PointFormat format;

    PointFile(Path path, PointFormat format) {
        this.path = path;
        this.format = format;
    }

    /**
     * Makes the file ready: a header in a new one.
     *
     * @throws InvalidDataException if the file begins otherwise
     * @throws WriteFailedException if it cannot be written
     */
    void prepare(Collection<TrackedStatistic> statistics) {
        String header = format.header(statistics);
        withChannel(channel -> {
            truncateToLines(channel);
            if (channel.size() == 0) {
                append(channel, header);
            } else if (!header.equals(start(channel, header.length()))) {
                throw new InvalidDataException(
                        "%s: expected a file of the columns %s, got one that begins otherwise; choose "
                                .formatted(path, header.strip()) + "another name or track the same statistics");
            }
        });
    }

    /**
     * Adds a line.
     *
     * @throws WriteFailedException if the file cannot be written
     */
    void add(NtkPoint point) {
        withChannel(channel -> {
            truncateToLines(channel);
            append(channel, format.line(point));
        });
    }

    private interface Work {
        void on(FileChannel channel) throws IOException;
    }

    private void withChannel(Work work) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            work.on(channel);
        } catch (IOException failure) {
            throw new WriteFailedException(path + ": cannot be written: " + failure, failure);
        }
    }

    private static void append(FileChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        for (long at = channel.size(); bytes.hasRemaining();) {
            at += channel.write(bytes, at);
        }
    }

    private static String start(FileChannel channel, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, channel.size()));
        channel.read(bytes, 0);
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    private static void truncateToLines(FileChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        long end = channel.size();
        while (end > 0) {
            channel.read(one.clear(), end - 1);
            if (one.get(0) == '\n') {
                break;
            }
            end--;
        }
        if (end < channel.size()) {
            channel.truncate(end);
        }
    }
}
