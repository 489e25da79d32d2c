package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenpairs of largest magnitude of a symmetric operator, from products with random blocks.
 *
 * <p>Halko, Martinsson and Tropp, Finding structure with randomness, SIAM Review 53 (2011), algorithms 4.4 and 5.3: an
 * orthonormal basis Q of the range of A^(q+1)·Ω, then the eigenpairs of QᵀAQ. A power iteration here is one product with A,
 * re-orthonormalised. The residual of each pair comes without further products. No accuracy is asked for; {@link Lanczos} takes
 * a tolerance.
 *
 * <p>Cost: (q + 2)·l products with l = min(n, rank + oversampling); n products where l = n, and then no error but
 * rounding.
 */
public final class RandomizedEigh {
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

    /** The same solver with so many further random vectors. */
    public RandomizedEigh oversampling(int vectors) {
        return new RandomizedEigh(
                new RangeFinder(finder.rank(), vectors, finder.powerIterations(), finder.seed(), finder
                        .listener()));
    }

    /** The same solver with so many power iterations. */
    public RandomizedEigh powerIterations(int iterations) {
        return new RandomizedEigh(
                new RangeFinder(finder.rank(), finder.oversampling(), iterations, finder.seed(), finder
                        .listener()));
    }

    /** The same solver with another seed. */
    public RandomizedEigh seed(long seed) {
        return new RandomizedEigh(new RangeFinder(finder.rank(), finder.oversampling(), finder.powerIterations(), seed,
                finder.listener()));
    }

    /** The same solver with a listener that is told of progress after each block. */
    public RandomizedEigh listener(ProgressListener listener) {
        return new RandomizedEigh(new RangeFinder(finder.rank(), finder.oversampling(), finder.powerIterations(), finder
                .seed(), listener));
    }

    /**
     * The leading eigenpairs.
     *
     * @param operator known to be symmetric; declare it with {@link LinearOperator#asSymmetric} where only you know
     * @throws ShapeException                     if it is not known to be symmetric, or is smaller than the rank
     * @throws cotangent.dsl.InvalidDataException if it is empty or a product is NaN or infinite
     */
    public Eigenpairs decompose(LinearOperator operator) {
        if (!operator.symmetric()) {
            throw new ShapeException("RandomizedEigh: expected a symmetric operator, got %s; use RandomizedSvd, or "
                    .formatted(operator) + "asSymmetric() if it is symmetric nevertheless");
        }
        finder.requireRank("RandomizedEigh", operator);
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(operator);
        int n = operator.rows();
        int width = finder.width(n);
        boolean whole = width == n;
        long planned = whole ? n : (finder.powerIterations() + 2L) * width;
        OrthonormalBasis basis = whole ? OrthonormalBasis.identity(n) : finder.symmetricRange(counted, width, planned);
        Tensor product = finder.product(counted, counted, basis.block(operator.dtype()), planned);
        Eigh projected = Eigh.of(symmetricPart(basis.coefficients(product)));
        String route = whole
                ? "exact: identity basis of dimension " + n
                : "randomized: %d vectors, %d power iterations".formatted(width, finder.powerIterations());
        RitzPairs pairs = ritzPairs(basis, product, projected);
        return new Eigenpairs(pairs.values, pairs.vectors, pairs.residuals, pairs.gaps, Double.POSITIVE_INFINITY,
                counted.products(), counted.jvps(), counted.vjps(), finder.seed(), route,
                Duration.ofNanos(System.nanoTime() - started));
    }

    private record RitzPairs(Tensor values, Tensor vectors, Tensor residuals, Tensor gaps) {}

    private RitzPairs ritzPairs(OrthonormalBasis basis, Tensor product, Eigh projected) {
        int width = basis.size();
        int rank = finder.rank();
        int k = Math.min(width, rank + 1); // one more than wanted: it tells how far away the rest is
        int[] order = IntStream.range(0, width)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(projected.values()
                        .get(i))))
                .mapToInt(i -> i)
                .limit(k)
                .toArray();
        double[] all = Storage.doubles(projected.vectors());
        double[] chosen = new double[width * k];
        double[] values = new double[k];
        for (int j = 0; j < k; j++) {
            values[j] = projected.values().get(order[j]);
            for (int i = 0; i < width; i++) {
                chosen[i * k + j] = all[i * width + order[j]];
            }
        }
        Tensor coefficients = Tensor.wrap(Shape.of(width, k), chosen);
        double[] vectors = Columns.widened(basis.combine(coefficients, DType.F64));
        double[] images = Columns.widened(Columns.multiply(product, coefficients));
        double[] residuals = Residuals.of(k, images, values, vectors).toDoubles();
        Separation rest = rank == product.shape().extent(0)
                ? Separation.COMPLETE
                : Separation.of(SpectrumEnd.LARGEST_MAGNITUDE, rank, values, residuals);
        double[] wanted = Arrays.copyOf(values, rank);
        double[] bounds = Arrays.copyOf(residuals, rank);
        Tensor signed = Columns.narrowed(product.dtype(), product.shape().extent(0), k, Signs.largestPositive(k,
                vectors));
        return new RitzPairs(Tensor.of(wanted), Columns.range(signed, 0, rank), Tensor.of(bounds), rest.gaps(wanted,
                bounds));
    }

    /** (B + Bᵀ)/2: what rounding and a basis in F32 left of asymmetry is averaged. */
    private static Tensor symmetricPart(Tensor square) {
        int n = square.shape().extent(0);
        double[] entries = Storage.doubles(square);
        double[] mean = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                mean[i * n + j] = 0.5 * entries[i * n + j] + 0.5 * entries[j * n + i];
            }
        }
        return Tensor.wrap(square.shape(), mean);
    }

    @Override
    public String toString() {
        return "RandomizedEigh: rank %d, oversampling %d, %d power iterations, seed %d".formatted(finder.rank(),
                finder.oversampling(), finder
                        .powerIterations(),
                finder.seed());
    }
}
