package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A product of operators, the last applied first.
 *
 * <p>It remembers the factors it was written with, by which it knows that A·Aᵀ and A·S·Aᵀ are symmetric, and carries out
 * steps, in which neighbouring factors that are programs have become one program.
 */
final class ProductOperator extends CheckedOperator {
    private final List<LinearOperator> factors;
    private final List<LinearOperator> steps;
    private final boolean symmetric;
    private final boolean positiveSemidefinite;

    private ProductOperator(List<LinearOperator> factors, List<LinearOperator> steps) {
        this.factors = List.copyOf(factors);
        this.steps = List.copyOf(steps);
        boolean palindrome = true;
        int last = factors.size() - 1;
        for (int i = 0; 2 * i < last; i++) {
            palindrome &= factors.get(i).adjoint().equals(factors.get(last - i));
        }
        boolean even = factors.size() % 2 == 0;
        LinearOperator middle = factors.get(factors.size() / 2);
        this.symmetric = palindrome && (even || middle.symmetric());
        this.positiveSemidefinite = palindrome && (even || middle.positiveSemidefinite());
    }

    static LinearOperator of(LinearOperator left, LinearOperator right) {
        OperatorShapes.requireInner("times", left, right);
        List<LinearOperator> factors = new ArrayList<>(factors(left));
        factors.addAll(factors(right));
        List<LinearOperator> steps = new ArrayList<>(steps(left));
        for (LinearOperator step : steps(right)) {
            ProgramOperator.product(steps.getLast(), step)
                    .ifPresentOrElse(joined -> steps.set(steps.size() - 1,
                            joined), () -> steps.add(step));
        }
        return new ProductOperator(factors, steps);
    }

    private static List<LinearOperator> factors(LinearOperator operator) {
        return operator instanceof ProductOperator product ? product.factors : List.of(operator);
    }

    private static List<LinearOperator> steps(LinearOperator operator) {
        return operator instanceof ProductOperator product ? product.steps : List.of(operator);
    }

    /** How many operators are applied one after the other. */
    int stepCount() {
        return steps.size();
    }

    /** The one program that all factors have become, if they have. */
    Optional<LinearOperator> onlyStep() {
        return steps.size() == 1 ? Optional.of(steps.getFirst()) : Optional.empty();
    }

    @Override
    public int rows() {
        return factors.getFirst().rows();
    }

    @Override
    public int columns() {
        return factors.getLast().columns();
    }

    @Override
    public DType dtype() {
        return factors.getFirst().dtype();
    }

    @Override
    public boolean symmetric() {
        return symmetric;
    }

    @Override
    public boolean positiveSemidefinite() {
        return positiveSemidefinite;
    }

    @Override
    public DerivativeCost matvecCost() {
        return factors.stream().map(LinearOperator::matvecCost).reduce(DerivativeCost.NONE, DerivativeCost::plus);
    }

    @Override
    public DerivativeCost rmatvecCost() {
        return factors.stream().map(LinearOperator::rmatvecCost).reduce(DerivativeCost.NONE, DerivativeCost::plus);
    }

    @Override
    public LinearOperator adjoint() {
        return symmetric ? this : new ProductOperator(adjoints(factors), adjoints(steps));
    }

    private static List<LinearOperator> adjoints(List<LinearOperator> operators) {
        return operators.reversed().stream().map(LinearOperator::adjoint).toList();
    }

    @Override
    Tensor apply(Tensor block) {
        Tensor result = block;
        for (int i = steps.size() - 1; i >= 0; i--) {
            result = steps.get(i).matmat(result);
        }
        return result;
    }

    @Override
    Tensor applyTransposed(Tensor block) {
        Tensor result = block;
        for (LinearOperator step : steps) {
            result = step.rmatmat(result);
        }
        return result;
    }

    @Override
    Tensor applyToVector(Tensor vector) {
        Tensor result = vector;
        for (int i = steps.size() - 1; i >= 0; i--) {
            result = steps.get(i).matvec(result);
        }
        return result;
    }

    @Override
    Tensor applyTransposedToVector(Tensor vector) {
        Tensor result = vector;
        for (LinearOperator step : steps) {
            result = step.rmatvec(result);
        }
        return result;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProductOperator that && factors.equals(that.factors);
    }

    @Override
    public int hashCode() {
        return factors.hashCode();
    }
}
