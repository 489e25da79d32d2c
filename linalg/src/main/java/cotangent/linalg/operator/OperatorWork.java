package cotangent.linalg.operator;

import cotangent.dsl.autodiff.LinearProgram;
import java.util.Optional;

/** What products with an operator take, where a model's derivative stands behind it. */
public final class OperatorWork {
    private OperatorWork() {}

    /**
     * The work of a product with a block of vectors; empty where the operator is not one linear program.
     *
     * @param columns of the block; 0 for a single vector
     */
    public static Optional<LinearProgram.Work> of(LinearOperator operator, int columns) {
        return program(operator).map(program -> program.work(columns));
    }

    private static Optional<LinearProgram> program(LinearOperator operator) {
        return switch (operator) {
            case ProgramOperator program -> Optional.of(program.program());
            case ProductOperator product -> product.onlyStep().flatMap(OperatorWork::program);
            default -> Optional.empty();
        };
    }
}
