package cotangent.dsl.reference;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Op;
import java.util.stream.IntStream;

/**
 * The general product, as a stack of matrix products: both operands are brought to the axis order [batch, rows, inner]
 * and [batch, inner, columns], which is where the result's order comes from.
 */
final class DotKernel {
    private final Kernel orderLeft;
    private final Kernel orderRight;
    private final int batches;
    private final int rows;
    private final int inner;
    private final int columns;

    private DotKernel(Op.Dot op, TensorType left, TensorType right) {
        Axes leftFree = op.leftBatch().then(op.leftContract()).complement(left.rank());
        Axes rightFree = op.rightBatch().then(op.rightContract()).complement(right.rank());
        this.orderLeft = LayoutKernels.transpose(op.leftBatch().then(leftFree).then(op.leftContract()), left);
        this.orderRight = LayoutKernels.transpose(op.rightBatch().then(op.rightContract()).then(rightFree), right);
        this.batches = left.shape().select(op.leftBatch()).size();
        this.rows = left.shape().select(leftFree).size();
        this.inner = left.shape().select(op.leftContract()).size();
        this.columns = right.shape().select(rightFree).size();
    }

    static Kernel of(Op.Dot op, TensorType left, TensorType right, TensorType out) {
        DotKernel product = new DotKernel(op, left, right);
        return inputs -> {
            Object a = product.orderLeft.apply(new Object[]{inputs[0]});
            Object b = product.orderRight.apply(new Object[]{inputs[1]});
            Object c = Elements.zeros(out);
            if (c instanceof double[] result) {
                product.multiply((double[]) a, (double[]) b, result);
            } else {
                product.multiply((int[]) a, (int[]) b, (int[]) c);
            }
            return c;
        };
    }

    /** One term of the product: which elements of the operands are multiplied, and where in the result it is added. */
    @FunctionalInterface
    interface Term {
        void visit(int left, int right, int result);
    }

    /** Visits every term of the product. */
    static void forEachTerm(Op.Dot op, TensorType left, TensorType right, Term term) {
        DotKernel product = new DotKernel(op, left.with(DType.I32), right.with(DType.I32));
        int[] a = (int[]) product.orderLeft.apply(new Object[]{IntStream.range(0, left.size()).toArray()});
        int[] b = (int[]) product.orderRight.apply(new Object[]{IntStream.range(0, right.size()).toArray()});
        for (int batch = 0; batch < product.batches; batch++) {
            for (int i = 0; i < product.rows; i++) {
                int row = batch * product.rows + i;
                for (int k = 0; k < product.inner; k++) {
                    for (int j = 0; j < product.columns; j++) {
                        term.visit(a[row * product.inner + k], b[(batch * product.inner + k) * product.columns + j], row
                                * product.columns + j);
                    }
                }
            }
        }
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
