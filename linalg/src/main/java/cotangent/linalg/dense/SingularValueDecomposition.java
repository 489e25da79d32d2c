package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Transposition;
import cotangent.linalg.dense.BidiagonalQr.Rows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The singular value decomposition A = U Σ Vᵀ of a row-major m×n matrix, singular values descending.
 *
 * <p>Scale by a power of two; QR first where the matrix is not square (of Aᵀ where it is wide); reduce the triangle to
 * bidiagonal form; solve; transform back.
 *
 * <p>The entry of largest magnitude in each right singular vector is positive, so signs do not depend on the route taken.
 *
 * @param u      m×k row-major, k = min(m, n), or m×m where the full decomposition was asked for; null for values only
 * @param values k singular values, descending
 * @param vt     k×n, or n×n for the full decomposition; null for values only
 */
public record SingularValueDecomposition(double @Nullable [] u, double[] values, double @Nullable [] vt) {

    /** What to compute. */
    public enum Extent {
        /** Singular values only. */
        VALUES,
        /** The first min(m, n) singular vectors on either side. */
        THIN,
        /** Square orthogonal U and V. */
        FULL
    }

    /**
     * Decomposes the m×n matrix {@code a}, which is overwritten.
     *
     * @return null where the iteration did not converge
     */
    public static @Nullable SingularValueDecomposition decompose(int m, int n, double[] a, Extent extent) {
        int exponent = PowerOfTwo.exponentFor(Vectors.maxAbs(m * n, a, 0), 0);
        PowerOfTwo.scale(m * n, a, exponent);
        SingularValueDecomposition result;
        if (m >= n) {
            result = tall(m, n, a, extent);
        } else {
            SingularValueDecomposition flipped = tall(n, m, transposed(m, n, a), extent);
            result = flipped == null ? null : flipped.transpose(n, m);
        }
        if (result != null) {
            result.normalizeSigns(m, n);
            PowerOfTwo.scale(result.values.length, result.values, -exponent);
        }
        return result;
    }

    /**
     * As {@link #decompose} for a matrix with many more rows than columns, which is left as it is; entries must be below
     * 2⁴⁵⁰ in absolute value.
     *
     * @return null where the matrix is not that tall, its columns are too nearly dependent for {@link TallQr} or the
     *         iteration did not converge; then {@code decompose} may still do it
     */
    public static @Nullable SingularValueDecomposition ofTall(int m, int n, double[] a, Extent extent) {
        if (extent == Extent.FULL || !TallQr.suits(m, n)) {
            return null;
        }
        TallQr qr = extent == Extent.THIN ? TallQr.factor(m, n, a) : TallQr.triangle(m, n, a);
        if (qr == null) {
            return null;
        }
        double[] r = qr.r();
        int exponent = PowerOfTwo.exponentFor(PowerOfTwo.largest(r), 0);
        PowerOfTwo.scale(n * n, r, exponent);
        SingularValueDecomposition inner = triangle(n, r, extent);
        if (inner == null) {
            return null;
        }
        PowerOfTwo.scale(n, inner.values, -exponent);
        return inner.u == null ? inner : new SingularValueDecomposition(qr.times(inner.u), inner.values, inner.vt);
    }

    /** Turns singular pairs so that the entry of largest magnitude in each row of Vᵀ is positive. */
    private void normalizeSigns(int m, int n) {
        if (u == null || vt == null || m == 0 || n == 0) {
            return;
        }
        int columns = u.length / m;
        double[] signs = new double[columns];
        Arrays.fill(signs, 1);
        boolean turned = false;
        for (int k = 0; k < values.length; k++) {
            if (Vectors.ofLargestMagnitude(n, vt, k * n) < 0) {
                Vectors.scale(n, -1, vt, k * n);
                signs[k] = -1;
                turned = true;
            }
        }
        for (int i = 0; turned && i < m; i++) {
            for (int k = 0; k < columns; k++) {
                u[i * columns + k] *= signs[k];
            }
        }
    }

    /** That of Aᵀ for an m×n matrix A with m ≥ n. */
    private SingularValueDecomposition transpose(int m, int n) {
        if (u == null || vt == null) {
            return this;
        }
        return new SingularValueDecomposition(transposed(n, n, vt), values,
                transposed(m, u.length / Math.max(m, 1), u));
    }

    private static @Nullable SingularValueDecomposition tall(int m, int n, double[] a, Extent extent) {
        if (m == n) {
            return square(n, a, extent);
        }
        SingularValueDecomposition sketched = ofTall(m, n, a, extent);
        if (sketched != null) {
            return sketched;
        }
        HouseholderQr qr = HouseholderQr.factor(m, n, a);
        SingularValueDecomposition inner = triangle(n, qr.r(), extent);
        if (inner == null || inner.u == null) {
            return inner;
        }
        if (extent == Extent.THIN) {
            return inner.times(m, n, qr.q(n), inner.u);
        }
        double[] u = new double[m * m];
        for (int i = 0; i < n; i++) {
            System.arraycopy(inner.u, i * n, u, i * m, n);
        }
        for (int i = n; i < m; i++) {
            u[i * m + i] = 1;
        }
        qr.apply(m, u);
        return new SingularValueDecomposition(u, inner.values, inner.vt);
    }

    /** That of R, its signs normal while U is still small. */
    private static @Nullable SingularValueDecomposition triangle(int n, double[] r, Extent extent) {
        SingularValueDecomposition inner = square(n, r, extent);
        if (inner != null) {
            inner.normalizeSigns(n, n);
        }
        return inner;
    }

    /** That of QA, for the m×n matrix Q with orthonormal columns and this of A. */
    private SingularValueDecomposition times(int m, int n, double[] q, double[] inner) {
        double[] product = new double[m * n];
        Gemm.dgemm(m, n, n, 1, q, 0, n, 1, inner, 0, n, 1, 0, product, 0, n);
        return new SingularValueDecomposition(product, values, vt);
    }

    private static @Nullable SingularValueDecomposition square(int n, double[] a, Extent extent) {
        BidiagonalReduction reduction = BidiagonalReduction.reduce(n, a);
        if (extent == Extent.VALUES) {
            boolean converged = BidiagonalQr.solve(n, reduction.diagonal, reduction.superDiagonal, 0, Rows.NONE,
                    Rows.NONE);
            return converged ? new SingularValueDecomposition(null, reduction.diagonal, null) : null;
        }
        BidiagonalSvd inner = BidiagonalSvd.decompose(n, reduction.diagonal, reduction.superDiagonal);
        if (inner == null) {
            return null;
        }
        reduction.applyLeft(n, inner.u());
        reduction.applyRight(n, inner.v());
        SymmetricEigen.transpose(n, inner.v());
        return new SingularValueDecomposition(inner.u(), inner.values(), inner.v());
    }

    private static double[] transposed(int m, int n, double[] a) {
        double[] result = new double[m * n];
        Transposition.dcopy(n, m, a, 0, 1, n, result, 0, m);
        return result;
    }
}
