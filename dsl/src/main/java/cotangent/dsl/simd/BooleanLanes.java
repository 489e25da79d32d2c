package cotangent.dsl.simd;

/** The last few truth values of a row as the bits of a mask, for generated code. */
final class BooleanLanes {
    private BooleanLanes() {}

    /** {@code count} truth values from {@code offset} on as bits, the first one lowest. */
    static long bits(boolean[] array, int offset, int count) {
        long bits = 0;
        for (int i = 0; i < count; i++) {
            bits |= array[offset + i] ? 1L << i : 0;
        }
        return bits;
    }

    /** Writes {@code count} bits as truth values. */
    static void store(long bits, boolean[] array, int offset, int count) {
        for (int i = 0; i < count; i++) {
            array[offset + i] = (bits >>> i & 1) != 0;
        }
    }
}
