package cotangent.linalg.tangent;

import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;

/**
 * The squared norms of the Jacobian's rows, one reverse pass each: right for every function, also where one sample's
 * outputs depend on another sample.
 */
public final class JacobianRowNorms implements DiagonalRoute {
    /** Numbers of the Jacobian that are held at a time. */
    private static final long NUMBERS = 1L << 22;

    private static final int WIDEST = 64;

    private final LinearOperator jacobian;
    private final int[] sizes;

    private JacobianRowNorms(LinearOperator jacobian, int[] sizes) {
        this.jacobian = jacobian;
        this.sizes = sizes.clone();
    }

    /**
     * The norms of an operator's rows.
     *
     * @param jacobian [outputs, elements of all parameters]
     * @param sizes    elements of each parameter
     */
    public static JacobianRowNorms of(LinearOperator jacobian, int... sizes) {
        return new JacobianRowNorms(jacobian, sizes);
    }

    private int width() {
        return Math.clamp(NUMBERS / Math.max(1, jacobian.columns()), 1, Math.clamp(jacobian.rows(), 1, WIDEST));
    }

    @Override
    public KernelCost cost() {
        return new KernelCost(OperatorRows.cost(jacobian, width()),
                (double) jacobian.dtype().bytes() * width() * (jacobian
                        .rows() + jacobian.columns()));
    }

    @Override
    public int passes() {
        return jacobian.rows();
    }

    @Override
    public String route() {
        return "exact: norms of the Jacobian's rows by %d vjps".formatted(jacobian.rows());
    }

    @Override
    public double[][] squares(ProgressListener listener) {
        int n = jacobian.rows();
        double[][] squares = new double[sizes.length][n];
        int width = width();
        for (int from = 0; from < n; from += width) {
            int to = Math.min(n, from + width);
            Tensor block = jacobian.rmatmat(Columns.identity(jacobian.dtype(), n, from, to));
            add(Numbers.of(block), from, to - from, squares);
            listener.progressed(to, n);
            if (to < n) {
                CancelledException.throwIfInterrupted("kernel diagonal", to, n);
            }
        }
        return squares;
    }

    private void add(Numbers block, int from, int width, double[][] squares) {
        int row = 0;
        for (int leaf = 0; leaf < sizes.length; leaf++) {
            double[] sums = new double[width];
            for (int end = row + sizes[leaf]; row < end; row++) {
                block.addSquares(row * width, sums);
            }
            System.arraycopy(sums, 0, squares[leaf], from, width);
        }
    }

    @Override
    public String toString() {
        return route() + " of " + Arrays.stream(sizes).sum();
    }
}
