package cotangent.linalg.block;

import cotangent.dsl.Tensor;
import cotangent.dsl.backend.MemoryBudget;
import cotangent.linalg.operator.LinearOperator;

/** Products with wide blocks, cut to what memory allows. */
public final class BlockProducts {
    private static final int WIDEST = 128;
    /** Numbers in a block and its product: at most 64 MiB of float64, so that a model's intermediate values fit beside them. */
    private static final long ELEMENTS = MemoryBudget.atMost(1L << 26) / Double.BYTES;

    private BlockProducts() {}

    /** How many vectors to send through an operator at once. */
    public static int widthFor(LinearOperator operator) {
        long length = Math.max(1, (long) operator.rows() + operator.columns());
        return Math.clamp(ELEMENTS / length, 1, WIDEST);
    }

    /**
     * A·V for a block of any width.
     *
     * @param after run after each part
     */
    public static Tensor matmat(LinearOperator operator, Tensor block, Runnable after) {
        int k = block.shape().extent(1);
        int width = widthFor(operator);
        if (k <= width) {
            Tensor product = operator.matmat(block);
            after.run();
            return product;
        }
        Tensor product = null;
        for (int from = 0; from < k; from += width) {
            Tensor part = operator.matmat(Columns.range(block, from, Math.min(k, from + width)));
            product = product == null ? part : Columns.join(product, part);
            after.run();
        }
        if (product == null) {
            throw new AssertionError(k);
        }
        return product;
    }
}
