package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.backend.MemoryBudget;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;

/**
 * The explicit Gram matrix B·Bᵀ of the rows of an operator B, in float64: rows by products of Bᵀ with blocks of unit
 * vectors, then one matrix product. It shares no code with the products of B·Bᵀ as an operator.
 */
final class Gram {
    /** Numbers of a Jacobian that may be held at once: at most 512 MiB of float64. */
    static final long LARGEST = MemoryBudget.atMost(1L << 29) / Double.BYTES;

    private Gram() {}

    /** Whether the operator written out is small enough to hold. */
    static boolean fits(LinearOperator operator) {
        return (long) operator.rows() * operator.columns() <= LARGEST && (long) operator.rows() * operator
                .rows() <= LARGEST;
    }

    /** B·Bᵀ, F64 [rows, rows]; one product with Bᵀ per row. */
    static Tensor of(LinearOperator operator) {
        int n = operator.rows();
        int p = operator.columns();
        double[] rows = new double[Shape.of(n, p).size()];
        int width = BlockProducts.widthFor(operator);
        for (int from = 0; from < n; from += width) {
            int to = Math.min(n, from + width);
            CancelledException.throwIfInterrupted("ntk", from, n);
            Tensor block = operator.rmatmat(Columns.identity(operator.dtype(), n, from, to));
            double[] elements = Columns.widened(Columns.transposed(block));
            System.arraycopy(elements, 0, rows, from * p, elements.length);
        }
        double[] gram = new double[Shape.of(n, n).size()];
        Gemm.dgemm(n, n, p, 1, rows, 0, p, 1, rows, 0, 1, p, 0, gram, 0, n);
        requireFinite(gram);
        return Tensor.wrap(Shape.of(n, n), gram);
    }

    private static void requireFinite(double[] gram) {
        for (double element : gram) {
            if (!Double.isFinite(element)) {
                throw new InvalidDataException("ntk: the Jacobian holds NaN or infinity; check parameters and inputs");
            }
        }
    }

    static double trace(Tensor gram) {
        int n = gram.shape().extent(0);
        double[] elements = Columns.widened(gram);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += elements[i * n + i];
        }
        return sum;
    }

    /** The Frobenius inner product of two F64 matrices of one shape. */
    static double inner(Tensor left, Tensor right) {
        double[] a = Columns.widened(left);
        double[] b = Columns.widened(right);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** A float64 matrix in another dtype. */
    static Tensor in(DType dtype, Tensor gram) {
        return Columns.narrowed(dtype, gram.shape().extent(0), gram.shape().extent(1), Columns.widened(gram));
    }
}
