package cotangent.linalg.probe;

import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import java.util.function.UnaryOperator;

/**
 * A square matrix A as the sum of a part whose trace is known and a rest M: tr A = known + tr M, whatever the part.
 *
 * <p>The mean of vᵀMv over probes v that are independent of the split estimates the rest without bias, so that the known
 * part may be found in any way: the better it approximates A, the smaller the variance.
 */
public sealed interface Split {
    /** The trace of the known part. */
    double knownTrace();

    /**
     * M·V, float64.
     *
     * @param block   V, [n, k]
     * @param product A·V, of which one is taken
     */
    Tensor rest(Tensor block, UnaryOperator<Tensor> product);

    /** How many directions the known part has. */
    int rank();

    /**
     * An approximation A ≈ LRᵀ of low rank, and M = A − LRᵀ.
     *
     * @param left  L, float64 [n, r]
     * @param right R, float64 [n, r]
     */
    record LowRank(Tensor left, Tensor right) implements Split {
        @Override
        public double knownTrace() {
            double trace = 0;
            for (double entry : Columns.dots(left, right)) {
                trace += entry;
            }
            return trace;
        }

        @Override
        public Tensor rest(Tensor block, UnaryOperator<Tensor> product) {
            Tensor coefficients = Columns.inner(right, Columns.wide(block));
            return Columns.minus(Columns.wide(product.apply(block)), Columns.multiply(left, coefficients));
        }

        @Override
        public int rank() {
            return left.shape().extent(1);
        }
    }

    /**
     * The compression to the span of an orthonormal basis Q: tr QᵀAQ is known, and M = PAP with P = I − QQᵀ.
     *
     * @param basis      Q, float64 [n, k]
     * @param knownTrace tr QᵀAQ
     */
    record Deflation(Tensor basis, double knownTrace) implements Split {
        @Override
        public Tensor rest(Tensor block, UnaryOperator<Tensor> product) {
            OrthonormalBasis q = OrthonormalBasis.of(basis);
            return q.complement(Columns.wide(product.apply(q.complement(block))));
        }

        @Override
        public int rank() {
            return basis.shape().extent(1);
        }
    }
}
