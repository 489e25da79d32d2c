package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;

/**
 * Leading singular triplets of any operator, from products with random blocks.
 *
 * <p>Halko, Martinsson and Tropp, Finding structure with randomness, SIAM Review 53 (2011), algorithms 4.4 and 5.1: an
 * orthonormal basis Q of the range of (AAᵀ)^q·A·Ω, then the singular triplets of QᵀA. One more product per triplet gives
 * its residual.
 *
 * <p>Cost: (2q + 2)·l + rank products with A and Aᵀ together, l = min(m, n, rank + oversampling); where l = min(m, n), that
 * many products, and then no error but rounding.
 */
public final class RandomizedSvd {
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

    /** The same solver with so many further random vectors. */
    public RandomizedSvd oversampling(int vectors) {
        return new RandomizedSvd(new RangeFinder(finder.rank(), vectors, finder.powerIterations(), finder.seed(), finder
                .listener()));
    }

    /** The same solver with so many power iterations. */
    public RandomizedSvd powerIterations(int iterations) {
        return new RandomizedSvd(new RangeFinder(finder.rank(), finder.oversampling(), iterations, finder.seed(), finder
                .listener()));
    }

    /** The same solver with another seed. */
    public RandomizedSvd seed(long seed) {
        return new RandomizedSvd(new RangeFinder(finder.rank(), finder.oversampling(), finder.powerIterations(), seed,
                finder.listener()));
    }

    /** The same solver with a listener that is told of progress after each block. */
    public RandomizedSvd listener(ProgressListener listener) {
        return new RandomizedSvd(new RangeFinder(finder.rank(), finder.oversampling(), finder.powerIterations(), finder
                .seed(), listener));
    }

    /**
     * The leading singular triplets.
     *
     * @throws ShapeException                     if the operator is smaller than the rank
     * @throws cotangent.dsl.InvalidDataException if it is empty or a product is NaN or infinite
     */
    public SingularTriplets decompose(LinearOperator operator) {
        finder.requireRank("RandomizedSvd", operator);
        CountingOperator counted = CountingOperator.of(operator);
        int side = Math.min(operator.rows(), operator.columns());
        int width = finder.width(side);
        if (width == side) {
            return fromDense(counted);
        }
        long planned = (2L * finder.powerIterations() + 2) * width + finder.rank();
        OrthonormalBasis basis = finder.range(counted, width, planned);
        Tensor transposed = finder.product(counted, counted.adjoint(), basis.block(operator.dtype()),
                planned);
        Svd svd = Svd.of(Columns.wide(transposed));
        int k = finder.rank();
        double[] values = Arrays.copyOf(svd.s().toDoubles(), k);
        double[] v = Columns.widened(Columns.range(svd.u(), 0, k));
        double[] signs = Signs.of(k, v);
        double[] right = Signs.times(k, v, signs);
        Tensor coefficients = Columns.range(Columns.transposed(svd.vt()), 0, k);
        double[] left = Signs.times(k, Columns.widened(basis.combine(coefficients, DType.F64)), signs);
        Tensor images = finder.product(counted, counted,
                Columns.narrowed(operator.dtype(), operator.columns(), k, right),
                planned);
        double[] transposedImages = Signs.times(k, Columns.widened(Columns.multiply(transposed, coefficients)), signs);
        return triplets(counted, left, values, right, Columns.widened(images), transposedImages);
    }

    /** The whole matrix by as many products as its smaller side, and its decomposition. */
    private SingularTriplets fromDense(CountingOperator counted) {
        Tensor matrix = finder.dense(counted);
        Svd svd = Svd.of(Columns.wide(matrix));
        int k = finder.rank();
        double[] left = Columns.widened(Columns.range(svd.u(), 0, k));
        double[] right = Columns.widened(Columns.range(Columns.transposed(svd.vt()), 0, k));
        double[] signs = Signs.of(k, right);
        left = Signs.times(k, left, signs);
        right = Signs.times(k, right, signs);
        double[] values = Arrays.copyOf(svd.s().toDoubles(), k);
        double[] images = Columns.widened(Columns.multiply(matrix, Tensor.wrap(Shape.of(counted.columns(), k), right)));
        double[] transposedImages = Columns.widened(Columns.multiply(Columns.transposed(matrix), Tensor.wrap(Shape.of(
                counted.rows(), k), left)));
        return triplets(counted, left, values, right, images, transposedImages);
    }

    private static SingularTriplets triplets(CountingOperator counted, double[] left, double[] values, double[] right,
            double[] images, double[] transposedImages) {
        int k = values.length;
        double[] residuals = Residuals.norms(k, images, values, left);
        double[] others = Residuals.norms(k, transposedImages, values, right);
        for (int j = 0; j < k; j++) {
            residuals[j] = Math.hypot(residuals[j], others[j]) * Math.sqrt(0.5);
        }
        return new SingularTriplets(Columns.narrowed(counted.dtype(), counted.rows(), k, left), Tensor.of(values),
                Columns
                        .transposed(Columns.narrowed(counted.dtype(), counted.columns(), k, right)),
                Tensor.of(residuals), counted
                        .products());
    }

    @Override
    public String toString() {
        return "RandomizedSvd: rank %d, oversampling %d, %d power iterations, seed %d".formatted(finder.rank(),
                finder.oversampling(), finder
                        .powerIterations(),
                finder.seed());
    }
}
