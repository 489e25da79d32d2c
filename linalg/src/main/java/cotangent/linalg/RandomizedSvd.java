package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;

/**
 * Leading singular triplets of any operator, from products with random blocks.
 *
 * <p>N. Halko, P.-G. Martinsson and J. A. Tropp, Finding structure with randomness, SIAM Review 53 (2011), algorithms 4.4 and 5.1: an
 * orthonormal basis Q of the range of (AAᵀ)^q·A·Ω, then the singular triplets of QᵀA. With {@link #blockKrylov} the basis is that of
 * [AΩ, ..., (AAᵀ)^q·A·Ω], for the same products (C. Musco and C. Musco, NIPS 2015, algorithm 2): more accurate the slower the singular
 * values fall, at (q + 1)² times the other work. One more product per triplet gives its residual.
 *
 * <p>Cost: (2q + 2)·l + rank products with A and Aᵀ together, l = min(m, n, rank + oversampling), fewer where a Krylov space comes to
 * its end; where l, or (q + 1)·l with a block Krylov space, reaches min(m, n), that many products, and then no error but rounding.
 */
public final class RandomizedSvd {
    private static final String NAME = "RandomizedSvd";

    private final RangeFinder finder;

    private RandomizedSvd(RangeFinder finder) {
        this.finder = finder;
    }

    /**
     * A solver for so many triplets, with oversampling 10, 2 power iterations and seed 0.
     *
     * @throws ShapeException if the rank is under 1
     */
    public static RandomizedSvd rank(int rank) {
        return new RandomizedSvd(RangeFinder.rank(rank));
    }

    /**
     * A solver for as many triplets as an accuracy takes.
     *
     * @param relative ‖A − UΣVᵀ‖₂ is to be within this times ‖A‖₂
     * @throws InvalidDataException if it is not between 0 and 1
     */
    public static ToTolerance toTolerance(double relative) {
        return new ToTolerance(RangeFinder.rank(1), Tolerance.of(NAME, relative));
    }

    /** The same solver with so many further random vectors. */
    public RandomizedSvd oversampling(int vectors) {
        return new RandomizedSvd(finder.withOversampling(vectors));
    }

    /** The same solver with so many power iterations. */
    public RandomizedSvd powerIterations(int iterations) {
        return new RandomizedSvd(finder.withPowerIterations(iterations));
    }

    /** The same solver with a block Krylov space of so many further blocks in the place of power iterations. */
    public RandomizedSvd blockKrylov(int iterations) {
        return new RandomizedSvd(finder.withKrylov(iterations));
    }

    /** The same solver with another seed. */
    public RandomizedSvd seed(long seed) {
        return new RandomizedSvd(finder.withSeed(seed));
    }

    /** The same solver with a listener that is told of progress after each block. */
    public RandomizedSvd listener(ProgressListener listener) {
        return new RandomizedSvd(finder.withListener(listener));
    }

    /**
     * The leading singular triplets.
     *
     * @throws ShapeException       if the operator is smaller than the rank
     * @throws InvalidDataException if it is empty or a product is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between blocks
     */
    public SingularTriplets decompose(LinearOperator operator) {
        return CancelledException.unlessInterrupted(NAME, () -> decomposed(operator));
    }

    private SingularTriplets decomposed(LinearOperator operator) {
        finder.requireRank(NAME, operator);
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(operator);
        int side = Math.min(operator.rows(), operator.columns());
        int k = finder.rank();
        if (finder.whole(side)) {
            return fromDense(counted, finder, new Fewest(k, 0), started);
        }
        int width = finder.width(side);
        RangeFinder.Range range = finder.range(counted, width, (2L * finder.powerIterations() + 2) * width + k);
        String route = "randomized: %d vectors, %s".formatted(width, finder.refinement());
        return Projected.of(range.basis(), range.images()).triplets(counted, finder, k, Accuracy.NONE, route, started);
    }

    /** What was asked for and what was reached, for the result. */
    private record Accuracy(double tolerance, double error) {
        static final Accuracy NONE = new Accuracy(Double.POSITIVE_INFINITY, Double.NaN);
    }

    /** How many triplets of a known matrix: a rank, or where that is 0 the fewest within a relative tolerance. */
    private record Fewest(int rank, double relative) {
        int of(double[] values) {
            return rank > 0 ? rank : of(values, 0, relative * values[0]);
        }

        Accuracy accuracy(double[] values, int kept) {
            return rank > 0 ? Accuracy.NONE
                    : new Accuracy(relative * values[0], kept < values.length ? values[kept] : 0);
        }

        /** The least k with √(error² + σ²) ≤ allowed for σ of rank k + 1: the two parts have orthogonal ranges. */
        static int of(double[] values, double error, double allowed) {
            int kept = values.length;
            while (kept > 0 && Math.hypot(error, values[kept - 1]) <= allowed) {
                kept--;
            }
            return kept;
        }
    }

    /** The singular triplets of QᵀA, float64: right vectors [n, l], values, and the left ones' coefficients [l, l] in Q. */
    private record Projected(Tensor basis, Tensor images, double[] values, Tensor right, Tensor coefficients) {
        static Projected of(Tensor basis, Tensor images) {
            Svd svd = Svd.of(images);
            return new Projected(basis, images, svd.s().toDoubles(), svd.u(), Columns.transposed(svd.vt()));
        }

