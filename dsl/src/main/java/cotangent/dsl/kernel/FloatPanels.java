package cotangent.dsl.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies a block of B into aligned panels two vectors wide, each [k][2 vectors], zeros beyond the edge. */
final class FloatPanels {
    private static final VectorSpecies<Float> S = Species.F32;
    private static final int LANES = Simd.F32_LANES;
    private static final int WIDTH = 2 * LANES;
    private static final long BYTES = Simd.BITS / Byte.SIZE;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final ValueLayout.OfFloat ELEMENT = Species.F32_ELEMENT;

    private FloatPanels() {}

    /**
     * Panels of {@code n} columns of B, one after the other from byte {@code toOff} on.
     *
     * <p>Contiguous rows are read along all panels at a time: down one panel, each load would be on another page.
     */
    static void columns(int k, int n, float[] b, int bOff, int bRow, int bCol, MemorySegment to, long toOff) {
        int whole = bCol == 1 ? n - n % WIDTH : 0;
        for (int p = 0; p < k && whole > 0; p++) {
            int from = bOff + p * bRow;
            long at = toOff + p * (2 * BYTES);
            for (int j = 0; j < whole; j += WIDTH, at += k * (2 * BYTES)) {
                FloatVector.fromArray(S, b, from + j).intoMemorySegment(to, at, ORDER);
                FloatVector.fromArray(S, b, from + j + LANES).intoMemorySegment(to, at + BYTES, ORDER);
            }
        }
        for (int j = whole; j < n; j += WIDTH) {
            strided(k, Math.min(WIDTH, n - j), b, bOff + j * bCol, bRow, bCol, to, toOff + (long) j * k * Float.BYTES);
        }
    }

    private static void strided(
            int k, int n, float[] b, int bOff, int bRow, int bCol, MemorySegment to, long toOff) {
        for (int j = 0; j < WIDTH; j++) {
            int from = bOff + j * bCol;
            long at = toOff + (long) j * Float.BYTES;
            for (int p = 0; p < k; p++, at += 2 * BYTES, from += bRow) {
                to.set(ELEMENT, at, j < n ? b[from] : 0);
            }
        }
    }
}
