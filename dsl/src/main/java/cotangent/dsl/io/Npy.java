package cotangent.dsl.io;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Reads and writes .npy files, NumPy's format for one array (NumPy Enhancement Proposal 1).
 *
 * <p>Versions 1 to 3, both byte orders and both memory orders are read. f4 becomes F32, f8 F64, b1 BOOL; integers of any
 * width become I32 and are refused if one does not fit. NaN and infinity are data like any other here.
 */
public final class Npy {
    private Npy() {}

    /**
     * The array in a file.
     *
     * @throws InvalidDataException if there is no such file, or it is malformed or of another element type
     */
    public static Tensor read(Path path) {
        try (ByteSource source = ByteSource.open(path)) {
            return read(source);
        } catch (IOException failure) {
            throw ByteSource.unreadable(path, failure);
        }
    }

    /** The array that the source holds, and nothing else. */
    static Tensor read(ByteSource source) throws IOException {
        NpyHeader header = NpyHeader.read(source);
        Shape shape = header.shape();
        long bytes = (long) shape.size() * header.type().bytes();
        if (bytes != source.remaining()) {
            throw source.malformed("expected %d bytes after the header for shape %s, got %d".formatted(bytes, shape,
                    source.remaining()));
        }
        if (!header.columnMajor() || shape.rank() < 2) {
            return header.type().read(source, shape, header.order());
        }
        return rowMajor(header.type().read(source, reversed(shape), header.order()), shape);
    }

    private static Shape reversed(Shape shape) {
        int[] extents = new int[shape.rank()];
        for (int axis = 0; axis < extents.length; axis++) {
            extents[axis] = shape.extent(extents.length - 1 - axis);
        }
        return Shape.of(extents);
    }

    /** A column-major array, read as if it were row-major with its axes reversed, in the order of its axes. */
    private static Tensor rowMajor(Tensor columnMajor, Shape shape) {
        int[] offsets = columnMajorOffsets(shape);
        return switch (Storage.array(columnMajor)) {
            case double[] from -> {
                double[] to = new double[from.length];
                for (int i = 0; i < to.length; i++) {
                    to[i] = from[offsets[i]];
                }
                yield Tensor.wrap(shape, to);
            }
            case float[] from -> {
                float[] to = new float[from.length];
                for (int i = 0; i < to.length; i++) {
                    to[i] = from[offsets[i]];
                }
                yield Tensor.wrap(shape, to);
            }
            case int[] from -> {
                int[] to = new int[from.length];
                for (int i = 0; i < to.length; i++) {
                    to[i] = from[offsets[i]];
                }
                yield Tensor.wrap(shape, to);
            }
            case boolean[] from -> {
                boolean[] to = new boolean[from.length];
                for (int i = 0; i < to.length; i++) {
                    to[i] = from[offsets[i]];
                }
                yield Tensor.wrap(shape, to);
            }
            default -> throw new AssertionError(columnMajor.type());
        };
    }

    /** For each element in row-major order, where it lies in column-major order. */
    private static int[] columnMajorOffsets(Shape shape) {
        int rank = shape.rank();
        int[] strides = new int[rank];
        int stride = 1;
        for (int axis = 0; axis < rank; axis++) {
            strides[axis] = stride;
            stride *= shape.extent(axis);
        }
        int[] offsets = new int[shape.size()];
        int[] position = new int[rank];
        int offset = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = offset;
            for (int axis = rank - 1; axis >= 0; axis--) {
                offset += strides[axis];
                if (++position[axis] < shape.extent(axis)) {
                    break;
                }
                offset -= strides[axis] * shape.extent(axis);
                position[axis] = 0;
            }
        }
        return offsets;
    }

    /**
     * Writes a tensor, version 1.0, row-major, little endian; the file is there whole or not at all.
     *
     * @throws WriteFailedException if the file cannot be written
     */
    public static void write(Path path, Tensor tensor) {
        AtomicFile.write(path, stream -> write(stream, tensor));
    }

    static void write(OutputStream stream, Tensor tensor) throws IOException {
        stream.write(NpyHeader.bytes(ElementType.of(tensor.dtype()), tensor.shape()));
        ElementType.write(tensor, stream);
    }
}
