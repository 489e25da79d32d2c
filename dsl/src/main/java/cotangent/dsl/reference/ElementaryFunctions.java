package cotangent.dsl.reference;

import cotangent.dsl.ir.UnaryFunction;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Where the interpreter takes its transcendental functions from. */
interface ElementaryFunctions {
    /** The function of one float64 number; any of {@link UnaryFunction} but NOT. */
    DoubleUnaryOperator unary(UnaryFunction function);

    /** {@code x} to the power {@code y}. */
    DoubleBinaryOperator pow();
}
