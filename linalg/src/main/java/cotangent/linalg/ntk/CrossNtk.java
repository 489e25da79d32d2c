package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.DerivativeCost;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.tangent.OutputReduction;
import cotangent.linalg.tangent.ReducedJacobian;
import org.jspecify.annotations.Nullable;

/**
 * The empirical neural tangent kernel between a model's outputs on two data sets, K = J₁·J₂ᵀ: rows for the outputs on the
 * first, columns for those on the second, over the outputs and parameters of the {@link EmpiricalNtk} that made it.
 *
 * <p>A product with K is a vjp on the second data set and a jvp on the first, as one program. Immutable, and safe to use from
 * many threads.
 */
public final class CrossNtk implements LinearOperator {
    private final Kernel first;
    private final Kernel second;
    private @Nullable LinearOperator operator;

    CrossNtk(Kernel first, Kernel second) {
        this.first = first;
        this.second = second;
    }

    private synchronized LinearOperator operator() {
        if (operator == null) {
            OutputReduction rows = first.reduction();
            OutputReduction columns = second.reduction();
            if (!rows.isNone() && !rows.pairs(columns)) {
                throw new ShapeException(
                        "between: outputs %s and %s do not pair along the axes averaged over or diagonal"
                                .formatted(first.linearization().output().structure(), second.linearization()
                                        .output()
                                        .structure()));
            }
            operator = ReducedJacobian.kernel(first.fullJacobian().times(second.fullJacobian().adjoint()), rows,
                    columns);
        }
        return operator;
    }

    @Override
    public int rows() {
        return first.reduction().rows();
    }

    @Override
    public int columns() {
        return second.reduction().rows();
    }

    @Override
    public DType dtype() {
        return first.dtype();
    }

    @Override
    public Tensor matvec(Tensor vector) {
        return operator().matvec(vector);
    }

    @Override
    public Tensor rmatvec(Tensor vector) {
        return operator().rmatvec(vector);
    }

    @Override
    public Tensor matmat(Tensor block) {
        return operator().matmat(block);
    }

    @Override
    public Tensor rmatmat(Tensor block) {
        return operator().rmatmat(block);
    }

    @Override
    public DerivativeCost matvecCost() {
        return second.jacobian().rmatvecCost().plus(first.jacobian().matvecCost());
    }

    @Override
    public DerivativeCost rmatvecCost() {
        return first.jacobian().rmatvecCost().plus(second.jacobian().matvecCost());
    }

    /** The kernel written out by the cheapest route; see {@link #toDense(Route)}. */
    @Override
    public Tensor toDense() {
        return toDense(Route.AUTOMATIC);
    }

    /**
     * The kernel written out by a route of one's choice; see {@link EmpiricalNtk#toDense(Route)}.
     *
     * @return [rows, columns], of this operator's dtype
     * @throws cotangent.dsl.InvalidDataException if the kernel holds NaN or infinity, or the model has no such route
     */
    public Tensor toDense(Route route) {
        return new ExplicitKernel(first, second, this::operator).dense(route);
    }

    /** The kernel with axes of its own for those of the outputs; see {@link EmpiricalNtk#toTensor}. */
    public Tensor toTensor() {
        return first.reduction().zipped(toDense(), second.reduction());
    }

    @Override
    public String toString() {
        return "CrossNtk of %s, outputs %s against %s".formatted(first.model().model().name(), first.linearization()
                .output()
                .structure(), second.linearization().output().structure());
    }
}
