package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.SymmetricEigen;
import cotangent.linalg.krylov.LanczosRecurrence;
import cotangent.linalg.krylov.Rows;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@link LanczosProcess} made of a symmetric A and a vector b: A V = V T + β_m v_(m+1) e_mᵀ, with V [n, m] orthonormal but
 * for its stated loss, V e₁ = b/‖b‖ and T [m, m] tridiagonal.
 */
public final class LanczosDecomposition {
    private final DType dtype;
    private final double startNorm;
    private final double[] alpha;
    private final double[] beta;
    private final Optional<Rows> vectors;
    private final boolean invariant;
    private final double orthogonalityLoss;
    private final int reorthogonalizations;

    LanczosDecomposition(DType dtype, double startNorm, LanczosRecurrence recurrence, boolean keep) {
        this.dtype = dtype;
        this.startNorm = startNorm;
        this.alpha = recurrence.alpha();
        this.beta = recurrence.beta();
        this.vectors = keep ? Optional.of(recurrence.kept()) : Optional.empty();
        this.invariant = recurrence.finished() || startNorm == 0;
        this.orthogonalityLoss = recurrence.orthogonalityLoss();
        this.reorthogonalizations = recurrence.reorthogonalized();
    }

    /**
     * The Gauss quadrature rule of A's spectral measure at b: bᵀf(A)b ≈ Σ weightᵢ f(nodeᵢ), exact for polynomials f of degree
     * 2m − 1 (G. H. Golub and G. Meurant, Matrices, Moments and Quadrature, 2010, chapter 6).
     *
     * @param nodes   F64 [m], ascending: the Ritz values
     * @param weights F64 [m], not negative, of sum ‖b‖²
     */
    public record Quadrature(Tensor nodes, Tensor weights) {}

    /** Steps taken, m: fewer than asked for where the Krylov space came to its end. */
    public int steps() {
        return alpha.length;
    }

    /** ‖b‖. */
    public double startNorm() {
        return startNorm;
    }

    /** T's diagonal, F64 [m]. */
    public Tensor alpha() {
        return Tensor.of(alpha);
    }

    /** T's couplings β_1, ..., β_m, F64 [m]; the last one leads out of the space and is no entry of T. */
    public Tensor beta() {
        return Tensor.of(beta);
    }

    /** Whether the Krylov space is invariant but for rounding, so that T says all that b can know of A. */
    public boolean invariant() {
        return invariant;
    }

    /**
     * The largest entry of |VᵀV − I|: measured where the vectors were kept or made orthogonal, else estimated by Simon's
     * recurrence; 1 where copies of eigenvalues are to be expected.
     */
    public double orthogonalityLoss() {
        return orthogonalityLoss;
    }

    /**
     * The loss of orthogonality step by step: the largest |v_iᵀ v_j| with i before j, or |v_jᵀ v_j − 1|, for each j; 2·n·m² flops.
     *
     * @return F64 [m]
     * @throws ShapeException if the process was not told to keep the basis
     */
    public Tensor orthogonalityLosses() {
        return Tensor.of(rows().departures());
    }

    /** Steps at which the new vector was made orthogonal to all before it, or to the converged Ritz vectors. */
    public int reorthogonalizations() {
        return reorthogonalizations;
    }

    /**
     * V as a block [n, m] in the operator's dtype.
     *
     * @throws ShapeException if the process was not told to keep it
     */
    public Tensor basis() {
        double[] block = rows().combine(steps(), Columns.widened(Columns.identity(DType.F64, steps(), 0, steps())));
        return Columns.narrowed(dtype, block.length / Math.max(1, steps()), steps(), block);
    }

    Rows rows() {
        return vectors.orElseThrow(() -> new ShapeException(
                "LanczosDecomposition: the basis was not kept; ask for it with LanczosProcess.keepBasis()"));
    }

    /** T [m, m] in full, F64. */
    public Tensor tridiagonal() {
        return Tensor.wrap(Shape.of(steps(), steps()), dense(alpha, beta));
    }

    /** The Gauss quadrature rule; about 9·m³ flops. */
    public Quadrature quadrature() {
        int m = steps();
        SymmetricEigen eigen = eigen(alpha, beta);
        double[] vectors = Objects.requireNonNull(eigen.vectors());
        double[] weights = new double[m];
        for (int i = 0; i < m; i++) {
            double first = startNorm * vectors[i];
            weights[i] = first * first;
        }
        return new Quadrature(Tensor.of(eigen.values()), Tensor.of(weights));
    }

    /** The eigenpairs of a tridiagonal matrix with couplings to spare, eigenvectors as columns. */
    static SymmetricEigen eigen(double[] alpha, double[] beta) {
        SymmetricEigen eigen = SymmetricEigen.decompose(alpha.length, dense(alpha, beta));
        if (eigen == null) {
            throw new NotConvergedException("Lanczos: the QR iteration did not converge on a projection of size "
                    + alpha.length + "; please report the operator");
        }
        return eigen;
    }

    private static double[] dense(double[] alpha, double[] beta) {
        int m = alpha.length;
        double[] t = new double[m * m];
        for (int i = 0; i < m; i++) {
            t[i * m + i] = alpha[i];
            if (i + 1 < m) {
                t[i * m + i + 1] = beta[i];
                t[(i + 1) * m + i] = beta[i];
            }
        }
        return t;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "Lanczos decomposition: %d steps%s, loss of orthogonality %.1e, %s", steps(),
                invariant ? ", invariant" : "", orthogonalityLoss, "diagonal " + Summary.ofVector(alpha()));
    }
}