        /** The first k triplets, whose residuals take k products. */
        SingularTriplets triplets(CountingOperator operator, RangeFinder finder, int k, Accuracy accuracy,
                String route, long started) {
            double[] v = Columns.widened(Columns.range(right, 0, k));
            double[] signs = Signs.of(k, v);
            double[] rights = Signs.times(k, v, signs);
            Tensor chosen = Columns.range(coefficients, 0, k);
            double[] lefts = Signs.times(k, Columns.widened(Columns.multiply(basis, chosen)), signs);
            double[] transposedImages = Signs.times(k, Columns.widened(Columns.multiply(images, chosen)), signs);
            Tensor vectors = Tensor.wrap(Shape.of(operator.columns(), k), rights);
            Tensor forward = k == 0
                    ? RangeFinder.none(operator.rows())
                    : finder.wideProduct(operator, operator, vectors, operator.products() + k);
            return result(operator, finder, k, new double[][]{lefts, values, rights, Columns.widened(forward),
                    transposedImages}, accuracy, route, started);
        }
    }

    /** The whole matrix by as many products as its smaller side, and its decomposition. */
    private static SingularTriplets fromDense(CountingOperator counted, RangeFinder finder, Fewest fewest,
            long started) {
        Tensor matrix = finder.dense(counted);
        Svd svd = Svd.of(Columns.wide(matrix));
        double[] all = svd.s().toDoubles();
        int k = fewest.of(all);
        double[] left = Columns.widened(Columns.range(svd.u(), 0, k));
        double[] right = Columns.widened(Columns.range(Columns.transposed(svd.vt()), 0, k));
        double[] signs = Signs.of(k, right);
        left = Signs.times(k, left, signs);
        right = Signs.times(k, right, signs);
        double[] images = Columns.widened(Columns.multiply(matrix, Tensor.wrap(Shape.of(counted.columns(), k), right)));
        double[] transposedImages = Columns.widened(Columns.inner(matrix, Tensor.wrap(Shape.of(
                counted.rows(), k), left)));
        return result(counted, finder, k, new double[][]{left, all, right, images, transposedImages},
                fewest.accuracy(all, k), "exact: matrix written out", started);
    }

    /** The result from left vectors, values, right vectors and the images of both. */
    private static SingularTriplets result(CountingOperator counted, RangeFinder finder, int k, double[][] parts,
            Accuracy accuracy, String route, long started) {
        double[] values = Arrays.copyOf(parts[1], k);
        double[] residuals = Residuals.norms(k, parts[3], values, parts[0]);
        double[] others = Residuals.norms(k, parts[4], values, parts[2]);
        for (int j = 0; j < k; j++) {
            residuals[j] = Math.hypot(residuals[j], others[j]) * Math.sqrt(0.5);
        }
        Tensor u = Columns.narrowed(counted.dtype(), counted.rows(), k, parts[0]);
        Tensor v = Columns.narrowed(counted.dtype(), counted.columns(), k, parts[2]);
        return SingularTriplets.of(u, Tensor.of(values), Columns.transposed(v), Tensor.of(residuals), accuracy
                .tolerance(), accuracy.error(), counted, finder.seed(), route, started);
    }

    /**
     * A solver for as many triplets as an accuracy takes: blocks of random vectors until what is outside their range is small
     * enough, then the fewest triplets that keep ‖A − UΣVᵀ‖₂ within the tolerance.
     *
     * <p>Halko, Martinsson and Tropp, algorithm 4.2, in blocks of b: the accuracy holds but for a probability of 10⁻ᵇ. Cost: 2·l + b
     * products for a basis of l vectors and one for each triplet; where the basis would reach the smaller side, that many more in the
     * place of the last block and of those.
     */
    public static final class ToTolerance extends AdaptiveSolver<ToTolerance> {
        private ToTolerance(RangeFinder finder, Tolerance tolerance) {
            super(NAME, finder, tolerance);
        }

        @Override
        ToTolerance with(RangeFinder otherFinder, Tolerance otherTolerance) {
            return new ToTolerance(otherFinder, otherTolerance);
        }

        /**
         * The triplets, by singular value descending; none of the zero operator. {@link SingularTriplets#converged} says whether the
         * accuracy was reached.
         *
         * @throws InvalidDataException if the operator is empty or a product is NaN or infinite
         * @throws CancelledException   if the thread is interrupted, between blocks
         */
        public SingularTriplets decompose(LinearOperator operator) {
            return CancelledException.unlessInterrupted(NAME, () -> decomposed(operator));
        }

        private SingularTriplets decomposed(LinearOperator operator) {
            int side = RangeFinder.requireNotEmpty(NAME, operator);
            long started = System.nanoTime();
            CountingOperator counted = CountingOperator.of(operator);
            double relative = tolerance.inForce(operator);
            AdaptiveRange range = AdaptiveRange.grow(finder, counted, relative, tolerance.blockSize(), Math.min(side,
                    tolerance.maxRank()));
            if (range.whole()) {
                return fromDense(counted, finder, new Fewest(0, relative), started);
            }
            Projected projected = Projected.of(range.basis(), range.images());
            double[] values = projected.values;
            double allowed = relative * Math.max(range.scale(), values.length > 0 ? values[0] : 0);
            int kept = Fewest.of(values, range.error(), allowed);
            double error = Math.hypot(range.error(), kept < values.length ? values[kept] : 0);
            String route = "randomized to a tolerance: %d vectors".formatted(values.length);
            return projected.triplets(counted, finder, kept, new Accuracy(allowed, error), route, started);
        }
    }

    @Override
    public String toString() {
        return NAME + ": " + finder.describe();
    }
}
