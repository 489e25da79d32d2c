package cotangent.linalg.dense;

import cotangent.dsl.kernel.Transposition;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Some neighbouring eigenvalues of a real symmetric matrix, ascending, with orthonormal eigenvectors.
 *
 * <p>After the reduction to tridiagonal form, the eigenvalues come from bisection and the vectors from inverse iteration,
 * and only these are transformed back: 4/3·n³ flops and little more for few of them. Where more than one in
 * {@value #FEW} is wanted, or inverse iteration does not settle, all are computed and the wanted ones taken.
 *
 * <p>The entry of largest magnitude in each eigenvector is positive.
 *
 * @param values  k eigenvalues, ascending
 * @param vectors n×k row-major, column i belongs to value i
 */
public record SymmetricSubset(double[] values, double[] vectors) {

    /** Inverse iteration's cost grows with the square of the number of vectors. */
    private static final int FEW = 12;

    /**
     * Finds eigenvalues {@code from, …, to − 1}, counted from 0 in ascending order, of the symmetric n×n matrix {@code a},
     * given in full or as an {@link UpperTriangle}; {@code a} is overwritten.
     *
     * @return null where the iteration did not converge
     */
    public static @Nullable SymmetricSubset decompose(int n, double[] a, int from, int to) {
        int k = to - from;
        if (k == 0) {
            return new SymmetricSubset(new double[0], new double[0]);
        }
        double largest = PowerOfTwo.largest(a);
        if ((long) FEW * k > n || largest == 0) {
            return whole(n, a, from, to);
        }
        int exponent = PowerOfTwo.exponentFor(largest, 0);
        PowerOfTwo.scale(n * n, a, exponent);
        double[] kept = a.clone();
        TridiagonalReduction reduction = TridiagonalReduction.reduce(n, a);
        SturmBisection bisection = new SturmBisection(n, reduction.diagonal, reduction.offDiagonal);
        double[] values = bisection.values(from, to);
        double[] rows = InverseIteration.vectors(n, reduction.diagonal, reduction.offDiagonal, bisection.norm(),
                values);
        if (rows == null) {
            PowerOfTwo.scale(n * n, kept, -exponent);
            return whole(n, kept, from, to);
        }
        double[] vectors = new double[n * k];
        Transposition.dcopy(n, k, rows, 0, 1, n, vectors, 0, k);
        reduction.applyToColumns(k, vectors);
        orient(n, k, vectors);
        PowerOfTwo.scale(k, values, -exponent);
        return new SymmetricSubset(values, vectors);
    }

    /** Makes the largest element of each column positive. */
    private static void orient(int n, int k, double[] vectors) {
        for (int j = 0; j < k; j++) {
            double largest = 0;
            for (int i = 0; i < n; i++) {
                double element = vectors[i * k + j];
                largest = Math.abs(element) > Math.abs(largest) ? element : largest;
            }
            for (int i = 0; i < n && largest < 0; i++) {
                vectors[i * k + j] = -vectors[i * k + j];
            }
        }
    }

    private static @Nullable SymmetricSubset whole(int n, double[] a, int from, int to) {
        SymmetricEigen eigen = SymmetricEigen.decompose(n, a);
        if (eigen == null) {
            return null;
        }
        int k = to - from;
        double[] all = Objects.requireNonNull(eigen.vectors());
        double[] vectors = new double[n * k];
        for (int i = 0; i < n; i++) {
            System.arraycopy(all, i * n + from, vectors, i * k, k);
        }
        return new SymmetricSubset(Arrays.copyOfRange(eigen.values(), from, to), vectors);
    }
}
