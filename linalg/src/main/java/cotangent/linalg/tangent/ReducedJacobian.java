package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.DerivativeCost;
import cotangent.linalg.operator.LinearOperator;

/**
 * A Jacobian whose product with its transpose is a reduced kernel, matrix-free.
 *
 * <p>There is a channel for every trace index with every diagonal index, and as many copies of the parameters. Row q of the
 * channel (a, b) is the row of J of the output with that trace index and that row, if its diagonal index is b, divided by the
 * square root of the number of trace indices. So J̃·J̃ᵀ is the mean over traces of the blocks on the diagonal. A product with a
 * block of k vectors is one with J of as many blocks as there are channels, side by side.
 */
public final class ReducedJacobian implements LinearOperator {
    private final LinearOperator jacobian;
    private final OutputReduction reduction;
    private final int channels;

    private ReducedJacobian(LinearOperator jacobian, OutputReduction reduction) {
        this.jacobian = jacobian;
        this.reduction = reduction;
        this.channels = reduction.traces() * reduction.blocks();
    }

    /** The Jacobian of a reduction of a kernel; the Jacobian itself where nothing is reduced. */
    public static LinearOperator of(LinearOperator jacobian, OutputReduction reduction) {
        return reduction.isNone() ? jacobian : new ReducedJacobian(jacobian, reduction);
    }

    /**
     * The reduction of a kernel J₁·J₂ᵀ as an operator.
     *
     * @param kernel over all outputs of both
     */
    public static LinearOperator kernel(LinearOperator kernel, OutputReduction rows, OutputReduction columns) {
        if (rows.isNone()) {
            return kernel;
        }
        LinearOperator reduced = LinearOperator.of(rows.rows(), columns.rows(), kernel.dtype(), block -> product(kernel,
                columns, rows, block), block -> product(kernel.adjoint(), rows, columns, block));
        return rows == columns ? new WithCost(reduced.asPositiveSemidefinite(), kernel, rows.traces() * rows.blocks())
                : reduced;
    }

    private static Tensor product(LinearOperator kernel, OutputReduction from, OutputReduction to, Tensor block) {
        return gather(to, kernel.matmat(spread(from, block)), block.shape().extent(1));
    }

    /** An operator that says what its products cost. */
    private record WithCost(LinearOperator operator, LinearOperator each, int times) implements LinearOperator {
        @Override
        public int rows() {
            return operator.rows();
        }

        @Override
        public int columns() {
            return operator.columns();
        }

        @Override
        public DType dtype() {
            return operator.dtype();
        }

        @Override
        public Tensor matmat(Tensor block) {
            return operator.matmat(block);
        }

        @Override
        public Tensor rmatmat(Tensor block) {
            return operator.matmat(block);
        }

        @Override
        public boolean symmetric() {
            return true;
        }

        @Override
        public boolean positiveSemidefinite() {
            return true;
        }

        @Override
        public DerivativeCost matvecCost() {
            return repeated(each.matvecCost(), times);
        }

        @Override
        public DerivativeCost rmatvecCost() {
            return matvecCost();
        }
    }

    private static DerivativeCost repeated(DerivativeCost cost, int times) {
        return new DerivativeCost(cost.jvps() * times, cost.vjps() * times);
    }

    @Override
    public int rows() {
        return reduction.rows();
    }

    @Override
    public int columns() {
        return Math.multiplyExact(channels, jacobian.columns());
    }

    @Override
    public DType dtype() {
        return jacobian.dtype();
    }

    @Override
    public DerivativeCost matvecCost() {
        return repeated(jacobian.matvecCost(), channels);
    }

    @Override
    public DerivativeCost rmatvecCost() {
        return repeated(jacobian.rmatvecCost(), channels);
    }

    @Override
    public Tensor matmat(Tensor block) {
        int k = block.shape().extent(1);
        Tensor side = block.reshape(channels, jacobian.columns(), k)
                .moveAxis(0, 1)
                .reshape(jacobian.columns(), channels * k);
        return gather(reduction, jacobian.matmat(side), k);
    }

    @Override
    public Tensor rmatmat(Tensor block) {
        int k = block.shape().extent(1);
        return jacobian.rmatmat(spread(reduction, block))
                .reshape(jacobian.columns(), channels, k)
                .moveAxis(1, 0)
                .reshape(columns(), k);
    }

    /** Vectors over rows [rows, k] as vectors over outputs, one for each channel: [outputs, channels · k]. */
    private static Tensor spread(OutputReduction reduction, Tensor block) {
        int k = block.shape().extent(1);
        int width = reduction.traces() * reduction.blocks() * k;
        double factor = 1 / Math.sqrt(reduction.traces());
        double[] from = block.toDoubles();
        double[] to = new double[Shape.of(reduction.outputs(), width).size()];
        for (int output = 0; output < reduction.outputs(); output++) {
            int at = output * width + reduction.channel(output) * k;
            for (int j = 0; j < k; j++) {
                to[at + j] = factor * from[reduction.row(output) * k + j];
            }
        }
        return Tensor.wrap(Shape.of(reduction.outputs(), width), to).cast(block.dtype());
    }

    /** The transpose of {@link #spread}: the sum over channels of what belongs to them. */
    private static Tensor gather(OutputReduction reduction, Tensor product, int k) {
        int width = product.shape().extent(1);
        double factor = 1 / Math.sqrt(reduction.traces());
        double[] from = product.toDoubles();
        double[] to = new double[Shape.of(reduction.rows(), k).size()];
        for (int output = 0; output < reduction.outputs(); output++) {
            int at = output * width + reduction.channel(output) * k;
            for (int j = 0; j < k; j++) {
                to[reduction.row(output) * k + j] += factor * from[at + j];
            }
        }
        return Tensor.wrap(Shape.of(reduction.rows(), k), to).cast(product.dtype());
    }
}
