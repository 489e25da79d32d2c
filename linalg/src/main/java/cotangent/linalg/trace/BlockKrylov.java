package cotangent.linalg.trace;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.dense.SymmetricEigen;
import cotangent.linalg.probe.MeteredOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An orthonormal basis of a block Krylov space of a symmetric operator, block by block, with the products of all blocks; every
 * block is orthogonalised against all before it, twice.
 */
final class BlockKrylov {
    private final MeteredOperator operator;
    private final int width;
    private Tensor basis;
    private Tensor swept;
    private Tensor next;

    /** A space that begins with the span of a block. */
    BlockKrylov(MeteredOperator operator, Tensor start) {
        this.operator = operator;
        this.width = start.shape().extent(1);
        this.basis = operator.none(operator.columns());
        this.swept = basis;
        this.next = OrthonormalBasis.spanning(start).block(operator.dtype());
    }

    /** One block of products more. */
    void extend() {
        Tensor product = Columns.wide(operator.product(next));
        basis = Columns.join(basis, Columns.wide(next));
        swept = Columns.join(swept, product);
        OrthonormalBasis all = OrthonormalBasis.of(basis);
        if (basis.shape().extent(1) + width <= operator.columns()) {
            // twice: where the product adds nothing to the space, what is left is rounding, and points back into it
            Tensor fresh = OrthonormalBasis.spanning(all.complement(all.complement(product)))
                    .block(operator.dtype());
            next = OrthonormalBasis.spanning(all.complement(all.complement(Columns.wide(fresh))))
                    .block(operator
                            .dtype());
        }
    }

    /** The basis of the first blocks. */
    OrthonormalBasis leading(int blocks) {
        return OrthonormalBasis.of(Columns.range(basis, 0, blocks * width));
    }

    /**
     * tr Qᵀf(A)Q ≈ the trace of the leading part of f(T), for Q the first blocks and T the projection on the first {@code used}.
     */
    double trace(int blocks, int used, DoubleUnaryOperator f) {
        int size = used * width;
        int lead = blocks * width;
        SymmetricEigen eigen = projection(size);
        double @Nullable [] vectors = eigen == null ? null : eigen.vectors();
        if (eigen == null || vectors == null) {
            throw new NotConvergedException(
                    "KrylovAwareTrace: the QR iteration did not converge on a projection of size "
                            + size + "; please report the operator");
        }
        double trace = 0;
        for (int i = 0; i < size; i++) {
            double weight = 0;
            for (int p = 0; p < lead; p++) {
                weight += vectors[p * size + i] * vectors[p * size + i];
            }
            trace += weight * f.applyAsDouble(eigen.values()[i]);
        }
        return trace;
    }

    private @Nullable SymmetricEigen projection(int size) {
        double[] t = Columns.widened(Columns.inner(Columns.range(basis, 0, size), Columns.range(
                swept, 0, size)));
        double[] symmetric = new double[Shape.of(size, size).size()];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                symmetric[i * size + j] = 0.5 * (t[i * size + j] + t[j * size + i]);
            }
        }
        return SymmetricEigen.decompose(size, symmetric);
    }
}
