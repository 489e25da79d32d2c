package cotangent.linalg.krylov;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.block.Columns;
import org.jspecify.annotations.Nullable;

/** How float64 blocks [n, k] of orthonormal columns grow. */
public final class Orthonormal {
    private Orthonormal() {}

    /**
     * An orthonormal basis of what a block adds to orthonormal columns, by two rounds of projection and QR; null where that is
     * nothing. A direction that the second round halves is rounding.
     */
    public static @Nullable Tensor extension(Tensor columns, Tensor block) {
        int n = columns.shape().extent(0);
        int s = columns.shape().extent(1);
        int p = Math.min(n - s, block.shape().extent(1));
        if (p <= 0) {
            return null;
        }
        double[] work = normalised(Columns.range(block, 0, p));
        remove(n, s, p, columns, work);
        double[] directions = ScaledQr.factor(n, p, work).q();
        remove(n, s, p, columns, directions);
        ScaledQr second = ScaledQr.factor(n, p, directions);
        int kept = 0;
        double[] q = second.q();
        double[] result = new double[n * p];
        for (int j = 0; j < p; j++) {
            if (second.r()[j * p + j] > 0.5) {
                for (int i = 0; i < n; i++) {
                    result[i * p + kept] = q[i * p + j];
                }
                kept++;
            }
        }
        return kept == 0 ? null : Columns.range(Tensor.wrap(Shape.of(n, p), result), 0, kept);
    }

    /** The part of a block's columns that is orthogonal to orthonormal ones, once over; 4·n·s·p flops. */
    public static Tensor complement(Tensor columns, Tensor block) {
        double[] work = block.toDoubles();
        remove(columns.shape().extent(0), columns.shape().extent(1), block.shape().extent(1), columns, work);
        return Tensor.wrap(block.shape(), work);
    }

    /** Takes the part along s orthonormal columns out of a block [n, p]. */
    private static void remove(int n, int s, int p, Tensor columns, double[] block) {
        if (s == 0) {
            return;
        }
        double[] q = Columns.widened(columns);
        double[] along = new double[s * p];
        Gemm.dgemm(s, p, n, 1, q, 0, 1, s, block, 0, p, 1, 0, along, 0, p);
        Gemm.dgemm(n, p, s, -1, q, 0, s, 1, along, 0, p, 1, 1, block, 0, p);
    }

    /** The norms of a block's columns, without overflow or underflow. */
    public static double[] norms(Tensor block) {
        int k = block.shape().extent(1);
        double[] elements = Columns.widened(block);
        double[] norms = new double[k];
        for (int i = 0; i < elements.length; i++) {
            norms[i % k] = Math.max(norms[i % k], Math.abs(elements[i]));
        }
        double[] sums = new double[k];
        for (int i = 0; i < elements.length; i++) {
            double ratio = norms[i % k] > 0 ? elements[i] / norms[i % k] : 0;
            sums[i % k] += ratio * ratio;
        }
        for (int j = 0; j < k; j++) {
            norms[j] *= Math.sqrt(sums[j]);
        }
        return norms;
    }

    /** A block's elements with each column divided by its norm, zero columns as they are. */
    public static double[] normalised(Tensor block) {
        int k = block.shape().extent(1);
        double[] norms = norms(block);
        double[] elements = block.toDoubles();
        for (int i = 0; i < elements.length; i++) {
            elements[i] /= norms[i % k] > 0 ? norms[i % k] : 1;
        }
        return elements;
    }
}
