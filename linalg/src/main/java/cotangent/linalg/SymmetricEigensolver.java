package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;

/**
 * What the iterative solvers for a few eigenpairs of a symmetric operator have in common: immutable options, the check
 * at the door, and residuals measured with products at the end, whatever a recurrence says.
 *
 * @param <S> the solver
 */
public abstract sealed class SymmetricEigensolver<S extends SymmetricEigensolver<S>>
        permits Lanczos, BlockLanczos, Lobpcg, PowerIteration {
    private static final int LEAST_MATVECS = 1000;

    final Options options;

    /**
     * Options.
     *
     * @param dimension  of the space; 0 for the method's own choice
     * @param blockSize  vectors in a block; 0 for the method's own choice
     * @param tolerance  for residuals, relative to the largest magnitude of an eigenvalue found
     * @param maxMatvecs products at most; 0 for the default
     */
    record Options(SpectrumEnd end, int count, int dimension, int blockSize, double tolerance, long maxMatvecs,
            long seed, ProgressListener listener) {
        static Options of(String name, SpectrumEnd end, int count) {
            if (count < 1) {
                throw new ShapeException("%s: expected at least one eigenpair, got %d".formatted(name, count));
            }
            return new Options(end, count, 0, 0, 1e-10, 0, 0, ProgressListener.NONE);
        }

        Options withDimension(int other) {
            return new Options(end, count, other, blockSize, tolerance, maxMatvecs, seed, listener);
        }

        Options withBlockSize(int other) {
            return new Options(end, count, dimension, other, tolerance, maxMatvecs, seed, listener);
        }

        /** The tolerance in force. */
        double tolerance(LinearOperator operator) {
            return Math.max(tolerance, 32 * Math.sqrt(operator.rows()) * operator.dtype().unitRoundoff());
        }

        /** Products at most. */
        long limit(LinearOperator operator) {
            return maxMatvecs > 0 ? maxMatvecs : Math.max(LEAST_MATVECS, 10L * operator.rows());
        }
    }

    SymmetricEigensolver(Options options) {
        this.options = options;
    }

    abstract S with(Options other);

    /** The eigenpairs of an operator that suits. */
    abstract Eigenpairs solve(CountingOperator operator, long started);

    /**
     * The same solver with a tolerance for residuals, relative to the largest magnitude of an eigenvalue found; the default
     * is 1e-10. The least in force is 32·√n·u with u the unit roundoff of the operator's dtype, near what products can
     * give.
     *
     * @throws InvalidDataException if it is negative or not finite
     */
    public final S tolerance(double relative) {
        if (!(relative >= 0 && relative < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("%s: expected a tolerance from 0, got %s".formatted(name(), relative));
        }
        return with(new Options(options.end, options.count, options.dimension, options.blockSize, relative,
                options.maxMatvecs, options.seed, options.listener));
    }

    /**
     * The same solver with so many products at most, at least 2k; the default is max(1000, 10n). A method that works in
     * blocks may stop earlier by what does not fill one.
     *
     * @throws ShapeException if it is under 2k
     */
    public final S maxMatvecs(long products) {
        if (products < 2L * options.count) {
            throw new ShapeException("%s: expected at least %d products for %d eigenpairs, got %d".formatted(name(), 2
                    * options.count, options.count, products));
        }
        return with(new Options(options.end, options.count, options.dimension, options.blockSize, options.tolerance,
                products, options.seed, options.listener));
    }

    /** The same solver with another seed of the starting vectors; the default is 0. */
    public final S seed(long seed) {
        return with(new Options(options.end, options.count, options.dimension, options.blockSize, options.tolerance,
                options.maxMatvecs, seed, options.listener));
    }

    /** The same solver with a listener that is told after each block of products; the total is the most it may take. */
    public final S listener(ProgressListener listener) {
        return with(new Options(options.end, options.count, options.dimension, options.blockSize, options.tolerance,
                options.maxMatvecs, options.seed, listener));
    }

    /**
     * The eigenpairs.
     *
     * @param operator known to be symmetric; declare it with {@link LinearOperator#asSymmetric} where only you know
     * @throws ShapeException       if it is not known to be symmetric, or is smaller than the number of pairs
     * @throws InvalidDataException if it is empty, or a product is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between products
     */
    public final Eigenpairs decompose(LinearOperator operator) {
        if (!operator.symmetric()) {
            throw new ShapeException(
                    "%s: expected a symmetric operator, got %s; use RandomizedSvd, or asSymmetric() if it is symmetric nevertheless"
                            .formatted(name(), operator));
        }
        int n = operator.rows();
        if (n == 0) {
            throw new InvalidDataException("%s: expected an operator that is not empty, got %s".formatted(name(),
                    operator));
        }
        if (options.count > n) {
            throw new ShapeException("%s: expected at most %d eigenpairs, the dimension of %s; got %d".formatted(name(),
                    n, operator, options.count));
        }
        long started = System.nanoTime();
        return CancelledException.unlessInterrupted(name(), () -> solve(CountingOperator.of(operator), started));
    }

    final String name() {
        return getClass().getSimpleName();
    }

    static double largestMagnitude(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    /** What Ritz values in the order wanted say of the eigenvalues that are not wanted; in the whole space these are the rest. */
    final Separation rest(int n, double[] values, double[] residuals, int[] order) {
        if (options.count == n) {
            return Separation.COMPLETE;
        }
        double[] ordered = Arrays.stream(order).mapToDouble(i -> values[i]).toArray();
        double[] widths = Arrays.stream(order).mapToDouble(i -> residuals[i]).toArray();
        return Separation.of(options.end, options.count, ordered, widths);
    }

    /**
     * The result, with residuals measured by k further products.
     *
     * @param vectors   float64 [n, k]
     * @param loss      of orthogonality of the basis; NaN where there is none
     * @param tolerance relative to {@code scale}
     */
    final Eigenpairs measured(CountingOperator operator, double[] values, Tensor vectors, Separation rest,
            double tolerance, double scale, double loss, String route, long started) {
        int n = operator.rows();
        int k = values.length;
        Tensor signed = Columns.narrowed(operator.dtype(), n, k, Signs.largestPositive(k, Columns.widened(vectors)));
        Tensor images = BlockProducts.matmat(operator, signed, () -> options.listener.progressed(operator.products(),
                options.limit(operator)));
        double[] image = Columns.widened(images);
        KrylovSpace.requireFinite(image);
        double[] residuals = Residuals.norms(k, image, values, Columns.widened(signed));
        RitzPairs.Account account = RitzPairs.Account.of(operator, options.seed, route, started)
                .withOrthogonalityLoss(loss);
        return account.eigenpairs(values, signed, residuals, rest.gaps(values, residuals), tolerance * scale);
    }

    @Override
    public final String toString() {
        return "%s: %d eigenvalues %s, tolerance %.1e, seed %d".formatted(name(), options.count, options.end,
                options.tolerance, options.seed);
    }
}
