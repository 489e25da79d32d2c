package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Storage;

/** A block [n, k] of either dtype to which products of tiles with rows of another block are added. */
final class Accumulator {
    private final int n;
    private final int k;
    private final double[] wide;
    private final float[] narrow;
    private final DType dtype;

    Accumulator(DType dtype, int n, int k) {
        this.n = n;
        this.k = k;
        this.dtype = dtype;
        int size = Shape.of(n, k).size();
        this.wide = new double[dtype == DType.F64 ? size : 0];
        this.narrow = new float[dtype == DType.F32 ? size : 0];
    }

    /**
     * Adds tile·V or tileᵀ·V to the rows from {@code to} on, V the rows of a block from {@code from} on.
     *
     * @param tile [h, w] in the accumulator's dtype
     */
    void add(Tensor tile, boolean transposed, Tensor block, int from, int to) {
        int h = tile.shape().extent(0);
        int w = tile.shape().extent(1);
        int m = transposed ? w : h;
        int p = transposed ? h : w;
        int row = transposed ? 1 : w;
        int column = transposed ? w : 1;
        if (dtype == DType.F64) {
            Gemm.dgemm(m, k, p, 1, Storage.doubles(tile), 0, row, column, Storage.doubles(block), from * k, k, 1, 1,
                    wide, to * k, k);
        } else {
            Gemm.sgemm(m, k, p, 1, Storage.floats(tile), 0, row, column, Storage.floats(block), from * k, k, 1, 1,
                    narrow, to * k, k);
        }
    }

    /** Adds another accumulator of the same type. */
    void add(Accumulator other) {
        Dots.daxpy(wide.length, 1, other.wide, 0, wide, 0);
        Dots.saxpy(narrow.length, 1, other.narrow, 0, narrow, 0);
    }

    Tensor result() {
        return Inputs.wrap(Shape.of(n, k), dtype == DType.F64 ? wide : narrow);
    }
}
