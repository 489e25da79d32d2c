package cotangent.linalg.probe;

import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import java.util.List;

/**
 * A number measured on a vector v and its products A₀v, A₁v, ..., that is quadratic in v: vᵀMv for some matrix M.
 *
 * <p>Its mean over probes, and its sum over any orthonormal basis, is tr M.
 */
public sealed interface QuadraticForm {
    /**
     * The form's value on each column of a block.
     *
     * @param vectors  [n, k]
     * @param products the block under each operator
     * @return k numbers
     */
    double[] values(Tensor vectors, List<Tensor> products);

    /** vᵀA₀v, whose trace is that of A₀. */
    static QuadraticForm trace() {
        return new Trace();
    }

    /** (A_i v)·(A_j v), whose trace is the Frobenius inner product of A_i and A_j. */
    static QuadraticForm inner(int i, int j) {
        return new Inner(i, j);
    }

    /** ‖A₀v‖², whose trace is ‖A₀‖_F². */
    static QuadraticForm squaredNorm() {
        return inner(0, 0);
    }

    /** vᵀA₀v. */
    record Trace() implements QuadraticForm {
        @Override
        public double[] values(Tensor vectors, List<Tensor> products) {
            return Columns.dots(vectors, products.getFirst());
        }
    }

    /**
     * (A_i v)·(A_j v).
     *
     * @param i first operator
     * @param j second operator
     */
    record Inner(int i, int j) implements QuadraticForm {
        @Override
        public double[] values(Tensor vectors, List<Tensor> products) {
            return Columns.dots(products.get(i), products.get(j));
        }
    }
}
