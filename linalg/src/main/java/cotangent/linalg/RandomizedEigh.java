package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;

/**
 * Eigenpairs of largest magnitude of a symmetric operator, from products with random blocks.
 *
 * <p>N. Halko, P.-G. Martinsson and J. A. Tropp, Finding structure with randomness, SIAM Review 53 (2011), algorithms 4.4 and 5.3: an
 * orthonormal basis Q of the range of A^(q+1)·Ω, then the eigenpairs of QᵀAQ. A power iteration here is one product with A,
 * re-orthonormalised. With {@link #blockKrylov} the basis is that of [AΩ, ..., A^(q+1)Ω], for the same products: more accurate the
 * slower the spectrum falls, at (q + 1)² times the other work. The residual of each pair comes without further products. No accuracy is asked
 * for; {@link Lanczos} takes a tolerance.
 *
 * <p>Cost: (q + 2)·l products with l = min(n, rank + oversampling), fewer where a Krylov space comes to its end; n products
 * where l, or (q + 1)·l with a block Krylov space, reaches n, and then no error but rounding.
 */
public final class RandomizedEigh {
    private static final String NAME = "RandomizedEigh";

    private final RangeFinder finder;

    private RandomizedEigh(RangeFinder finder) {
        this.finder = finder;
    }

    /**
     * A solver for so many eigenpairs, with oversampling 10, 2 power iterations and seed 0.
     *
     * @throws ShapeException if the rank is under 1
     */
    public static RandomizedEigh rank(int rank) {
        return new RandomizedEigh(RangeFinder.rank(rank));
    }

    /**
     * A solver for as many eigenpairs as an accuracy takes.
     *
     * @param relative ‖A − VΛVᵀ‖₂ is to be within this times ‖A‖₂
     * @throws InvalidDataException if it is not between 0 and 1
     */
    public static ToTolerance toTolerance(double relative) {
        return new ToTolerance(RangeFinder.rank(1), Tolerance.of(NAME, relative));
    }

    /** The same solver with so many further random vectors. */
    public RandomizedEigh oversampling(int vectors) {
        return new RandomizedEigh(finder.withOversampling(vectors));
    }

    /** The same solver with so many power iterations. */
    public RandomizedEigh powerIterations(int iterations) {
        return new RandomizedEigh(finder.withPowerIterations(iterations));
    }

    /** The same solver with a block Krylov space of so many further blocks in the place of power iterations. */
    public RandomizedEigh blockKrylov(int iterations) {
        return new RandomizedEigh(finder.withKrylov(iterations));
    }

    /** The same solver with another seed. */
    public RandomizedEigh seed(long seed) {
        return new RandomizedEigh(finder.withSeed(seed));
    }

    /** The same solver with a listener that is told of progress after each block. */
    public RandomizedEigh listener(ProgressListener listener) {
        return new RandomizedEigh(finder.withListener(listener));
    }

    /**
     * The leading eigenpairs.
     *
     * @param operator known to be symmetric; declare it with {@link LinearOperator#asSymmetric} where only you know
     * @throws ShapeException       if it is not known to be symmetric, or is smaller than the rank
     * @throws InvalidDataException if it is empty or a product is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between blocks
     */
    public Eigenpairs decompose(LinearOperator operator) {
        return CancelledException.unlessInterrupted(NAME, () -> decomposed(operator));
    }

    private Eigenpairs decomposed(LinearOperator operator) {
        requireSymmetric(operator);
        finder.requireRank(NAME, operator);
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(operator);
        int n = operator.rows();
        int width = finder.width(n);
        boolean whole = finder.whole(n);
        String route = whole
                ? "exact: identity basis of dimension " + n
                : "randomized: %d vectors, %s".formatted(width, finder.refinement());
        RitzPairs pairs = pairs(counted.dtype(), whole ? wholeRange(finder, counted)
                : finder.symmetricRange(counted,
                        width));
        int[] order = SpectrumEnd.LARGEST_MAGNITUDE.order(pairs.values());
        Separation rest = finder.rank() == n
                ? Separation.COMPLETE
                : Separation.of(SpectrumEnd.LARGEST_MAGNITUDE, finder.rank(), chosen(pairs.values(), order), chosen(
                        pairs.residuals(), order));
        return pairs.eigenpairs(order, finder.rank(), rest, Double.POSITIVE_INFINITY, RitzPairs.Account.of(counted,
                finder.seed(), route, started));
    }

