package cotangent.linalg.kernel;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.block.Columns;

/** Weights W = L·Rᵀ of the tiles of a kernel's matrix; of a symmetric one Wᵀ's tile is added off the diagonal. */
final class LowRankWeights implements Tiles.Weights {
    private final int rank;
    private final double[] left;
    private final double[] right;
    private final boolean symmetric;

    LowRankWeights(Tensor left, Tensor right, boolean symmetric) {
        this.rank = left.shape().extent(1);
        this.left = Columns.widened(left);
        this.right = Columns.widened(right);
        this.symmetric = symmetric;
    }

    @Override
    public Tensor tile(int row, int column, int h, int w) {
        double[] tile = new double[h * w];
        Gemm.dgemm(h, w, rank, 1, left, row * rank, rank, 1, right, column * rank, 1, rank, 0, tile, 0, w);
        if (symmetric && row != column) {
            Gemm.dgemm(h, w, rank, 1, right, row * rank, rank, 1, left, column * rank, 1, rank, 1, tile, 0, w);
        }
        return Tensor.wrap(Shape.of(h, w), tile);
    }
}
