package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;
import java.util.Arrays;

/**
 * Eigenpairs at the ends of a symmetric operator's spectrum, by the thick-restart Lanczos method.
 *
 * <p>K. Wu and H. Simon, Thick-restart Lanczos method for large symmetric eigenvalue problems, SIAM J. Matrix Anal. Appl. 22
 * (2000), with full re-orthogonalisation. A Krylov space grows to {@link #dimension} vectors; then the most wanted half of
 * its Ritz vectors and the last vector are kept, and it grows again. One product per vector.
 *
 * <p><b>Stopping.</b> When the residual ‖Ax − θx‖ of every wanted pair, as the recurrence has it, is at most a quarter of
 * {@link #tolerance} times the largest |θ|, the pairs are held and the space grows once more from a random vector
 * orthogonal to them. A Krylov space of one vector contains one vector of each eigenspace only, and this finds a repeated or
 * overlooked eigenvalue; the search goes on until a round changes nothing. Two eigenvalues closer than the tolerance, or a
 * start that misses a direction twice, can still deceive it. The residuals returned are measured by k further products.
 *
 * <p>Without convergence within {@link #maxMatvecs} products the best pairs so far are returned, with their residuals, and
 * {@link Eigenpairs#converged} says so. Where the space reaches the operator's dimension n, it is exact but for rounding, at
 * n + k products. Memory: (dimension + 1)·n numbers of float64; work besides the products: about 4·n·dimension flops for each.
 */
public final class Lanczos {
    private static final int SMALLEST_DIMENSION = 20;
    private static final int LEAST_MATVECS = 1000;

    private final Options options;

    private record Options(SpectrumEnd end, int count, int dimension, double tolerance, long maxMatvecs, long seed,
            ProgressListener listener) {}

    private Lanczos(Options options) {
        this.options = options;
    }

    private static Lanczos of(SpectrumEnd end, int count) {
        if (count < 1) {
            throw new ShapeException("Lanczos: expected at least one eigenpair, got " + count);
        }
        return new Lanczos(new Options(end, count, 0, 1e-10, 0, 0, ProgressListener.NONE));
    }

    /**
     * The k largest eigenvalues, descending.
     *
     * @throws ShapeException if k is under 1
     */
    public static Lanczos largest(int k) {
        return of(SpectrumEnd.LARGEST, k);
    }

    /**
     * The k smallest eigenvalues, ascending: the most negative ones, not those nearest zero.
     *
     * @throws ShapeException if k is under 1
     */
    public static Lanczos smallest(int k) {
        return of(SpectrumEnd.SMALLEST, k);
    }

    /**
     * The k eigenvalues of largest magnitude, by magnitude descending.
     *
     * @throws ShapeException if k is under 1
     */
    public static Lanczos largestMagnitude(int k) {
        return of(SpectrumEnd.LARGEST_MAGNITUDE, k);
    }

    /**
     * k eigenvalues in turn from the top and the bottom: the largest, the smallest, the second largest, and so on.
     *
     * @throws ShapeException if k is under 1
     */
    public static Lanczos bothEnds(int k) {
        return of(SpectrumEnd.BOTH_ENDS, k);
    }

    /** The same solver with a Krylov space of so many vectors, at least k + 2; the default is max(2k + 10, 20). */
    public Lanczos dimension(int vectors) {
        if (vectors < options.count + 2) {
            throw new ShapeException("Lanczos: expected a dimension of at least %d for %d eigenpairs, got %d".formatted(
                    options.count + 2, options.count, vectors));
        }
        return new Lanczos(new Options(options.end, options.count, vectors, options.tolerance, options.maxMatvecs,
                options.seed, options.listener));
    }

