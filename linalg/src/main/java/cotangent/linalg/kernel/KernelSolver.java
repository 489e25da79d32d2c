package cotangent.linalg.kernel;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.linalg.operator.LinearOperator;
import java.util.Locale;

/**
 * How the systems (K + μI) X = B of kernel machines are solved: by Cholesky's factorization where K is small, else by conjugate
 * gradients with a randomized Nystrom preconditioner ({@link cotangent.linalg.NystromPreconditioner}), all right-hand sides side by
 * side, from products with K alone.
 *
 * <p>Defaults: Cholesky up to n = 4,096; a preconditioner of rank 200 (n/4 if that is less); a relative residual of 1e-8; 1,000 iterations;
 * seed 0. Immutable.
 */
public final class KernelSolver {
    private final int denseUpTo;
    private final int rank;
    private final double tolerance;
    private final int maxIterations;
    private final long seed;

    private KernelSolver(int denseUpTo, int rank, double tolerance, int maxIterations, long seed) {
        this.denseUpTo = denseUpTo;
        this.rank = rank;
        this.tolerance = tolerance;
        this.maxIterations = maxIterations;
        this.seed = seed;
    }

    /** The solver with its defaults. */
    public static KernelSolver standard() {
        return new KernelSolver(4096, 200, 1e-8, 1000, 0);
    }

    /**
     * The same with another size up to which Cholesky's factorization is used; 0 for never.
     *
     * @throws ShapeException if it is negative
     */
    public KernelSolver denseUpTo(int n) {
        if (n < 0) {
            throw new ShapeException("kernel solver: expected a size from 0, got " + n);
        }
        return new KernelSolver(n, rank, tolerance, maxIterations, seed);
    }

    /**
     * The same with a preconditioner of another rank: about twice the effective dimension tr K(K + μ)⁻¹ makes the number of
     * iterations a constant.
     *
     * @throws ShapeException if it is under 1
     */
    public KernelSolver preconditionerRank(int number) {
        if (number < 1) {
            throw new ShapeException("kernel solver: expected a rank of at least 1, got " + number);
        }
        return new KernelSolver(denseUpTo, number, tolerance, maxIterations, seed);
    }

    /**
     * The same with another tolerance for ‖b − (K + μ)x‖/‖b‖, of each right-hand side; rounding stops float32 at some 1e-5.
     *
     * @throws InvalidDataException if it is not between 0 and 1
     */
    public KernelSolver tolerance(double relative) {
        if (!(relative > 0 && relative < 1)) {
            throw new InvalidDataException("kernel solver: expected a relative tolerance between 0 and 1, got "
                    + relative);
        }
        return new KernelSolver(denseUpTo, rank, relative, maxIterations, seed);
    }

    /**
     * The same with so many iterations at most.
     *
     * @throws ShapeException if it is under 1
     */
    public KernelSolver maxIterations(int number) {
        if (number < 1) {
            throw new ShapeException("kernel solver: expected at least 1 iteration, got " + number);
        }
        return new KernelSolver(denseUpTo, rank, tolerance, number, seed);
    }

    /** The same with another seed of the preconditioner's random vectors. */
    public KernelSolver seed(long other) {
        return new KernelSolver(denseUpTo, rank, tolerance, maxIterations, other);
    }

    long seed() {
        return seed;
    }

    boolean isDense(LinearOperator kernel) {
        return kernel.rows() <= denseUpTo;
    }

    /** K + μI, factored. */
    FactoredSystem factor(LinearOperator kernel, double shift) {
        return FactoredSystem.of(kernel, shift);
    }

    /** K + μI with its preconditioner. */
    PreconditionedSystem precondition(LinearOperator kernel, double shift) {
        int n = kernel.rows();
        return PreconditionedSystem.of(kernel, shift, Math.clamp(n / 4, 1, rank), tolerance, maxIterations, seed);
    }

    RegularizedSystem prepare(LinearOperator kernel, double shift) {
        return isDense(kernel) ? factor(kernel, shift) : precondition(kernel, shift);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "kernel solver: Cholesky up to %d, else conjugate gradients to %.1e, Nystrom rank %d, seed %d",
                denseUpTo, tolerance, rank, seed);
    }
}
