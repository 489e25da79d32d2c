package cotangent.linalg.ntk;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.ir.Cost;
import cotangent.dsl.kernel.Storage;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.operator.OperatorWork;
import cotangent.linalg.tangent.JacobianKernel;
import cotangent.linalg.tangent.KernelCost;
import cotangent.linalg.tangent.StructuredKernel;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The kernel between the outputs of a model on two data sets, or on one, written out by any of the routes. */
final class ExplicitKernel {
    /** Vectors of the blocks whose work stands for all. */
    private static final int BLOCK = 16;

    private final Kernel rows;
    private final Kernel columns;
    private final Supplier<LinearOperator> operator;
    private final long memory;

    /** The kernel between two models that differ in their data only, or of one with itself, as an operator when asked for. */
    ExplicitKernel(Kernel rows, Kernel columns, Supplier<LinearOperator> operator) {
        this.rows = rows;
        this.columns = columns;
        this.operator = operator;
        this.memory = rows.model().options().memory();
    }

    /** Built from the structure of the model alone, no forward pass. */
    private Optional<StructuredKernel> program() {
        Optional<SampleFactorProgram> left = rows.program().program();
        Optional<SampleFactorProgram> right = columns.program().program();
        return left.isEmpty() || right.isEmpty()
                ? Optional.empty()
                : StructuredKernel.of(left.get(), rows.reduction(), right.get(), columns.reduction(), leaf -> true,
                        memory);
    }

    /** What each route that there is takes, the forward pass left out. */
    Map<Route, KernelCost> costs() {
        Map<Route, KernelCost> costs = new EnumMap<>(Route.class);
        costs.put(Route.MATRIX_FREE, matrixFree());
        costs.put(Route.JACOBIAN, jacobian().cost());
        program().ifPresent(kernel -> costs.put(Route.STRUCTURED, kernel.cost()));
        return costs;
    }

    private KernelCost matrixFree() {
        double products = (double) columns.reduction().outputs() * columns.reduction().blocks();
        LinearOperator full = rows.fullJacobian().times(columns.fullJacobian().adjoint());
        Cost work = OperatorWork.of(full, BLOCK)
                .map(each -> each.once().plus(each.each().times(products / BLOCK)))
                .orElse(Cost.product(1, products, rows.reduction().outputs(), columns.reduction().outputs()));
        double held = (double) rows.reduction().rows() * columns.reduction().rows();
        return new KernelCost(work, rows.dtype().bytes() * held);
    }

    private JacobianKernel jacobian() {
        return new JacobianKernel(rows.fullJacobian(), rows.reduction(), columns.fullJacobian(), columns.reduction(),
                memory);
    }

    /**
     * The kernel [rows, columns] in the model's dtype.
     *
     * @throws InvalidDataException if there is no such route, saying why, or the kernel holds NaN or infinity
     */
    Tensor dense(Route wanted) {
        Tensor kernel = switch (wanted) {
            case MATRIX_FREE -> operator.get().toDense();
            case JACOBIAN -> jacobian().dense();
            case STRUCTURED -> structured().orElseThrow(() -> new InvalidDataException("structured route: " + obstacle()
                    + "; use Route.JACOBIAN"));
            case AUTOMATIC -> structured().orElseGet(() -> jacobian().dense());
        };
        requireFinite(kernel);
        return kernel;
    }

    /** Why there is no structured route. */
    private String obstacle() {
        String known = rows.program().obstacle().isEmpty() ? columns.program().obstacle() : rows.program().obstacle();
        return known.isEmpty() ? "the axis of the samples is averaged over or diagonal" : known;
    }

    /**
     * The kernel from factors, where the model has them. That takes no more operations than rows of the Jacobian, since each
     * parameter's part is found by gradients of it alone where nothing else is cheaper.
     */
    private Optional<Tensor> structured() {
        return program().map(kernel -> kernel.dense(rows.factors(), columns.factors()));
    }

    /** A Jacobian with a number that is not finite shows on the diagonal of a symmetric kernel, where it is squared. */
    private void requireFinite(Tensor kernel) {
        int n = kernel.shape().extent(0);
        int step = rows == columns ? n + 1 : 1;
        boolean finite = true;
        if (Storage.array(kernel) instanceof double[] wide) {
            for (int i = 0; i < wide.length; i += step) {
                finite &= Math.abs(wide[i]) <= Double.MAX_VALUE;
            }
        } else {
            float[] narrow = Storage.floats(kernel);
            for (int i = 0; i < narrow.length; i += step) {
                finite &= Math.abs(narrow[i]) <= Float.MAX_VALUE;
            }
        }
        if (!finite) {
            throw new InvalidDataException("ntk: the Jacobian holds NaN or infinity; check parameters and inputs");
        }
    }
}
