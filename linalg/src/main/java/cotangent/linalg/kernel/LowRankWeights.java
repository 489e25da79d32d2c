package cotangent.linalg.kernel;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.block.Columns;

/** Weights W = c·I + L·Rᵀ of the tiles of a kernel's symmetric matrix; off the diagonal Wᵀ's tile is added. */
final class LowRankWeights implements Tiles.Weights {
    private final int rank;
    private final double diagonal;
    private final double[] left;
    private final double[] right;

    /**
     * Weights of a symmetric matrix.
     *
     * @param diagonal c
     * @param left     L, [n, r]
     * @param right    R, [n, r]
     */
    LowRankWeights(double diagonal, Tensor left, Tensor right) {
        this.rank = left.shape().extent(1);
        this.diagonal = diagonal;
        this.left = Columns.widened(left);
        this.right = Columns.widened(right);
    }

    @Override
    public Tensor tile(int row, int column, int h, int w) {
        double[] tile = new double[h * w];
        Gemm.dgemm(h, w, rank, 1, left, row * rank, rank, 1, right, column * rank, 1, rank, 0, tile, 0, w);
        if (row != column) {
            Gemm.dgemm(h, w, rank, 1, right, row * rank, rank, 1, left, column * rank, 1, rank, 1, tile, 0, w);
        }
        for (int i = 0; i < h && row == column; i++) {
            tile[i * w + i] += diagonal;
        }
        return Tensor.wrap(Shape.of(h, w), tile);
    }
}
