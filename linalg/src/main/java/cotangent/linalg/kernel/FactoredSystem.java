package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
import cotangent.linalg.NotPositiveDefiniteException;
import cotangent.linalg.StopReason;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.CholeskyFactorization;
import cotangent.linalg.dense.PositiveDefiniteInverse;
import cotangent.linalg.dense.PowerOfTwo;
import cotangent.linalg.operator.LinearOperator;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** K + μI = RᵀR by Cholesky's factorization, in float64 whatever K's dtype. */
final class FactoredSystem implements RegularizedSystem {
    private final LinearOperator kernel;
    private final double shift;
    private final int n;
    /** R, row-major, upper triangle. */
    private final double[] r;
    private final Duration factored;
    private double @Nullable [] inverseFactor;

    private FactoredSystem(LinearOperator kernel, double shift, double[] r, Duration factored) {
        this.kernel = kernel;
        this.shift = shift;
        this.n = kernel.rows();
        this.r = r;
        this.factored = factored;
    }

    /**
     * The factorization.
     *
     * @throws NotPositiveDefiniteException if a pivot is not positive
     * @throws InvalidDataException         if an entry of K is NaN or infinite
     */
    static FactoredSystem of(LinearOperator kernel, double shift) {
        long started = System.nanoTime();
        int n = kernel.rows();
        double[] r = kernel.toDense().toDoubles();
        if (!Double.isFinite(PowerOfTwo.largest(r))) { // one NaN makes the maximum NaN
            throw new InvalidDataException(
                    "kernel solver: the kernel's matrix holds NaN or infinity; check its inputs");
        }
        for (int i = 0; i < n; i++) {
            r[i * n + i] += shift;
        }
        int failed = CholeskyFactorization.factor(n, r);
        if (failed >= 0) {
            double pivot = r[failed * n + failed];
            throw new NotPositiveDefiniteException(
                    "kernel solver: expected K + %.3g I to be positive definite, got pivot %d = %.3g; raise the noise or regularisation, or check that the kernel is positive semidefinite"
                            .formatted(shift, failed, pivot),
                    failed, pivot);
        }
        return new FactoredSystem(kernel, shift, r, Duration.ofNanos(System.nanoTime() - started));
    }

    @Override
    public KernelSolution solve(Tensor b) {
        long started = System.nanoTime();
        int k = b.rank() == 1 ? 1 : b.shape().extent(1);
        double[] right = b.toDoubles();
        double[] x = solve(right, k);
        Tensor solution = Inputs.wrap(b.shape(), kernel.dtype() == DType.F64 ? x : narrowed(x));
        double residual = residual(solution.reshape(n, k), right, k);
        return new KernelSolution(solution, residual, StopReason.CONVERGED, 0, (long) n + k,
                "Cholesky of [%d, %d]".formatted(n, n), factored.plusNanos(System.nanoTime() - started));
    }

    private static float[] narrowed(double[] wide) {
        float[] narrow = new float[wide.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) wide[i];
        }
        return narrow;
    }

    private double residual(Tensor x, double[] b, int k) {
        double[] image = BlockProducts.matmat(kernel, x, () -> {}).toDoubles();
        Dots.daxpy(image.length, shift, Columns.widened(x), 0, image, 0);
        Dots.daxpy(image.length, -1, b, 0, image, 0);
        double[] squares = Columns.dots(Tensor.wrap(Shape.of(n, k), image), Tensor.wrap(Shape.of(n, k), image));
        double[] sizes = Columns.dots(Tensor.wrap(Shape.of(n, k), b), Tensor.wrap(Shape.of(n, k), b));
        double largest = 0;
        for (int j = 0; j < k; j++) {
            largest = Math.max(largest, sizes[j] == 0 ? 0 : Math.sqrt(squares[j] / sizes[j]));
        }
        return largest;
    }

    /** (K + μI)⁻¹B for B [n, k] row-major. */
    double[] solve(double[] b, int k) {
        double[] x = halfSolve(b, k);
        Trsm.dtrsm(Side.LEFT, Triangle.UPPER, Diagonal.GENERAL, n, k, 1, r, 0, n, 1, x, 0, k);
        return x;
    }

    /** R⁻ᵀB, whose columns' squared norms are bᵀ(K + μI)⁻¹b. */
    double[] halfSolve(double[] b, int k) {
        double[] x = b.clone();
        Trsm.dtrsm(Side.LEFT, Triangle.LOWER, Diagonal.GENERAL, n, k, 1, r, 0, 1, n, x, 0, k);
        return x;
    }

    /** log det(K + μI). */
    double logDeterminant() {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.log(r[i * n + i]);
        }
        return 2 * sum;
    }

    private synchronized double[] inverseFactor() {
        if (inverseFactor == null) {
            inverseFactor = r.clone();
            PositiveDefiniteInverse.invertUpper(n, inverseFactor);
        }
        return Objects.requireNonNull(inverseFactor);
    }

    /** (K + μI)⁻¹, row-major; 2n³/3 flops. */
    double[] inverse() {
        return PositiveDefiniteInverse.product(n, inverseFactor());
    }

    /** The diagonal of (K + μI)⁻¹; n³/3 flops. */
    double[] inverseDiagonal() {
        return PositiveDefiniteInverse.diagonal(n, inverseFactor());
    }
}
