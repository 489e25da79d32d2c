package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.ir.Cost;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.operator.OperatorWork;
import cotangent.linalg.tangent.Numbers.Matrix;

/** Rows of an operator by its transposed products with unit vectors: one reverse pass each. */
record OperatorRows(LinearOperator jacobian) implements JacobianRows {
    private static final int WIDEST = 64;
    private static final long NUMBERS = 1L << 22;

    private int width() {
        return Math.clamp(NUMBERS / Math.max(1, jacobian.columns()), 1, WIDEST);
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
    public Cost cost() {
        return cost(jacobian, width());
    }

    /** What a reverse pass for every row takes, in blocks. */
    static Cost cost(LinearOperator jacobian, int width) {
        double blocks = Math.ceil(jacobian.rows() / (double) width);
        return OperatorWork.of(jacobian.adjoint(), width)
                .map(work -> work.once().plus(work.each().times(blocks)))
                .orElse(Cost.product(blocks, jacobian.rows(), width, jacobian.columns()));
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
