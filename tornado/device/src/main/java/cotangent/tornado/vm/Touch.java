package cotangent.tornado.vm;

import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Tasks that change nothing, for graphs that only move arrays. */
final class Touch {
    private Touch() {}

    static void floats(FloatArray array) {
        array.set(0, array.get(0));
    }

    static void doubles(DoubleArray array) {
        array.set(0, array.get(0));
    }

    static void ints(IntArray array) {
        array.set(0, array.get(0));
    }

    static void bytes(ByteArray array) {
        array.set(0, array.get(0));
    }
}
