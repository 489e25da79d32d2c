package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.krylov.GolubKahanSpace;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;

/**
 * The leading singular triplets of any operator to a tolerance, by the thick-restart Golub-Kahan-Lanczos method.
 *
 * <p>J. Baglama and L. Reichel, Augmented implicitly restarted Lanczos bidiagonalization methods, SIAM J. Sci. Comput.
 * 27 (2005), section 3.1, with full re-orthogonalisation on both sides. A itself is projected, never AᵀA, so that small
 * singular values keep the accuracy u·‖A‖ that products give. {@link RandomizedSvd} is cheaper where a few digits do.
 *
 * <p><b>Stopping.</b> As {@link Lanczos}: when every wanted triplet's residual, as the recurrence has it, is at most a
 * quarter of {@link #tolerance} times the largest singular value, the space grows once more from a random vector, which
 * finds repeated and overlooked ones; it ends when a round changes nothing. The residuals returned are measured by 2k
 * further products. Without convergence within {@link #maxMatvecs} products the best triplets so far are returned, and
 * {@link SingularTriplets#converged} says so.
 *
 * <p>Cost: two products a vector, and 2k that measure; 2·min(m, n) + 2k where the space reaches the smaller side, exact.
 * Memory: dimension·(m + n) numbers of float64; work besides the products: about 8·(m + n)·dimension flops for each pair
 * of them.
 */
public final class TruncatedSvd {
    private static final String NAME = "TruncatedSvd";
    private static final int SMALLEST_DIMENSION = 30;
    private static final int LEAST_PROOF = 20;
    private static final int LEAST_MATVECS = 2000;

    private final Options options;

    private record Options(int count, int dimension, double tolerance, long maxMatvecs, long seed,
            ProgressListener listener) {}

    private TruncatedSvd(Options options) {
        this.options = options;
    }

    /**
     * A solver for the k largest singular values.
     *
     * @throws ShapeException if k is under 1
     */
    public static TruncatedSvd rank(int k) {
        if (k < 1) {
            throw new ShapeException(NAME + ": expected at least one triplet, got " + k);
        }
        return new TruncatedSvd(new Options(k, 0, 1e-10, 0, 0, ProgressListener.NONE));
    }

    /**
     * The same solver with a space of so many vectors on either side; the default is 3k + 10 and at least 30.
     *
     * @throws ShapeException if it is under k + 2
     */
    public TruncatedSvd dimension(int vectors) {
        if (vectors < options.count + 2) {
            throw new ShapeException("%s: expected a dimension of at least %d for %d triplets, got %d".formatted(NAME,
                    options.count + 2, options.count, vectors));
        }
        return new TruncatedSvd(new Options(options.count, vectors, options.tolerance, options.maxMatvecs, options.seed,
                options.listener));
    }

