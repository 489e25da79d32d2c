package cotangent.dsl.kernel;

/**
 * The operands of one product C := alpha A B + beta C, as one mutable object per thread.
 *
 * <p>Passing sixteen arguments through every layer reads badly and a fresh object per call would be garbage, so each
 * thread fills its own and clears it afterwards. Kernels at the bottom take plain arguments.
 */
final class DoubleProduct {
    private static final ThreadLocal<DoubleProduct> CURRENT = ThreadLocal.withInitial(DoubleProduct::new);
    private static final double[] NOTHING = {};

    int m;
    int n;
    int k;
    double alpha;
    double[] a = NOTHING;
    int aOff;
    int aRow;
    int aCol;
    double[] b = NOTHING;
    int bOff;
    int bRow;
    int bCol;
    /** False when C is overwritten and must not be read. */
    boolean accumulate;
    double[] c = NOTHING;
    int cOff;
    int cRow;
    /** What is done to C; whoever takes it has to apply it to every part of C. */
    Epilogue epilogue = Epilogue.NONE;

    static DoubleProduct current() {
        return CURRENT.get();
    }

    /** The epilogue, for a route that applies it to the parts of C as they become final. */
    Epilogue takeEpilogue() {
        Epilogue taken = epilogue;
        epilogue = Epilogue.NONE;
        return taken;
    }

    void release() {
        a = NOTHING;
        b = NOTHING;
        c = NOTHING;
    }

    /** Products in tiles below which the caller works alone. */
    boolean isSmallForTiles() {
        return (long) m * n * k < Gemm.PARALLEL_TILES;
    }

    /** Other products below which the caller works alone. */
    boolean isSmall() {
        return (long) m * n * k < Gemm.PARALLEL_WORK;
    }
}
