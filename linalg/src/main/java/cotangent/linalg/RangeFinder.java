package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.ProgressListener;

/**
 * The randomized range finder with power iterations: Halko, Martinsson and Tropp, Finding structure with randomness, SIAM
 * Review 53 (2011), algorithms 4.1 and 4.4; the basis is orthonormalised after every product, without which the smaller
 * directions drown in rounding.
 *
 * @param rank            singular or eigenvectors wanted
 * @param oversampling    further random vectors
 * @param powerIterations further rounds of products
 * @param seed            of the random vectors
 * @param listener        told after each block
 */
record RangeFinder(int rank, int oversampling, int powerIterations, long seed, ProgressListener listener) {
    /** Apart from the streams that estimators draw from, so that one seed serves both. */
    private static final long STREAM = 1L << 32;

    RangeFinder {
        if (rank < 1 || oversampling < 0 || powerIterations < 0) {
            throw new ShapeException(
                    "randomized: expected a rank from 1, oversampling and power iterations from 0, got "
                            + "%d, %d and %d".formatted(rank, oversampling, powerIterations));
        }
    }

    static RangeFinder rank(int rank) {
        return new RangeFinder(rank, 10, 2, 0, ProgressListener.NONE);
    }

    /** The width of the sketch of an operator whose smaller side is given. */
    int width(int side) {
        return (int) Math.min(side, (long) rank + oversampling);
    }

    void requireRank(String name, LinearOperator operator) {
        int side = Math.min(operator.rows(), operator.columns());
        if (side == 0) {
            throw new InvalidDataException("%s: expected an operator that is not empty, got %s[%d, %d]".formatted(name,
                    operator.dtype(), operator.rows(), operator.columns()));
        }
        if (rank > side) {
            throw new ShapeException(
                    "%s: expected a rank of at most %d, the smaller side of %s[%d, %d]; got %d".formatted(
                            name, side, operator.dtype(), operator.rows(), operator.columns(), rank));
        }
    }

    /** Independent Gaussian vectors of the length of an operator's rows. */
    Tensor random(LinearOperator operator, int width) {
        return new ProbeStream(Probes.GAUSSIAN, seed, STREAM).block(operator.dtype(), operator.columns(), 0, width);
    }

    /** The sketch A·Ω. */
    Tensor sketch(CountingOperator operator, int width, long planned) {
        return product(operator, operator, random(operator, width), planned);
    }

    /** An orthonormal basis of the range of A for a symmetric A: (1 + powerIterations)·width products. */
    OrthonormalBasis symmetricRange(CountingOperator operator, int width, long planned) {
        OrthonormalBasis basis = OrthonormalBasis.spanning(sketch(operator, width, planned));
        for (int i = 0; i < powerIterations; i++) {
            basis = OrthonormalBasis.spanning(product(operator, operator, basis.block(operator.dtype()), planned));
        }
        return basis;
    }

    /** An orthonormal basis of the range of A: (1 + 2·powerIterations)·width products with A and Aᵀ. */
    OrthonormalBasis range(CountingOperator operator, int width, long planned) {
        LinearOperator adjoint = operator.adjoint();
        OrthonormalBasis basis = OrthonormalBasis.spanning(sketch(operator, width, planned));
        for (int i = 0; i < powerIterations; i++) {
            basis = OrthonormalBasis.spanning(product(operator, adjoint, basis.block(operator.dtype()), planned));
            basis = OrthonormalBasis.spanning(product(operator, operator, basis.block(operator.dtype()), planned));
        }
        return basis;
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
        Tensor product = product(operator, byRows ? operator.adjoint() : operator, units, side);
        return byRows ? Columns.transposed(product) : product;
    }
}
