package cotangent.dsl.reference;

import cotangent.dsl.Axes;
import cotangent.dsl.Shape;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Op;

/**
 * The general product, as a stack of matrix products: both operands are brought to the axis order [batch, rows, inner]
 * and [batch, inner, columns], which is where the result's order comes from.
 */
final class DotKernel {
    private final int batches;
    private final int rows;
    private final int inner;
    private final int columns;

    private DotKernel(int batches, int rows, int inner, int columns) {
        this.batches = batches;
        this.rows = rows;
        this.inner = inner;
        this.columns = columns;
    }

    static Kernel of(Op.Dot op, TensorType left, TensorType right, TensorType out) {
        Axes leftFree = op.leftBatch().then(op.leftContract()).complement(left.rank());
        Axes rightFree = op.rightBatch().then(op.rightContract()).complement(right.rank());
        Kernel orderLeft = LayoutKernels.transpose(op.leftBatch().then(leftFree).then(op.leftContract()), left);
        Kernel orderRight = LayoutKernels.transpose(op.rightBatch().then(op.rightContract()).then(rightFree), right);
        Shape inner = left.shape().select(op.leftContract());
        DotKernel product = new DotKernel(left.shape().select(op.leftBatch()).size(), left.shape().select(leftFree)
                .size(), inner.size(), right.shape().select(rightFree).size());
        return inputs -> {
            Object a = orderLeft.apply(new Object[]{inputs[0]});
            Object b = orderRight.apply(new Object[]{inputs[1]});
            Object c = Elements.zeros(out);
            if (c instanceof double[] result) {
                product.multiply((double[]) a, (double[]) b, result);
            } else {
                product.multiply((int[]) a, (int[]) b, (int[]) c);
            }
            return c;
        };
    }

    /** The innermost loop runs along rows of b and c, which the JIT compiler turns into vector code. */
    private void multiply(double[] a, double[] b, double[] c) {
        for (int batch = 0; batch < batches; batch++) {
            for (int i = 0; i < rows; i++) {
                int row = (batch * rows + i) * columns;
                for (int k = 0; k < inner; k++) {
                    double factor = a[(batch * rows + i) * inner + k];
                    int other = (batch * inner + k) * columns;
                    for (int j = 0; j < columns; j++) {
                        c[row + j] += factor * b[other + j];
                    }
                }
            }
        }
    }

    private void multiply(int[] a, int[] b, int[] c) {
        for (int batch = 0; batch < batches; batch++) {
            for (int i = 0; i < rows; i++) {
                int row = (batch * rows + i) * columns;
                for (int k = 0; k < inner; k++) {
                    int factor = a[(batch * rows + i) * inner + k];
                    int other = (batch * inner + k) * columns;
                    for (int j = 0; j < columns; j++) {
                        c[row + j] += factor * b[other + j];
                    }
                }
            }
        }
    }
}
