package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A sum of operators, applied term by term from the left. */
final class SumOperator extends CheckedOperator {
    private final List<LinearOperator> terms;

    private SumOperator(List<LinearOperator> terms) {
        this.terms = List.copyOf(terms);
    }

    static LinearOperator of(LinearOperator left, LinearOperator right) {
        OperatorShapes.requireSameSize("plus", left, right);
        List<LinearOperator> terms = new ArrayList<>(terms(left));
        terms.addAll(terms(right));
        return new SumOperator(terms);
    }

    private static List<LinearOperator> terms(LinearOperator operator) {
        return operator instanceof SumOperator sum ? sum.terms : List.of(operator);
    }

    @Override
    public int rows() {
        return terms.getFirst().rows();
    }

    @Override
    public int columns() {
        return terms.getFirst().columns();
    }

    @Override
    public DType dtype() {
        return terms.getFirst().dtype();
    }

    @Override
    public boolean symmetric() {
        return terms.stream().allMatch(LinearOperator::symmetric);
    }

    @Override
    public boolean positiveSemidefinite() {
        return terms.stream().allMatch(LinearOperator::positiveSemidefinite);
    }

    @Override
    public DerivativeCost matvecCost() {
        return terms.stream().map(LinearOperator::matvecCost).reduce(DerivativeCost.NONE, DerivativeCost::plus);
    }

    @Override
    public DerivativeCost rmatvecCost() {
        return terms.stream().map(LinearOperator::rmatvecCost).reduce(DerivativeCost.NONE, DerivativeCost::plus);
    }

    @Override
    public LinearOperator adjoint() {
        return symmetric() ? this : new SumOperator(terms.stream().map(LinearOperator::adjoint).toList());
    }

    @Override
    Tensor apply(Tensor block) {
        return sum(term -> term.matmat(block));
    }

    @Override
    Tensor applyTransposed(Tensor block) {
        return sum(term -> term.rmatmat(block));
    }

    @Override
    Tensor applyToVector(Tensor vector) {
        return sum(term -> term.matvec(vector));
    }

    @Override
    Tensor applyTransposedToVector(Tensor vector) {
        return sum(term -> term.rmatvec(vector));
    }

    private Tensor sum(Function<LinearOperator, Tensor> product) {
        return terms.stream().map(product).reduce(Blocks::add).orElseThrow();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SumOperator that && terms.equals(that.terms);
    }

    @Override
    public int hashCode() {
        return terms.hashCode();
    }
}
