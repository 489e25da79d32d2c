package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Cost;
import cotangent.dsl.kernel.Storage;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.operator.OperatorWork;
import java.util.Arrays;

/**
 * The explicit tangent kernel J₁·J₂ᵀ from rows of the Jacobians, one vjp each, so many rows at a time as fit a budget.
 *
 * <p>Works for every model. Products of rows are summed over at most {@value #TERMS} parameters in the model's dtype and from
 * there on in float64. Where not all rows fit, those of the columns are computed again for each panel of rows.
 */
public final class JacobianKernel {
    private static final int TERMS = 2048;
    private static final int TILE = 128;
    private static final int WIDEST = 256;

    private final LinearOperator left;
    private final OutputReduction ofLeft;
    private final LinearOperator right;
    private final OutputReduction ofRight;
    private final boolean symmetric;
    private final Scalars scalars;
    private final int panel;

    /**
     * The kernel between two Jacobians with as many columns, or of one with itself.
     *
     * @param budget bytes that rows may take at a time, beside the kernel
     */
    public JacobianKernel(LinearOperator left, OutputReduction ofLeft, LinearOperator right, OutputReduction ofRight,
            long budget) {
        this.left = left;
        this.ofLeft = ofLeft;
        this.right = right;
        this.ofRight = ofRight;
        this.symmetric = left == right;
        this.scalars = Scalars.of(left.dtype());
        this.panel = Math.clamp(budget / 2 / Math.max(1, (long) left.columns() * scalars.bytes()), 1, WIDEST);
    }

    /** What it takes, the forward passes left out. */
    public KernelCost cost() {
        double rows = left.rows();
        double columns = right.rows();
        double parts = Math.ceil(rows / ofLeft.traces() / ofLeft.blocks() / panel);
        double again = symmetric ? (parts - 1) / 2 : parts;
        Cost passes = vjps(left, rows).plus(vjps(right, columns * again));
        double pairs = rows * columns / ofLeft.traces() / ofLeft.blocks() * (symmetric ? 0.5 : 1);
        Cost products = Cost.product(1, Math.sqrt(pairs), left.columns(), Math.sqrt(pairs));
        double held = 2.0 * panel * left.columns() + (double) ofLeft.rows() * ofRight.rows();
        return new KernelCost(passes.plus(products), scalars.bytes() * held);
    }

    private Cost vjps(LinearOperator jacobian, double count) {
        return OperatorWork.of(jacobian.adjoint(), panel)
                .map(work -> work.each().times(count / panel))
                .orElse(
                        Cost.product(1, count, jacobian.rows(), jacobian.columns()));
    }

    /** The kernel: [rows, columns], of the Jacobians' dtype. */
    public Tensor dense() {
        int n = ofLeft.rows();
        int m = ofRight.rows();
        double[] kernel = new double[Math.multiplyExact(n, m)];
        for (int block = 0; block < ofLeft.blocks(); block++) {
            for (int trace = 0; trace < ofLeft.traces(); trace++) {
                add(ofLeft.members(trace, block), ofRight.members(trace, block), kernel, m);
            }
        }
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] /= ofLeft.traces();
        }
        if (symmetric) {
            Doubles.INSTANCE.mirror(kernel, n, 0, n, 1);
        }
        Tensor wide = Tensor.wrap(Shape.of(n, m), kernel);
        return left.dtype() == DType.F64 ? wide : wide.cast(left.dtype());
    }

    /** Adds the inner products of all rows of one list with those of another; of a symmetric kernel with those before. */
    private void add(int[] rows, int[] columns, double[] kernel, int stride) {
        for (int top = 0; top < rows.length; top += panel) {
            int[] down = Arrays.copyOfRange(rows, top, Math.min(rows.length, top + panel));
            Object a = rows(left, down);
            for (int from = 0; from < (symmetric ? top + 1 : columns.length); from += panel) {
                int[] across = Arrays.copyOfRange(columns, from, Math.min(columns.length, from + panel));
                Object b = symmetric && from == top ? a : rows(right, across);
                add(a, down, b, across, kernel, stride);
            }
        }
    }

    /** Rows of a Jacobian as the columns of [parameters, rows]. */
    private static Object rows(LinearOperator jacobian, int[] chosen) {
        Shape shape = Shape.of(jacobian.rows(), chosen.length);
        double[] units = new double[shape.size()];
        for (int j = 0; j < chosen.length; j++) {
            units[chosen[j] * chosen.length + j] = 1;
        }
        return Storage.array(jacobian.rmatmat(Tensor.wrap(shape, units).cast(jacobian.dtype())));
    }

    private void add(Object a, int[] down, Object b, int[] across, double[] kernel, int stride) {
        int parameters = left.columns();
        Tile.forAll(down.length, across.length, a == b, TILE, tile -> {
            double[] sums = new double[tile.height() * tile.width()];
            Object products = scalars.allocate(sums.length);
            for (int from = 0; from < parameters; from += TERMS) {
                int terms = Math.min(TERMS, parameters - from);
                scalars.gemm(tile.height(), tile.width(), terms, a, from * down.length + tile.top(), 1, down.length, b,
                        from * across.length + tile.left(), across.length, 1, 0, products, 0, tile.width());
                scalars.addTo(sums, products);
            }
            for (int i = 0; i < tile.height(); i++) {
                int row = ofLeft.row(down[tile.top() + i]) * stride;
                for (int j = 0; j < tile.width(); j++) {
                    kernel[row + ofRight.row(across[tile.left() + j])] += sums[i * tile.width() + j];
                }
            }
        });
    }
}
