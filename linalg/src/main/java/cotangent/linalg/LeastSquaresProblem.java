package cotangent.linalg;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Transposition;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
import cotangent.linalg.dense.HouseholderQr;
import cotangent.linalg.dense.OneNormEstimate;
import cotangent.linalg.dense.PivotedHouseholderQr;
import cotangent.linalg.dense.PowerOfTwo;
import cotangent.linalg.dense.SingularValueDecomposition;
import cotangent.linalg.dense.SingularValueDecomposition.Extent;
import java.util.Arrays;
import java.util.Objects;

/**
 * min ‖AX − B‖ with A and B scaled by powers of two to entries of order 1, so that no route overflows before its answer
 * does.
 *
 * @param matrix   2ᵉA
 * @param right    2ˡB
 * @param exponent e
 * @param lift     l
 * @param shape    of the solution
 */
record LeastSquaresProblem(MatrixArgument matrix, MatrixArgument right, int exponent, int lift, Shape shape) {

    private static final String NAME = "least squares";

    /** The scaled solution, n×k, with the rank and condition it rests on. */
    record Answer(double[] x, int rank, double condition) {}

    static LeastSquaresProblem of(Tensor a, Tensor b) {
        MatrixArgument matrix = MatrixArgument.of(NAME, a);
        MatrixArgument right = MatrixArgument.rightHandSide(NAME, b, matrix.rows(), matrix.dtype());
        int exponent = scaleToOne(matrix.entries());
        int lift = scaleToOne(right.entries());
        Shape shape = b.shape().rank() == 1
                ? Shape.of(matrix.columns())
                : Shape.of(matrix.columns(), right.columns());
        return new LeastSquaresProblem(matrix, right, exponent, lift, shape);
    }

    private static int scaleToOne(double[] entries) {
        int exponent = PowerOfTwo.exponentFor(PowerOfTwo.largest(entries), 0);
        PowerOfTwo.scale(entries.length, entries, exponent);
        return exponent;
    }

    double roundingTolerance() {
        return matrix.roundingTolerance();
    }

    LeastSquares result(Answer answer) {
        int k = right.columns();
        double[] residual = right.entries().clone();
        Gemm.dgemm(matrix.rows(), k, matrix.columns(), -1, matrix.entries(), 0, matrix.columns(), 1, answer.x, 0, k, 1,
                1, residual, 0, k);
        double[] columns = new double[residual.length];
        Transposition.dcopy(k, matrix.rows(), residual, 0, 1, k, columns, 0, matrix.rows());
        double[] norms = new double[k];
        for (int j = 0; j < k; j++) {
            norms[j] = Dots.dnrm2(matrix.rows(), columns, j * matrix.rows());
        }
        PowerOfTwo.scale(k, norms, -lift);
        PowerOfTwo.scale(answer.x.length, answer.x, exponent - lift);
        return new LeastSquares(matrix.result(shape, answer.x), Tensor.wrap(Shape.of(k), norms), answer.rank,
                answer.condition);
    }

    /** A P = Q R cut to rank r; R's first r rows are Sᵀ Zᵀ with S upper triangular, so X = P Z S⁻ᵀ QᵀB. */
    Answer byOrthogonalDecomposition(double tolerance) {
        int n = matrix.columns();
        int k = right.columns();
        PivotedHouseholderQr qr = PivotedHouseholderQr.factor(matrix.rows(), n, matrix.entries());
        int rank = qr.rank(tolerance);
        double[] c = right.entries().clone();
        qr.applyTransposed(k, c);
        double[] y = Arrays.copyOf(c, n * k);
        Arrays.fill(y, rank * k, n * k, 0);
        double condition;
        if (rank == n) {
            condition = solveUpper(n, qr.r(), k, y);
        } else {
            double[] transposed = new double[n * rank];
            Transposition.dcopy(n, rank, qr.r(), 0, 1, n, transposed, 0, rank);
            HouseholderQr z = HouseholderQr.factor(n, rank, transposed);
            condition = solveTransposed(rank, z.r(), k, y);
            z.apply(k, y);
        }
        double[] x = new double[n * k];
        for (int j = 0; j < n; j++) {
            System.arraycopy(y, j * k, x, qr.permutation()[j] * k, k);
        }
        return new Answer(x, rank, condition);
    }

