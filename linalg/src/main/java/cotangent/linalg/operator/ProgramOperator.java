package cotangent.linalg.operator;
import java.util.Optional;
final class ProgramOperator { static Optional<LinearOperator> product(LinearOperator a, LinearOperator b){return Optional.empty();} }