    /**
     * The same solver with a tolerance for residuals, relative to the largest magnitude of an eigenvalue found; the default
     * is 1e-10. The least in force is 32·√n·u with u the unit roundoff of the operator's dtype, near what products can give.
     *
     * @throws InvalidDataException if it is negative or not finite
     */
    public Lanczos tolerance(double relative) {
        if (!(relative >= 0 && relative < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("Lanczos: expected a tolerance from 0, got " + relative);
        }
        return new Lanczos(new Options(options.end, options.count, options.dimension, relative, options.maxMatvecs,
                options.seed, options.listener));
    }

    /**
     * The same solver with so many products at most, at least 2k; the default is max(1000, 10n).
     *
     * @throws ShapeException if it is under 2k
     */
    public Lanczos maxMatvecs(long products) {
        if (products < 2L * options.count) {
            throw new ShapeException("Lanczos: expected at least %d products for %d eigenpairs, got %d".formatted(2
                    * options.count, options.count, products));
        }
        return new Lanczos(new Options(options.end, options.count, options.dimension, options.tolerance, products,
                options.seed, options.listener));
    }

    /** The same solver with another seed of the starting vector; the default is 0. */
    public Lanczos seed(long seed) {
        return new Lanczos(new Options(options.end, options.count, options.dimension, options.tolerance,
                options.maxMatvecs, seed, options.listener));
    }

    /** The same solver with a listener that is told after each growth of the space; the total is the most it may take. */
    public Lanczos listener(ProgressListener listener) {
        return new Lanczos(new Options(options.end, options.count, options.dimension, options.tolerance,
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
    public Eigenpairs decompose(LinearOperator operator) {
        requireOperator(operator);
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(operator);
        Iteration iteration = new Iteration(counted);
        iteration.run();
        return iteration.result(started);
    }

    private void requireOperator(LinearOperator operator) {
        if (!operator.symmetric()) {
            throw new ShapeException("Lanczos: expected a symmetric operator, got %s; use RandomizedSvd, or "
                    .formatted(operator) + "asSymmetric() if it is symmetric nevertheless");
        }
        int n = operator.rows();
        if (n == 0) {
            throw new InvalidDataException("Lanczos: expected an operator that is not empty, got " + operator);
        }
        if (options.count > n) {
            throw new ShapeException("Lanczos: expected at most %d eigenpairs, the dimension of %s; got %d".formatted(n,
                    operator, options.count));
        }
    }

    /** One run of the method. */
    private final class Iteration {
        private final CountingOperator operator;
        private final int n;
        private final int k = options.count;
        private final int capacity;
        private final double tolerance;
        private final long limit;
        private final KrylovSpace space;
        private KrylovSpace.Ritz ritz;
        private int[] order;
        private Separation rest = Separation.UNKNOWN;
        private int restarts;

        Iteration(CountingOperator operator) {
            this.operator = operator;
            this.n = operator.rows();
            int wished = options.dimension > 0 ? options.dimension : Math.max(2 * k + 10, SMALLEST_DIMENSION);
            this.capacity = Math.min(n, wished);
            this.tolerance = Math.max(options.tolerance, 32 * Math.sqrt(n) * operator.dtype().unitRoundoff());
            this.limit = options.maxMatvecs > 0 ? options.maxMatvecs : Math.max(LEAST_MATVECS, 10L * n);
            this.space = new KrylovSpace(operator, capacity, options.seed);
            this.ritz = new KrylovSpace.Ritz(new double[0], new double[0], new double[0]);
            this.order = new int[0];
        }

        void run() {
            double[] held = new double[0];
            grow();
            rest = rest(ritz.residuals());
            while (space.size() < n && operator.products() < limit - k) {
                restarts++;
                if (!settled()) {
                    space.restart(ritz, Arrays.copyOf(order, (k + capacity) / 2));
                    grow();
                    rest = rest(ritz.residuals());
                } else if (unchanged(held)) {
                    return;
                } else {
                    held = wantedValues();
                    space.restartAtRandom(ritz, Arrays.copyOf(order, k));
                    grow();
                    // a fresh space knows the rest worse than the last one did, unless it met what that one had missed
                    rest = rest.join(rest(new double[space.size()]));
                }
            }
        }

        /** Fills the space, as far as the budget goes, and takes its Ritz pairs. */
        private void grow() {
            while (space.size() < capacity && (space.size() < k || operator.products() < limit - k)) {
                CancelledException.throwIfInterrupted("Lanczos", operator.products(), limit);
                space.extend();
            }
            ritz = space.ritz();
            order = options.end.order(ritz.values());
            options.listener.progressed(operator.products(), limit);
        }

        private boolean settled() {
            double allowed = 0.25 * tolerance * scale();
            return Arrays.stream(order, 0, k).allMatch(i -> ritz.residuals()[i] <= allowed);
        }

        private boolean unchanged(double[] held) {
            double[] now = wantedValues();
            boolean same = held.length == k;
            for (int i = 0; i < k && same; i++) {
                same = Math.abs(now[i] - held[i]) <= tolerance * scale();
            }
            return same;
        }

        private double[] wantedValues() {
            return Arrays.stream(order, 0, k).mapToDouble(i -> ritz.values()[i]).toArray();
        }

        private double scale() {
            return Arrays.stream(ritz.values()).map(Math::abs).max().orElse(0);
        }

        Eigenpairs result(long started) {
            double[] values = wantedValues();
            Tensor vectors = Columns.narrowed(operator.dtype(), n, k, Signs.largestPositive(k, Columns.widened(space
                    .vectors(ritz, Arrays.copyOf(order, k)))));
            Tensor images = BlockProducts.matmat(operator, vectors, () -> options.listener.progressed(operator
                    .products(), limit));
            double[] residuals = measured(images, values, vectors);
            String route = space.size() == n
                    ? "exact: Krylov space of dimension " + n
                    : "thick-restart Lanczos: %d vectors, %d restarts".formatted(capacity, restarts);
            return new Eigenpairs(Tensor.of(values), vectors, Tensor.of(residuals), rest.gaps(values, residuals),
                    tolerance * scale(), operator.products(), operator.jvps(), operator.vjps(), options.seed, route,
                    Duration.ofNanos(System.nanoTime() - started));
        }

        /** What the Ritz values say of the eigenvalues that are not wanted; in the whole space these are the rest. */
        private Separation rest(double[] ritzResiduals) {
            if (k == n) {
                return Separation.COMPLETE;
            }
            double[] values = Arrays.stream(order).mapToDouble(i -> ritz.values()[i]).toArray();
            double[] residuals = Arrays.stream(order).mapToDouble(i -> ritzResiduals[i]).toArray();
            return Separation.of(options.end, k, values, residuals);
        }

        private double[] measured(Tensor images, double[] values, Tensor vectors) {
            double[] image = Columns.widened(Columns.transposed(Columns.wide(images))).clone();
            double[] vector = Columns.widened(Columns.transposed(Columns.wide(vectors)));
            KrylovSpace.requireFinite(image);
            double[] norms = new double[k];
            for (int j = 0; j < k; j++) {
                Dots.daxpy(n, -values[j], vector, j * n, image, j * n);
                norms[j] = Dots.dnrm2(n, image, j * n);
            }
            return norms;
        }
    }

    @Override
    public String toString() {
        return "Lanczos: %d eigenvalues %s, tolerance %.1e, seed %d".formatted(options.count, options.end,
                options.tolerance, options.seed);
    }
}
