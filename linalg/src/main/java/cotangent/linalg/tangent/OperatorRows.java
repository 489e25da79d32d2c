package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.tangent.Numbers.Matrix;

/** Rows of an operator by its transposed products with unit vectors: one reverse pass each. */
record OperatorRows(LinearOperator jacobian) implements JacobianRows {
    private static final int WIDEST = 64;
    private static final long NUMBERS = 1L << 22;

    private int width() {
        return (int) Math.clamp(NUMBERS / Math.max(1, jacobian.columns()), 1, WIDEST);
    }

    @Override
    public DType dtype() {
        return jacobian.dtype();
    }

    @Override
    public int rows() {
        return jacobian.rows();
    }

    @Override
    public int columns() {
        return jacobian.columns();
    }

    @Override
    public int blocks() {
        return Math.ceilDiv(rows(), width());
    }

    @Override
    public Block block(int number) {
        int from = number * width();
        int to = Math.min(rows(), from + width());
        Numbers block = Numbers.of(jacobian.rmatmat(Columns.identity(dtype(), rows(), from, to)));
        return new Block(to - from, new Matrix(block, 0, 1, to - from));
    }

    @Override
    public double flops() {
        return 2.0 * rows() * columns();
    }

    @Override
    public double bytes() {
        return (double) dtype().bytes() * width() * (rows() + columns());
    }

    @Override
    public int passes() {
        return rows();
    }
}
