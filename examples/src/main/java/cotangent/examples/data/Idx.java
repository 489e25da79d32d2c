package cotangent.examples.data;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * An array of integers as an IDX file holds it, the format of the MNIST files: two bytes of zero, the element type, the
 * number of axes, the extents, then the elements, row-major, all big endian. A file may be packed with gzip.
 *
 * <p>What is allocated is bounded by the file: gzip packs no more than {@value #MOST_EXPANSION} bytes into one.
 */
public final class Idx {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final int SIGNED_BYTE = 0x09;
    private static final int SHORT = 0x0B;
    private static final int INT = 0x0C;
    /** The limit of the deflate format: 258 bytes in two bits, rounded up. */
    private static final long MOST_EXPANSION = 1_032;
    private static final int MOST_AXES = 8;

    private final Shape shape;
    private final int type;
    private final ByteBuffer elements;

    private Idx(Shape shape, int type, ByteBuffer elements) {
        this.shape = shape;
        this.type = type;
        this.elements = elements;
    }

    /**
     * The array in a file, plain or packed with gzip.
     *
     * @throws InvalidDataException if there is no such file, or it is malformed or holds anything but integers
     */
    public static Idx read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new InvalidDataException(path + ": " + (Files.exists(path) ? "expected a file, found something else"
                    : "there is no such file"));
        }
        try {
            if (Files.size(path) > Integer.MAX_VALUE - 8) {
                throw new InvalidDataException(path + ": expected an IDX file of at most 2 GiB, got " + Files.size(path)
                        + " bytes");
            }
            return read(Files.readAllBytes(path), path.toString());
        } catch (IOException failure) {
            throw new InvalidDataException(path + ": cannot be read: " + failure.getMessage(), failure);
        }
    }

    /**
     * The array in the bytes of a file, plain or packed with gzip; {@code name} is what errors call it.
     *
     * @throws InvalidDataException if they are malformed or hold anything but integers
     */
    public static Idx read(byte[] file, String name) {
        boolean packed = file.length > 1 && file[0] == 0x1f && file[1] == (byte) 0x8b;
        try (InputStream stream = packed ? new GZIPInputStream(new ByteArrayInputStream(file), 1 << 16)
                : new ByteArrayInputStream(file)) {
            return read(stream, packed ? MOST_EXPANSION * file.length : file.length, name);
        } catch (IOException failure) {
            String what = failure instanceof EOFException ? "it ends early" : failure.getMessage();
            throw new InvalidDataException(name + ": expected a gzip file: " + what, failure);
        }
    }

    private static Idx read(InputStream stream, long mostBytes, String name) throws IOException {
        byte[] magic = header(stream, 4, name);
        int type = magic[2];
        int axes = magic[3];
        if (magic[0] != 0 || magic[1] != 0) {
            throw new InvalidDataException(name + ": expected an IDX file, which starts with two bytes of zero");
        }
        if (type != UNSIGNED_BYTE && type != SIGNED_BYTE && type != SHORT && type != INT) {
            throw new InvalidDataException(name + ": expected IDX elements of type 8, 9, 11 or 12 (integers), got "
                    + Byte.toUnsignedInt(magic[2]));
        }
        if (axes < 1 || axes > MOST_AXES) {
            throw new InvalidDataException(name + ": expected 1 to " + MOST_AXES + " axes, got " + Byte.toUnsignedInt(
                    magic[3]));
        }
        int[] extents = new int[axes];
        ByteBuffer.wrap(header(stream, 4 * axes, name)).asIntBuffer().get(extents);
        long size = bytes(type);
        for (int extent : extents) {
            // Since no factor exceeds what the file can hold, the product cannot overflow.
            size = extent < 0 || size > mostBytes ? Long.MAX_VALUE : size * extent;
        }
        if (size > mostBytes || size > Integer.MAX_VALUE - 8) {
            throw new InvalidDataException(name + ": the header claims more elements than the file can hold; it is "
                    + "truncated or damaged");
        }
        return new Idx(Shape.of(extents), type, ByteBuffer.wrap(elements(stream, (int) size, name)));
    }

    private static byte[] header(InputStream stream, int count, String name) throws IOException {
        byte[] bytes = stream.readNBytes(count);
        if (bytes.length < count) {
            throw new InvalidDataException(name + ": expected an IDX file, it ended within the header");
        }
        return bytes;
    }

    private static byte[] elements(InputStream stream, int size, String name) throws IOException {
        byte[] bytes = new byte[size];
        int got = stream.readNBytes(bytes, 0, size);
        // Reading to the end makes gzip compare its checksum.
        if (got < size || stream.read() >= 0) {
            throw new InvalidDataException(name + ": expected " + size + " bytes after the header, got " + (got < size
                    ? Integer.toString(got)
                    : "more"));
        }
        return bytes;
    }

    private static int bytes(int type) {
        return switch (type) {
            case SHORT -> Short.BYTES;
            case INT -> Integer.BYTES;
            default -> 1;
        };
    }

    /** The array's extents. */
    public Shape shape() {
        return shape;
    }

    /** The element at a row-major position. */
    public int get(int position) {
        return switch (type) {
            case UNSIGNED_BYTE -> Byte.toUnsignedInt(elements.get(position));
            case SIGNED_BYTE -> elements.get(position);
            case SHORT -> elements.getShort(Short.BYTES * position);
            default -> elements.getInt(Integer.BYTES * position);
        };
    }
}
