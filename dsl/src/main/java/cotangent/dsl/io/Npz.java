package cotangent.dsl.io;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Reads and writes .npz files, NumPy's format for named arrays: a zip archive of .npy files.
 *
 * <p>Stored and deflated entries are read, and archives beyond 4 GB. Names with dots become nested groups, and back.
 * An entry is read twice: once to see that its length and checksum are what the archive claims, then for its elements,
 * so that nothing is allocated on the word of a header alone.
 */
public final class Npz {
    private static final String SUFFIX = ".npy";
    private static final int BUFFER = 1 << 16;
    /** What an archive may unpack to: this much in any case, and {@link #MOST_EXPANSION} times its own size. */
    private static final long FREE_EXPANSION = 64L << 20;
    private static final long MOST_EXPANSION = 100;
    /** As NumPy does: the same arrays give the same bytes on any day. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private Npz() {}

    /**
     * The arrays in a file, in its order; dotted names become groups.
     *
     * @throws InvalidDataException if there is no such file or it is malformed, has names with a path in them or twice,
     *         or unpacks to more than 64 MiB and a hundred times its size
     */
    public static Params read(Path path) {
        ByteSource.requireFile(path);
        try (ZipFile zip = new ZipFile(path.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(zip.entries());
            requireCredible(path, entries);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (ZipEntry entry : entries) {
                String name = name(path, entry);
                if (tensors.containsKey(name)) {
                    throw malformed(path, "expected each name once, got " + Quote.of(name) + " twice");
                }
                tensors.put(name, tensor(path, zip, entry));
            }
            return Names.nest(tensors, path.toString());
        } catch (IOException failure) {
            throw new InvalidDataException(path + ": expected an .npz archive: " + ByteSource.reason(failure), failure);
        }
    }

    private static InvalidDataException malformed(Path path, String what) {
        return new InvalidDataException(path + ": " + what);
    }

    /** Refuses zip bombs: entries that lie over each other, and more bytes than the file can honestly stand for. */
    private static void requireCredible(Path path, List<? extends ZipEntry> entries) throws IOException {
        long size = Files.size(path);
        long packed = 0;
        long unpacked = 0;
        long limit = Math.max(FREE_EXPANSION, size * MOST_EXPANSION);
        for (ZipEntry entry : entries) {
            packed += entry.getCompressedSize();
            unpacked += entry.getSize();
            if (entry.getCompressedSize() < 0 || packed > size) {
                throw malformed(path, "expected entries one after the other, they claim more bytes than the file has");
            }
            if (entry.getSize() < 0 || entry.getSize() > limit || unpacked > limit) {
                throw malformed(path, ("expected to unpack to at most %d bytes, the archive claims more; if that is "
                        + "right, save it uncompressed").formatted(limit));
            }
        }
    }

    private static String name(Path path, ZipEntry entry) {
        String name = entry.getName();
        if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw malformed(path, "expected plain names, got one with a path in it: " + Quote.of(name));
        }
        if (!name.endsWith(SUFFIX)) {
            throw malformed(path, "expected .npy entries only, got " + Quote.of(name));
        }
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private static Tensor tensor(Path path, ZipFile zip, ZipEntry entry) throws IOException {
        verify(path, zip, entry);
        String label = path + ", entry " + Quote.of(entry.getName());
        try (ByteSource source = new ByteSource(label, open(path, zip, entry), entry.getSize())) {
            return Npy.read(source);
        }
    }

    private static InputStream open(Path path, ZipFile zip, ZipEntry entry) throws IOException {
        InputStream stream = zip.getInputStream(entry);
        if (stream == null) {
            throw malformed(path, "no entry can be found under its own name " + Quote.of(entry.getName()));
        }
        return stream;
    }

    private static void verify(Path path, ZipFile zip, ZipEntry entry) throws IOException {
        CRC32 checksum = new CRC32();
        long length = 0;
        byte[] buffer = new byte[BUFFER];
        try (InputStream stream = open(path, zip, entry)) {
            for (int count; length <= entry.getSize() && (count = stream.read(buffer)) > 0; length += count) {
                checksum.update(buffer, 0, count);
            }
        }
        if (length != entry.getSize() || checksum.getValue() != entry.getCrc()) {
            throw malformed(path, "entry %s is damaged: its length or checksum is not what the archive says".formatted(
                    Quote.of(entry.getName())));
        }
    }

    /**
     * Writes parameters, uncompressed, groups as dotted names; the file is there whole or not at all. A group without
     * entries leaves no trace.
     *
     * @throws InvalidDataException if a name cannot be that of an array in the file
     * @throws WriteFailedException if the file cannot be written
     */
    public static void write(Path path, Params params) {
        Map<String, Tensor> tensors = Names.flatten(params, path.toString());
        for (String name : tensors.keySet()) {
            if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
                throw malformed(path, "expected names without slashes, got " + Quote.of(name));
            }
        }
        AtomicFile.write(path, stream -> {
            ZipOutputStream zip = new ZipOutputStream(stream);
            for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
                zip.putNextEntry(stored(tensor.getKey() + SUFFIX, tensor.getValue()));
                Npy.write(zip, tensor.getValue());
                zip.closeEntry();
            }
            zip.finish();
        });
    }

    /** A stored entry states its checksum before its bytes. */
    private static ZipEntry stored(String name, Tensor tensor) throws IOException {
        CheckedOutputStream counted = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
        Npy.write(counted, tensor);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setTimeLocal(NO_TIME);
        entry.setCrc(counted.getChecksum().getValue());
        long header = NpyHeader.bytes(ElementType.of(tensor.dtype()), tensor.shape()).length;
        entry.setSize(header + (long) tensor.shape().size() * tensor.dtype().bytes());
        return entry;
    }
}
