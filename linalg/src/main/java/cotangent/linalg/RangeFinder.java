package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.krylov.Orthonormal;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.ProgressListener;

/**
 * The randomized range finder.
 *
 * <p>With power iterations: N. Halko, P.-G. Martinsson and J. A. Tropp, Finding structure with randomness, SIAM Review 53 (2011),
 * algorithms 4.1 and 4.4; the basis is orthonormalised after every product, without which the smaller directions drown in
 * rounding. With a block Krylov space, which keeps the blocks that power iterations throw away: C. Musco and C. Musco, Randomized
 * block Krylov methods for stronger and faster approximate singular value decomposition, NIPS 2015, algorithm 2.
 *
 * @param rank            singular or eigenvectors wanted
 * @param oversampling    further random vectors
 * @param powerIterations further rounds of products
 * @param krylov          whether the blocks of all rounds are kept
 * @param seed            of the random vectors
 * @param listener        told after each block
 */
record RangeFinder(int rank, int oversampling, int powerIterations, boolean krylov, long seed,
        ProgressListener listener) {
    /** Apart from the streams that estimators draw from, so that one seed serves both. */
    private static final long STREAM = 1L << 32;

    RangeFinder {
        if (rank < 1 || oversampling < 0 || powerIterations < 0) {
            throw new ShapeException(
                    "randomized: expected a rank from 1, oversampling and power iterations from 0, got "
                            + "%d, %d and %d".formatted(rank, oversampling, powerIterations));
        }
    }

    /**
     * A basis and its image.
     *
     * @param basis  Q, float64 [rows, l], orthonormal columns
     * @param images A·Q for a symmetric A, else Aᵀ·Q
     */
    record Range(Tensor basis, Tensor images) {}

    static RangeFinder rank(int rank) {
        return new RangeFinder(rank, 10, 2, false, 0, ProgressListener.NONE);
    }

    RangeFinder withOversampling(int vectors) {
        return new RangeFinder(rank, vectors, powerIterations, krylov, seed, listener);
    }

    RangeFinder withPowerIterations(int iterations) {
        return new RangeFinder(rank, oversampling, iterations, false, seed, listener);
    }

    RangeFinder withKrylov(int iterations) {
        return new RangeFinder(rank, oversampling, iterations, true, seed, listener);
    }

    RangeFinder withSeed(long other) {
        return new RangeFinder(rank, oversampling, powerIterations, krylov, other, listener);
    }

    RangeFinder withListener(ProgressListener other) {
        return new RangeFinder(rank, oversampling, powerIterations, krylov, seed, other);
    }

    /** The width of the sketch of an operator whose smaller side is given. */
    int width(int side) {
        return (int) Math.min(side, (long) rank + oversampling);
    }

    /** Whether the basis would be as large as an operator's smaller side, so that the matrix itself is as cheap. */
    boolean whole(int side) {
        return (krylov ? powerIterations + 1L : 1L) * width(side) >= side;
    }

    void requireRank(String name, LinearOperator operator) {
        int side = requireNotEmpty(name, operator);
        if (rank > side) {
            throw new ShapeException(
                    "%s: expected a rank of at most %d, the smaller side of %s[%d, %d]; got %d".formatted(
                            name, side, operator.dtype(), operator.rows(), operator.columns(), rank));
        }
    }

    static int requireNotEmpty(String name, LinearOperator operator) {
        int side = Math.min(operator.rows(), operator.columns());
        if (side == 0) {
            throw new InvalidDataException("%s: expected an operator that is not empty, got %s[%d, %d]".formatted(name,
                    operator.dtype(), operator.rows(), operator.columns()));
        }
        return side;
    }

    /** Independent Gaussian vectors of the length of an operator's rows. */
    Tensor random(LinearOperator operator, int from, int to) {
        return new ProbeStream(Probes.GAUSSIAN, seed, STREAM).block(operator.dtype(), operator.columns(), from, to);
    }

    /** A·Ω. */
    private Tensor sketch(CountingOperator operator, int width, long planned) {
        return product(operator, operator, random(operator, 0, width), planned);
    }

    /** A basis of the range of a symmetric A, and its image: (2 + powerIterations)·width products. */
    Range symmetricRange(CountingOperator operator, int width) {
        long planned = (powerIterations + 2L) * width;
        Tensor block = spanning(sketch(operator, width, planned));
        Range range = new Range(block, wideProduct(operator, operator, block, planned));
        for (int i = 0; i < powerIterations; i++) {
            Tensor image = range.images;
            block = krylov ? Orthonormal.extension(range.basis, last(image, width)) : spanning(image);
            if (block == null) {
                return range; // the Krylov space came to its end: what is left is rounding
            }
            Tensor next = wideProduct(operator, operator, block, planned);
            range = krylov ? new Range(Columns.join(range.basis, block), Columns.join(image, next))
                    : new Range(block,
                            next);
        }
        return range;
    }

    /** A basis of the range of A, and its image: (2 + 2·powerIterations)·width products with A and Aᵀ. */
    Range range(CountingOperator operator, int width, long planned) {
        LinearOperator adjoint = operator.adjoint();
        Tensor block = spanning(sketch(operator, width, planned));
        Range range = new Range(block, wideProduct(operator, adjoint, block, planned));
        for (int i = 0; i < powerIterations; i++) {
            Tensor directions = spanning(last(range.images, width));
            Tensor image = wideProduct(operator, operator, directions, planned);
            block = krylov ? Orthonormal.extension(range.basis, image) : spanning(image);
            if (block == null) {
                return range;
            }
            Tensor next = wideProduct(operator, adjoint, block, planned);
            range = krylov
                    ? new Range(Columns.join(range.basis, block), Columns.join(range.images, next))
                    : new Range(block, next);
        }
        return range;
    }

    private static Tensor spanning(Tensor block) {
        return OrthonormalBasis.spanning(block).block(DType.F64);
    }

    private static Tensor last(Tensor block, int width) {
        int k = block.shape().extent(1);
        return Columns.range(block, Math.max(0, k - width), k);
    }

    /** The product with a float64 block, in float64. */
    Tensor wideProduct(CountingOperator counted, LinearOperator side, Tensor block, long planned) {
        int k = block.shape().extent(1);
        Tensor narrowed = Columns.narrowed(counted.dtype(), block.shape().extent(0), k, Columns.widened(block));
        return Columns.wide(product(counted, side, narrowed, planned));
    }

    Tensor product(CountingOperator counted, LinearOperator side, Tensor block, long planned) {
        Tensor product = BlockProducts.matmat(side, block, () -> {
            listener.progressed(counted.products(), planned);
            if (counted.products() < planned) {
                CancelledException.throwIfInterrupted("randomized", counted.products(), planned);
            }
        });
        requireFinite(product);
        return product;
    }

    private static void requireFinite(Tensor product) {
        for (double element : Columns.widened(product)) {
            if (!Double.isFinite(element)) {
                throw new InvalidDataException(
                        "randomized: the operator's product is NaN or infinite; check parameters and inputs");
            }
        }
    }

    /** The whole matrix, from products with the unit vectors of its smaller side. */
    Tensor dense(CountingOperator operator) {
        boolean byRows = operator.rows() < operator.columns();
        int side = byRows ? operator.rows() : operator.columns();
        Tensor units = Columns.identity(operator.dtype(), side, 0, side);
        long planned = operator.products() + side;
        Tensor product = product(operator, byRows ? operator.adjoint() : operator, units, planned);
        return byRows ? Columns.transposed(product) : product;
    }

    /** An empty block [n, 0]. */
    static Tensor none(int n) {
        return Tensor.wrap(Shape.of(n, 0), new double[0]);
    }

    /** What follows the first sketch. */
    String refinement() {
        return powerIterations + (krylov ? " further Krylov blocks" : " power iterations");
    }

    /** The options, for a solver's text. */
    String describe() {
        return "rank %d, oversampling %d, %s, seed %d".formatted(rank, oversampling, refinement(), seed);
    }
}
