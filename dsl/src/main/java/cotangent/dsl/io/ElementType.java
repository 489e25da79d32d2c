package cotangent.dsl.io;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a file stores the elements of an array, and which dtype they are read as: never one that loses information. */
enum ElementType {
    F64(8, DType.F64), F32(4, DType.F32), F16(2, DType.F32), BF16(2, DType.F32), I64(8, DType.I32), I32(4,
            DType.I32), I16(2, DType.I32), I8(1, DType.I32), U64(8, DType.I32), U32(4, DType.I32), U16(2,
                    DType.I32), U8(1, DType.I32), BOOL(1, DType.BOOL);

    private static final int CHUNK = 1 << 16;

    private final int bytes;
    private final DType dtype;

    ElementType(int bytes, DType dtype) {
        this.bytes = bytes;
        this.dtype = dtype;
    }

    /** How a tensor of the dtype is written. */
    static ElementType of(DType dtype) {
        return switch (dtype) {
            case F64 -> F64;
            case F32 -> F32;
            case I32 -> I32;
            case BOOL -> BOOL;
        };
    }

    /** Bytes of one element in the file. */
    int bytes() {
        return bytes;
    }

    /** Reads the elements of a tensor, in the order in which they lie in the file. */
    Tensor read(ByteSource source, Shape shape, ByteOrder order) throws IOException {
        source.requireRemaining((long) shape.size() * bytes, "array of shape " + shape);
        // The tensor's array may be written to here, since no one else has seen it yet.
        Tensor tensor = Tensor.zeros(dtype, shape.toArray());
        Object array = Storage.array(tensor);
        byte[] chunk = new byte[(int) Math.min(CHUNK, (long) shape.size() * bytes)];
        for (int done = 0; done < shape.size();) {
            int count = Math.min(CHUNK / bytes, shape.size() - done);
            source.readInto(chunk, count * bytes);
            decode(source, ByteBuffer.wrap(chunk).order(order), array, done, count);
            done += count;
        }
        return tensor;
    }

    private void decode(ByteSource source, ByteBuffer from, Object array, int at, int count) {
        switch (array) {
            case double[] to -> from.asDoubleBuffer().get(to, at, count);
            case float[] to -> decode(from, to, at, count);
            case int[] to -> {
                if (this == I32) {
                    from.asIntBuffer().get(to, at, count);
                } else {
                    for (int i = 0; i < count; i++) {
                        to[at + i] = integer(source, from, at + i);
                    }
                }
            }
            case boolean[] to -> {
                for (int i = 0; i < count; i++) {
                    to[at + i] = truth(source, from.get(), at + i);
                }
            }
            default -> throw new AssertionError(this);
        }
    }

    private void decode(ByteBuffer from, float[] to, int at, int count) {
        if (this == F32) {
            from.asFloatBuffer().get(to, at, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            short half = from.getShort();
            to[at + i] = this == F16 ? Float.float16ToFloat(half) : Float.intBitsToFloat(half << 16);
        }
    }

    private int integer(ByteSource source, ByteBuffer from, int position) {
        return switch (this) {
            case I8 -> from.get();
            case U8 -> Byte.toUnsignedInt(from.get());
            case I16 -> from.getShort();
            case U16 -> Short.toUnsignedInt(from.getShort());
            case U32 -> fitting(source, Integer.toUnsignedLong(from.getInt()), position);
            case I64, U64 -> fitting(source, from.getLong(), position);
            default -> throw new AssertionError(this);
        };
    }

    private int fitting(ByteSource source, long value, int position) {
        if (value != (int) value) {
            throw source.malformed("expected integers of 32 bits, element %d is %s; save the array as float64 or int32"
                    .formatted(position, this == U64 ? Long.toUnsignedString(value) : Long.toString(value)));
        }
        return (int) value;
    }

    private static boolean truth(ByteSource source, byte value, int position) {
        if (value != 0 && value != 1) {
            throw source.malformed("expected truth values 0 or 1, element %d is %d".formatted(position, value));
        }
        return value == 1;
    }

    /** Writes a tensor's elements, row-major, little endian. */
    static void write(Tensor tensor, OutputStream stream) throws IOException {
        int bytes = tensor.dtype().bytes();
        int size = tensor.shape().size();
        byte[] chunk = new byte[(int) Math.min(CHUNK, (long) size * bytes)];
        for (int done = 0; done < size;) {
            int count = Math.min(CHUNK / bytes, size - done);
            encode(Storage.array(tensor), done, count, ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN));
            stream.write(chunk, 0, count * bytes);
            done += count;
        }
    }

    private static void encode(Object array, int at, int count, ByteBuffer to) {
        switch (array) {
            case double[] from -> to.asDoubleBuffer().put(from, at, count);
            case float[] from -> to.asFloatBuffer().put(from, at, count);
            case int[] from -> to.asIntBuffer().put(from, at, count);
            case boolean[] from -> {
                for (int i = 0; i < count; i++) {
                    to.put((byte) (from[at + i] ? 1 : 0));
                }
            }
            default -> throw new AssertionError();
        }
    }
}
