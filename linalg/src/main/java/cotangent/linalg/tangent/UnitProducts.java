package cotangent.linalg.tangent;

import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Cost;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.operator.OperatorWork;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;

/**
 * ‖S‖_F² of a square operator, K or JᵀJ, as the sum of its columns' squares: a product with each unit vector, in blocks. A
 * product costs a pass each way through the model, whatever the sizes of S and of the Jacobian.
 *
 * @param name     of the operator
 * @param operator K or JᵀJ
 */
record UnitProducts(String name, LinearOperator operator) implements FrobeniusRoute {
    /** Vectors at a time: what is left of a block's values then still lies in a cache. */
    private static final int BLOCK = 16;

    @Override
    public KernelCost cost() {
        double blocks = Math.ceil(products() / (double) BLOCK);
        Cost work = OperatorWork.of(operator, BLOCK)
                .map(each -> each.once().plus(each.each().times(blocks)))
                .orElse(Cost.product(blocks, products(), products(), BLOCK));
        return new KernelCost(work, 2.0 * operator.dtype().bytes() * BLOCK * products());
    }

    @Override
    public int passes() {
        return products();
    }

    @Override
    public int forwardPasses() {
        return products();
    }

    @Override
    public int products() {
        return operator.columns();
    }

    @Override
    public String route() {
        return "exact: %d products with %s, one for each unit vector".formatted(products(), name);
    }

    @Override
    public double squaredNorm(ProgressListener listener) {
        int n = products();
        double sum = 0;
        for (int from = 0; from < n; from += BLOCK) {
            int to = Math.min(n, from + BLOCK);
            Tensor columns = operator.matmat(Columns.identity(operator.dtype(), n, from, to));
            sum += Numbers.of(columns).squares(0, columns.type().size());
            listener.progressed(to, n);
            if (to < n) {
                CancelledException.throwIfInterrupted("Frobenius norm", to, n);
            }
        }
        return sum;
    }

    @Override
    public String toString() {
        return route() + ", " + cost();
    }
}
