package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.LinearProgram;
import java.util.Optional;

/** The operator of a linear program. */
final class ProgramOperator extends CheckedOperator {
    private final LinearProgram program;
    private final DerivativeCost cost;
    private final DerivativeCost transposedCost;
    private final boolean symmetric;
    private final ProgramOperator adjoint;

    private ProgramOperator(LinearProgram program, DerivativeCost cost, DerivativeCost transposedCost) {
        this.program = program;
        this.cost = cost;
        this.transposedCost = transposedCost;
        this.symmetric = false;
        this.adjoint = new ProgramOperator(this);
    }

    /** The other half of a pair, so that the adjoint's adjoint is the operator itself. */
    private ProgramOperator(ProgramOperator adjoint) {
        this.program = adjoint.program.transpose();
        this.cost = adjoint.transposedCost;
        this.transposedCost = adjoint.cost;
        this.symmetric = false;
        this.adjoint = adjoint;
    }

    private ProgramOperator(LinearProgram symmetricProgram, DerivativeCost cost) {
        this.program = symmetricProgram;
        this.cost = cost;
        this.transposedCost = cost;
        this.symmetric = true;
        this.adjoint = this;
    }

    static ProgramOperator of(LinearProgram program, DerivativeCost cost, DerivativeCost transposedCost) {
        return new ProgramOperator(program, cost, transposedCost);
    }

    /** The operator of a program known to be its own transpose. */
    static ProgramOperator symmetric(LinearProgram program, DerivativeCost cost) {
        return new ProgramOperator(program, cost);
    }

    /** The product of two operators as one program, where both are programs. */
    static Optional<LinearOperator> product(LinearOperator left, LinearOperator right) {
        if (left instanceof ProgramOperator last && right instanceof ProgramOperator first) {
            return Optional.of(of(first.program.then(last.program), first.cost.plus(last.cost), first.transposedCost
                    .plus(last.transposedCost)));
        }
        return Optional.empty();
    }

    LinearProgram program() {
        return program;
    }

    @Override
    public int rows() {
        return program.outputSize();
    }

    @Override
    public int columns() {
        return program.inputSize();
    }

    @Override
    public DType dtype() {
        return program.dtype();
    }

    @Override
    public boolean symmetric() {
        return symmetric;
    }

    @Override
    public DerivativeCost matvecCost() {
        return cost;
    }

    @Override
    public DerivativeCost rmatvecCost() {
        return transposedCost;
    }

    @Override
    public LinearOperator adjoint() {
        return adjoint;
    }

    @Override
    Tensor applyToVector(Tensor vector) {
        return program.apply(vector);
    }

    @Override
    Tensor applyTransposedToVector(Tensor vector) {
        return adjoint.program.apply(vector);
    }

    @Override
    Tensor apply(Tensor block) {
        return program.applyBlock(block);
    }

    @Override
    Tensor applyTransposed(Tensor block) {
        return adjoint.program.applyBlock(block);
    }
}
