package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Transposition;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.PowerOfTwo;
import cotangent.linalg.dense.UpperTriangle;

/**
 * The door of the decompositions: a floating-point matrix of finite entries, widened to float64, which the algorithms may
 * overwrite; and the way back to a tensor of the caller's dtype.
 *
 * @param operation what the caller called, for messages
 * @param rows      number of rows
 * @param columns   number of columns
 * @param dtype     the caller's dtype, F32 or F64, which results take
 * @param entries   the entries, row-major, in a fresh array
 * @param largest   no entry exceeds it in magnitude; the largest magnitude itself, but for the last bits of averaging
 */
record MatrixArgument(String operation, int rows, int columns, DType dtype, double[] entries, double largest) {

    /** Rows of the strips in which a matrix is held against its transpose. */
    private static final int STRIP = 32;

    /** A matrix of any shape. */
    static MatrixArgument of(String operation, Tensor a) {
        requireMatrix(operation, a);
        return finite(operation, a, a.shape().extent(0), a.shape().extent(1));
    }

    /**
     * A matrix of any shape, whose entries are the tensor's own array where it is F64 and must not be written to.
     */
    static MatrixArgument shared(String operation, Tensor a) {
        requireMatrix(operation, a);
        requireFloating(operation, a);
        int columns = a.shape().extent(1);
        return finite(operation, a.shape().extent(0), columns, a.dtype(), Columns.widened(a));
    }

    /** A matrix with as many columns as rows. */
    static MatrixArgument square(String operation, Tensor a) {
        requireMatrix(operation, a);
        requireSquare(operation, a);
        return of(operation, a);
    }

    /**
     * A symmetric matrix: max|A − Aᵀ| ≤ 8·n·ε·max|A|, with ε that of the dtype; what rounding left of asymmetry is averaged.
     */
    static MatrixArgument symmetric(String operation, Tensor a) {
        MatrixArgument matrix = square(operation, a);
        matrix.symmetrize();
        return matrix;
    }

    /**
     * A symmetric matrix as {@link #symmetric} has it, of which only the upper triangle and blocks on the diagonal are filled in.
     */
    static MatrixArgument upperTriangle(String operation, Tensor a) {
        requireMatrix(operation, a);
        requireFloating(operation, a);
        requireSquare(operation, a);
        int n = a.shape().extent(0);
        double[] entries = Columns.widened(a);
        UpperTriangle upper = UpperTriangle.of(n, entries);
        requireFinite(operation, n, entries, upper.largest() + upper.asymmetry());
        requireSmall(operation, a.dtype(), n, upper.asymmetry(), upper.largest());
        return new MatrixArgument(operation, n, n, a.dtype(), upper.entries(), upper.largest());
    }

    /** Right-hand sides with the given number of rows and dtype. */
    static MatrixArgument rightHandSide(String operation, Tensor b, int rows, DType dtype) {
        int rank = b.shape().rank();
        if (rank != 1 && rank != 2 || b.shape().extent(0) != rows) {
            throw new ShapeException("%s: expected a right-hand side of shape [%d] or [%d, k], got %s".formatted(
                    operation, rows, rows, b.shape()));
        }
        if (b.dtype() != dtype) {
            throw new ShapeException("%s: the matrix is %s, the right-hand side %s; convert one with cast".formatted(
                    operation, dtype, b.dtype()));
        }
        return finite(operation, b, rows, rank == 1 ? 1 : b.shape().extent(1));
    }

    private static MatrixArgument finite(String operation, Tensor a, int rows, int columns) {
        requireFloating(operation, a);
        return finite(operation, rows, columns, a.dtype(), a.toDoubles());
    }

    private static void requireMatrix(String operation, Tensor a) {
        if (a.shape().rank() != 2) {
            throw new ShapeException("%s: expected a matrix (rank 2), got shape %s; reshape it".formatted(operation, a
                    .shape()));
        }
    }

    private static void requireSquare(String operation, Tensor a) {
        if (a.shape().extent(0) != a.shape().extent(1)) {
            throw new ShapeException("%s: expected a square matrix, got shape %s".formatted(operation, a.shape()));
        }
    }

    private static void requireFloating(String operation, Tensor a) {
        if (!a.dtype().isFloating()) {
            throw new ShapeException("%s: expected f32 or f64, got %s; convert with cast".formatted(operation, a
                    .dtype()));
        }
    }