    /**
     * The same solver with a tolerance for residuals, relative to the largest singular value; the default is 1e-10. The
     * least in force is 32·√max(m, n)·u with u the unit roundoff of the operator's dtype.
     *
     * @throws InvalidDataException if it is negative or not finite
     */
    public TruncatedSvd tolerance(double relative) {
        if (!(relative >= 0 && relative < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("%s: expected a tolerance from 0, got %s".formatted(NAME, relative));
        }
        return new TruncatedSvd(new Options(options.count, options.dimension, relative, options.maxMatvecs,
                options.seed, options.listener));
    }

    /**
     * The same solver with so many products at most, at least 4k; the default is max(2000, 20·min(m, n)).
     *
     * @throws ShapeException if it is under 4k
     */
    public TruncatedSvd maxMatvecs(long products) {
        if (products < 4L * options.count) {
            throw new ShapeException("%s: expected at least %d products for %d triplets, got %d".formatted(NAME, 4
                    * options.count, options.count, products));
        }
        return new TruncatedSvd(new Options(options.count, options.dimension, options.tolerance, products, options.seed,
                options.listener));
    }

    /** The same solver with another seed of the starting vector; the default is 0. */
    public TruncatedSvd seed(long seed) {
        return new TruncatedSvd(new Options(options.count, options.dimension, options.tolerance, options.maxMatvecs,
                seed, options.listener));
    }

    /** The same solver with a listener that is told after each pair of products; the total is the most it may take. */
    public TruncatedSvd listener(ProgressListener listener) {
        return new TruncatedSvd(new Options(options.count, options.dimension, options.tolerance, options.maxMatvecs,
                options.seed, listener));
    }

    /**
     * The leading singular triplets.
     *
     * @throws ShapeException       if the operator is smaller than the rank
     * @throws InvalidDataException if it is empty or a product is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between products
     */
    public SingularTriplets decompose(LinearOperator operator) {
        return CancelledException.unlessInterrupted(NAME, () -> decomposed(operator));
    }

    private SingularTriplets decomposed(LinearOperator operator) {
        int side = RangeFinder.requireNotEmpty(NAME, operator);
        if (options.count > side) {
            throw new ShapeException("%s: expected a rank of at most %d, the smaller side of %s[%d, %d]; got %d"
                    .formatted(NAME, side, operator.dtype(), operator.rows(), operator.columns(), options.count));
        }
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(operator);
        Iteration iteration = new Iteration(counted, side);
        iteration.run();
        return iteration.result(started);
    }

    /** One run of the method, on Aᵀ where that is the taller one. */
    private final class Iteration {
        private final CountingOperator counted;
        private final LinearOperator tall;
        private final int side;
        private final int k = options.count;
        private final int capacity;
        private final double tolerance;
        private final long limit;
        private final GolubKahanSpace space;
        private GolubKahanSpace.Triplets triplets;
        private int restarts;

        Iteration(CountingOperator counted, int side) {
            this.counted = counted;
            this.side = side;
            boolean wide = counted.rows() < counted.columns();
            this.tall = wide ? counted.adjoint() : counted;
            int wished = options.dimension > 0 ? options.dimension : Math.max(3 * k + 10, SMALLEST_DIMENSION);
            this.capacity = Math.min(side, wished);
            double rounding = 32 * Math.sqrt(tall.rows()) * counted.dtype().unitRoundoff();
            this.tolerance = Math.max(options.tolerance, rounding);
            this.limit = options.maxMatvecs > 0 ? options.maxMatvecs : Math.max(LEAST_MATVECS, 20L * side);
            this.space = new GolubKahanSpace(tall, capacity, options.seed);
            this.triplets = new GolubKahanSpace.Triplets(new double[0], new double[0], new double[0], new double[0]);
        }

        void run() {
            double[] held = new double[0];
            grow(capacity);
            while (space.size() < side && affordable()) {
                restarts++;
                if (!settled()) {
                    space.restart(triplets, (k + space.size()) / 2);
                    grow(capacity);
                } else if (unchanged(held)) {
                    return;
                } else {
                    held = Arrays.copyOf(triplets.values(), k);
                    space.restartAtRandom(triplets, k);
                    grow(Math.min(capacity, Math.max(2 * k + 10, LEAST_PROOF)));
                }
            }
        }

        private boolean affordable() {
            return counted.products() + 2 <= limit - 2L * k;
        }

        private void grow(int target) {
            while (space.size() < target && (space.size() < k || affordable())) {
                CancelledException.throwIfInterrupted(NAME, counted.products(), limit);
                space.extend();
                options.listener.progressed(counted.products(), limit);
            }
            triplets = space.triplets();
        }

        private boolean settled() {
            double allowed = 0.25 * tolerance * triplets.values()[0];
            return Arrays.stream(triplets.residuals(), 0, k).allMatch(residual -> residual <= allowed);
        }

        private boolean unchanged(double[] held) {
            boolean same = held.length == k;
            for (int i = 0; i < k && same; i++) {
                same = Math.abs(triplets.values()[i] - held[i]) <= tolerance * triplets.values()[0];
            }
            return same;
        }

        SingularTriplets result(long started) {
            double[] values = Arrays.copyOf(triplets.values(), k);
            Tensor u = columns(tall.rows(), space.leftRows(triplets, k));
            Tensor v = columns(tall.columns(), space.rightRows(triplets, k));
            boolean wide = tall != counted;
            double[] right = Columns.widened(wide ? u : v);
            double[] signs = Signs.of(k, right);
            right = Signs.times(k, right, signs);
            double[] left = Signs.times(k, Columns.widened(wide ? v : u), signs);
            Tensor lefts = Columns.narrowed(counted.dtype(), counted.rows(), k, left);
            Tensor rights = Columns.narrowed(counted.dtype(), counted.columns(), k, right);
            Runnable report = () -> options.listener.progressed(counted.products(), limit);
            double[] residuals = Residuals.norms(k, Columns.widened(BlockProducts.matmat(counted, rights, report)),
                    values, Columns.widened(lefts));
            double[] others = Residuals.norms(k,
                    Columns.widened(BlockProducts.matmat(counted.adjoint(), lefts, report)),
                    values, Columns.widened(rights));
            for (int j = 0; j < k; j++) {
                residuals[j] = Math.hypot(residuals[j], others[j]) * Math.sqrt(0.5);
            }
            String route = space.size() == side
                    ? "exact: Krylov space of dimension " + side
                    : "thick-restart Golub-Kahan-Lanczos: %d vectors, %d restarts".formatted(capacity, restarts);
            return SingularTriplets.of(lefts, Tensor.of(values), Columns.transposed(rights), Tensor.of(residuals),
                    tolerance * values[0], Double.NaN, counted, options.seed, route, started);
        }

        private Tensor columns(int length, double[] rows) {
            return Columns.transposed(Tensor.wrap(Shape.of(k, length), rows));
        }
    }

    @Override
    public String toString() {
        return "TruncatedSvd: %d triplets, tolerance %.1e, seed %d".formatted(options.count, options.tolerance,
                options.seed);
    }
}