    Answer bySingularValues(double rcond) {
        int m = matrix.rows();
        int n = matrix.columns();
        int p = Math.min(m, n);
        int k = right.columns();
        SingularValueDecomposition svd = SingularValueDecomposition.decompose(m, n, matrix.entries().clone(),
                Extent.THIN);
        if (svd == null) {
            throw matrix.notConverged();
        }
        double[] s = svd.values();
        int rank = 0;
        while (rank < p && s[rank] > rcond * s[0]) {
            rank++;
        }
        double[] weights = new double[rank * k];
        Gemm.dgemm(rank, k, m, 1, Objects.requireNonNull(svd.u()), 0, 1, p, right.entries(), 0, k, 1, 0, weights, 0, k);
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= s[i / k];
        }
        double[] x = new double[n * k];
        Gemm.dgemm(n, k, rank, 1, Objects.requireNonNull(svd.vt()), 0, 1, n, weights, 0, k, 1, 0, x, 0, k);
        return new Answer(x, rank, rank == 0 ? 1 : s[0] / s[rank - 1]);
    }

    Answer byTriangle() {
        int m = matrix.rows();
        int n = matrix.columns();
        int k = right.columns();
        double[] x;
        double condition;
        if (m >= n) {
            HouseholderQr qr = HouseholderQr.factor(m, n, matrix.entries().clone());
            requireFullRank(n, qr.r());
            x = right.entries().clone();
            qr.applyTransposed(k, x);
            x = Arrays.copyOf(x, n * k);
            condition = solveUpper(n, qr.r(), k, x);
        } else {
            double[] transposed = new double[n * m];
            Transposition.dcopy(n, m, matrix.entries(), 0, 1, n, transposed, 0, m);
            HouseholderQr qr = HouseholderQr.factor(n, m, transposed);
            requireFullRank(m, qr.r());
            x = Arrays.copyOf(right.entries(), n * k);
            condition = solveTransposed(m, qr.r(), k, x);
            qr.apply(k, x);
        }
        return new Answer(x, Math.min(m, n), condition);
    }

    private void requireFullRank(int n, double[] r) {
        double largest = 0;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, r[i * n + i]);
        }
        for (int i = 0; i < n; i++) {
            if (!(r[i * n + i] > matrix.roundingTolerance() * largest)) {
                throw new SingularMatrixException(
                        ("%s: expected a matrix of full rank, got diagonal entry %d of R = %.3g with the largest %.3g; "
                                + "use LeastSquares.of, which takes any rank")
                                .formatted(NAME, i, Math.scalb(r[i * n + i], -exponent), Math.scalb(largest,
                                        -exponent)),
                        i);
            }
        }
    }

    /** Overwrites the first n rows of x by R⁻¹x and returns an estimate of κ₁(R). */
    private static double solveUpper(int n, double[] r, int k, double[] x) {
        solve(Triangle.UPPER, n, r, n, 1, k, x);
        return condition(n, r);
    }

    /** Overwrites the first n rows of x by R⁻ᵀx and returns an estimate of κ₁(R). */
    private static double solveTransposed(int n, double[] r, int k, double[] x) {
        solve(Triangle.LOWER, n, r, 1, n, k, x);
        return condition(n, r);
    }

    private static void solve(Triangle triangle, int n, double[] r, int row, int column, int k, double[] x) {
        Trsm.dtrsm(Side.LEFT, triangle, Diagonal.GENERAL, n, k, 1, r, 0, row, column, x, 0, k);
    }

    private static double condition(int n, double[] r) {
        return n == 0
                ? 1
                : Norms.maxColumnSum(n, n, r) * OneNormEstimate.of(n, (k, x) -> solve(Triangle.UPPER, n, r, n, 1, k, x),
                        (k, x) -> solve(Triangle.LOWER, n, r, 1, n, k, x));
    }
}