    private static void requireSymmetric(LinearOperator operator) {
        if (!operator.symmetric()) {
            throw new ShapeException("RandomizedEigh: expected a symmetric operator, got %s; use RandomizedSvd, or "
                    .formatted(operator) + "asSymmetric() if it is symmetric nevertheless");
        }
    }

    private static RangeFinder.Range wholeRange(RangeFinder finder, CountingOperator operator) {
        int n = operator.rows();
        return new RangeFinder.Range(Columns.identity(DType.F64, n, 0, n), Columns.wide(finder.dense(operator)));
    }

    /** The Ritz pairs; vectors take the operator's dtype. */
    private static RitzPairs pairs(DType dtype, RangeFinder.Range range) {
        RitzPairs wide = RitzPairs.of(range.basis(), range.images());
        return new RitzPairs(dtype, wide.n(), wide.values(), wide.vectors(), wide.residuals());
    }

    private static double[] chosen(double[] values, int[] order) {
        return Arrays.stream(order).mapToDouble(i -> values[i]).toArray();
    }

    /**
     * A solver for as many eigenpairs as an accuracy takes: blocks of random vectors until what is outside their range is small
     * enough, then the fewest of the Ritz pairs that keep ‖A − VΛVᵀ‖₂ within the tolerance.
     *
     * <p>Halko, Martinsson and Tropp, algorithm 4.2, in blocks of b: the accuracy holds but for a probability of 10⁻ᵇ. Cost: 2·l + b
     * products for a basis of l vectors, plus n where that reaches the dimension n. Where it does not get there within {@link #maxRank},
     * {@link Eigenpairs#converged} is false; {@link Eigenpairs#errorEstimate} says how far it came.
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
         * The eigenpairs, by magnitude descending; none of the zero operator.
         *
         * @param operator known to be symmetric
         * @throws ShapeException       if it is not known to be symmetric
         * @throws InvalidDataException if it is empty or a product is NaN or infinite
         * @throws CancelledException   if the thread is interrupted, between blocks
         */
        public Eigenpairs decompose(LinearOperator operator) {
            return CancelledException.unlessInterrupted(NAME, () -> decomposed(operator));
        }

        private Eigenpairs decomposed(LinearOperator operator) {
            requireSymmetric(operator);
            int n = RangeFinder.requireNotEmpty(NAME, operator);
            long started = System.nanoTime();
            CountingOperator counted = CountingOperator.of(operator);
            // ‖A − QQᵀAQQᵀ‖ ≤ 2‖(I − QQᵀ)A‖
            AdaptiveRange range = AdaptiveRange.grow(finder, counted, 0.5 * tolerance.inForce(operator), tolerance
                    .blockSize(), Math.min(n, tolerance.maxRank()));
            RitzPairs pairs = pairs(counted.dtype(), range.whole()
                    ? wholeRange(finder, counted)
                    : new RangeFinder.Range(range.basis(), range.images()));
            double error = range.whole() ? 0 : 2 * range.error();
            int[] order = SpectrumEnd.LARGEST_MAGNITUDE.order(pairs.values());
            double[] values = chosen(pairs.values(), order);
            double allowed = tolerance.inForce(operator)
                    * Math.max(range.scale(), SymmetricEigensolver.largestMagnitude(
                            values));
            int kept = values.length;
            while (kept > 0 && error + Math.abs(values[kept - 1]) <= allowed) {
                kept--;
            }
            double next = error + (kept < values.length ? Math.abs(values[kept]) : 0);
            Separation rest = kept == n ? Separation.COMPLETE : new Separation(-next, next);
            String route = "%s: %d vectors".formatted(range.whole() ? "exact" : "randomized to a tolerance",
                    values.length);
            return pairs.eigenpairs(order, kept, rest, allowed, RitzPairs.Account.of(counted, finder.seed(), route,
                    started).withErrorEstimate(next));
        }
    }

    @Override
    public String toString() {
        return NAME + ": " + finder.describe();
    }
}
