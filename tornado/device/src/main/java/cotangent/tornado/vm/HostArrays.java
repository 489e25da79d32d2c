package cotangent.tornado.vm;

import cotangent.dsl.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** TornadoVM's arrays on the host, and copies between them and Java's. */
final class HostArrays {
    private HostArrays() {}

    static TornadoNativeArray allocate(DType dtype, int size) {
        int elements = Math.max(1, size);
        return switch (dtype) {
            case F32 -> new FloatArray(elements);
            case F64 -> new DoubleArray(elements);
            case I32 -> new IntArray(elements);
            case BOOL -> new ByteArray(elements);
        };
    }

    static IntArray integers(int... values) {
        IntArray array = new IntArray(Math.max(1, values.length));
        write(array, 0, values);
        return array;
    }

    /** Copies a Java array to a position. */
    static void write(TornadoNativeArray to, int at, Object array) {
        MemorySegment segment = to.getSegment();
        switch (array) {
            case float[] x -> MemorySegment.copy(x, 0, segment, ValueLayout.JAVA_FLOAT, 4L * at, x.length);
            case double[] x -> MemorySegment.copy(x, 0, segment, ValueLayout.JAVA_DOUBLE, 8L * at, x.length);
            case int[] x -> MemorySegment.copy(x, 0, segment, ValueLayout.JAVA_INT, 4L * at, x.length);
            case boolean[] x -> {
                for (int i = 0; i < x.length; i++) {
                    segment.set(ValueLayout.JAVA_BYTE, at + i, (byte) (x[i] ? 1 : 0));
                }
            }
            default -> throw new AssertionError(array.getClass());
        }
    }

    /** Fills a Java array from a position on. */
    static void read(TornadoNativeArray from, int at, Object array) {
        MemorySegment segment = from.getSegment();
        switch (array) {
            case float[] x -> MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, 4L * at, x, 0, x.length);
            case double[] x -> MemorySegment.copy(segment, ValueLayout.JAVA_DOUBLE, 8L * at, x, 0, x.length);
            case int[] x -> MemorySegment.copy(segment, ValueLayout.JAVA_INT, 4L * at, x, 0, x.length);
            case boolean[] x -> {
                for (int i = 0; i < x.length; i++) {
                    x[i] = segment.get(ValueLayout.JAVA_BYTE, at + i) != 0;
                }
            }
            default -> throw new AssertionError(array.getClass());
        }
    }
}
