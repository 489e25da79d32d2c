package cotangent.dsl.reference;

import cotangent.dsl.ir.UnaryFunction;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** {@link StrictMath}'s functions, for the oracle: the same bits on every machine, slow. */
final class StrictFunctions implements ElementaryFunctions {
    @Override
    public DoubleUnaryOperator unary(UnaryFunction function) {
        return switch (function) {
            case NEG -> x -> -x;
            case ABS -> StrictMath::abs;
            case SIGN -> StrictMath::signum;
            case SQRT -> StrictMath::sqrt;
            case EXP -> StrictMath::exp;
            case EXPM1 -> StrictMath::expm1;
            case LOG -> StrictMath::log;
            case LOG1P -> StrictMath::log1p;
            case SIN -> StrictMath::sin;
            case COS -> StrictMath::cos;
            case TANH -> StrictMath::tanh;
            case SIGMOID -> StrictFunctions::sigmoid;
            case ERF -> ErrorFunctionSeries::erf;
            case NOT -> throw new IllegalArgumentException("not is a function of truth values");
        };
    }

    @Override
    public DoubleBinaryOperator pow() {
        return StrictMath::pow;
    }

    /** Both branches take the exponential of a negative number, so that neither overflows. */
    private static double sigmoid(double x) {
        double e = StrictMath.exp(-StrictMath.abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }
}
