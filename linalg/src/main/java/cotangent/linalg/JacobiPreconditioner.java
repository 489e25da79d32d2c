package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;

/**
 * Jacobi's preconditioner: a diagonal matrix that makes the diagonal of another one equal to 1.
 *
 * <p>For a symmetric positive definite A it is within a factor n of the best diagonal preconditioner there is (A. van der
 * Sluis, Condition numbers and equilibration of matrices, Numer. Math. 14, 1969). A diagonal that is known by products only
 * comes from the estimators of diagonals.
 */
public final class JacobiPreconditioner {
    private JacobiPreconditioner() {}

    /**
     * M = diag(1/|dᵢ|), for {@link ConjugateGradient}, {@link Minres} and {@link Lobpcg}.
     *
     * @param diagonal [n], no entry zero
     * @throws ShapeException       if it is no vector of F32 or F64
     * @throws InvalidDataException if an entry is zero, NaN or infinite
     */
    public static LinearOperator of(Tensor diagonal) {
        if (diagonal.rank() != 1 || !diagonal.dtype().isFloating()) {
            throw new ShapeException("JacobiPreconditioner: expected a diagonal of f32[n] or f64[n], got " + diagonal
                    .type());
        }
        double[] inverse = diagonal.toDoubles();
        for (int i = 0; i < inverse.length; i++) {
            inverse[i] = reciprocal(inverse[i], i);
        }
        return LinearOperator.diagonal(typed(diagonal.dtype(), inverse));
    }

    /**
     * N = diag(1/‖aⱼ‖), aⱼ the columns of a matrix, for {@link Lsmr}: the columns of A·N have norm 1.
     *
     * @param matrix [m, n], no column zero
     * @throws ShapeException       if it is no matrix of F32 or F64
     * @throws InvalidDataException if a column is zero or an entry NaN or infinite
     */
    public static LinearOperator ofColumns(Tensor matrix) {
        MatrixArgument a = MatrixArgument.of("JacobiPreconditioner", matrix);
        double[] columns = Columns.widened(Columns.transposed(Tensor.wrap(
                matrix.shape(), a.entries())));
        double[] inverse = new double[a.columns()];
        for (int j = 0; j < inverse.length; j++) {
            inverse[j] = reciprocal(Dots.dnrm2(a.rows(), columns, j * a.rows()), j);
        }
        return LinearOperator.diagonal(typed(a.dtype(), inverse));
    }

    private static double reciprocal(double entry, int index) {
        double reciprocal = 1 / Math.abs(entry);
        if (!(reciprocal > 0 && reciprocal < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException(
                    "JacobiPreconditioner: expected entries with a finite reciprocal, got %s at %d; shift the operator"
                            .formatted(entry, index));
        }
        return reciprocal;
    }

    private static Tensor typed(DType dtype, double[] entries) {
        return MatrixArgument.result("JacobiPreconditioner", dtype, Shape.of(entries.length), Arrays
                .copyOf(entries, entries.length));
    }
}