    private static MatrixArgument finite(String operation, int rows, int columns, DType dtype, double[] entries) {
        double largest = PowerOfTwo.largest(entries);
        requireFinite(operation, columns, entries, largest);
        return new MatrixArgument(operation, rows, columns, dtype, entries, largest);
    }

    /** Looks for what is not finite where a sum or maximum of entries, to which one NaN is enough, is not. */
    private static void requireFinite(String operation, int columns, double[] entries, double gathered) {
        for (int at = 0; at < entries.length && !Double.isFinite(gathered); at++) {
            if (!Double.isFinite(entries[at])) {
                throw new InvalidDataException("%s: expected finite entries, got %s at [%d, %d]".formatted(operation,
                        entries[at], at / columns, at % columns));
            }
        }
    }

    private static void requireSmall(String operation, DType dtype, int n, double asymmetry, double largest) {
        double allowed = 8.0 * n * (2 * dtype.unitRoundoff()) * largest;
        if (!(asymmetry <= allowed)) {
            throw new NotSymmetricException(operation, asymmetry, allowed);
        }
    }

    private void symmetrize() {
        double asymmetry = asymmetry();
        requireSmall(operation, dtype, rows, asymmetry, largest);
        if (asymmetry > 0) {
            for (int i = 0; i < rows; i++) {
                for (int j = i + 1; j < rows; j++) {
                    double upper = entries[i * rows + j];
                    double mean = upper + 0.5 * (entries[j * rows + i] - upper);
                    entries[i * rows + j] = mean;
                    entries[j * rows + i] = mean;
                }
            }
        }
    }

    /** max|A − Aᵀ|, of strips of rows against columns that are turned to rows while they are in the cache. */
    private double asymmetry() {
        double asymmetry = 0;
        double[] turned = new double[Math.min(STRIP, rows) * rows];
        for (int top = 0; top < rows; top += STRIP) {
            int height = Math.min(STRIP, rows - top);
            int width = rows - top;
            int corner = top * rows + top;
            Transposition.dcopy(height, width, entries, corner, 1, rows, turned, 0, width);
            for (int i = 0; i < height; i++) {
                asymmetry = Math.max(asymmetry, difference(width, entries, corner + i * rows, turned, i * width));
            }
        }
        return asymmetry;
    }

    private static double difference(int n, double[] x, int xOff, double[] y, int yOff) {
        double largest = 0;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, Math.abs(x[xOff + i] - y[yOff + i]));
        }
        return largest;
    }

    /** max(m, n)·ε, with ε the distance from 1 to the next number of the dtype: what rounding A may have done to its rank. */
    double roundingTolerance() {
        return Math.max(rows, columns) * 2 * dtype.unitRoundoff();
    }

    /** A relative tolerance from 0. */
    static double requireTolerance(String operation, double tolerance) {
        if (!(tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("%s: expected a tolerance from 0, got %s".formatted(operation, tolerance));
        }
        return tolerance;
    }

    /** A tensor of the caller's dtype over computed float64 elements, which it may keep. */
    Tensor result(Shape shape, double[] elements) {
        return result(operation, dtype, shape, elements);
    }

    /**
     * A tensor of the given dtype over computed float64 elements, which it may keep.
     *
     * @throws ResultOverflowException if an element is beyond the dtype's range
     */
    static Tensor result(String operation, DType dtype, Shape shape, double[] elements) {
        double largest = PowerOfTwo.largest(elements);
        if (!(largest <= (dtype == DType.F32 ? Float.MAX_VALUE : Double.MAX_VALUE))) {
            throw new ResultOverflowException(
                    "%s: a result of size %.3g exceeds the range of %s; scale the input down"
                            .formatted(operation, largest, dtype));
        }
        if (dtype == DType.F64) {
            return Tensor.wrap(shape, elements);
        }
        float[] rounded = new float[elements.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) elements[i];
        }
        return Tensor.wrap(shape, rounded);
    }

    /** What to throw where an iteration gave up. */
    NotConvergedException notConverged() {
        return new NotConvergedException(
                "%s: the QR iteration did not converge on a [%d, %d] matrix; please report the matrix"
                        .formatted(operation, rows, columns));
    }
}
