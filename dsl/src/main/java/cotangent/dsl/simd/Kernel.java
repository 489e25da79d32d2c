package cotangent.dsl.simd;

/** A compiled loop nest of two loops; generated classes implement it. */
interface Kernel {
    /**
     * Runs over {@code rows} rows of {@code n} elements. Operand {@code k} lies in {@code arrays[slots[k]]}; its first
     * row begins at {@code shifts[slots[k]] + offsets[k]}, the next {@code rowStrides[k]} further on.
     */
    void run(Object[] arrays, int[] shifts, int[] slots, int[] offsets, int[] rowStrides, int rows, int n);
}
