package cotangent.dsl.simd;

/**
 * Elementary functions as instructions of a {@link LaneProgram}, without branches or tables.
 *
 * <p>Arguments are reduced to an interval around zero on which the functions are polynomials whose coefficients minimise
 * the largest relative error (Remez's second algorithm, in 200-bit arithmetic). Largest errors measured, in ULP, are in
 * {@code ElementaryFunctionsTest}.
 */
final class ElementaryFunctions {
    private final LaneProgram.Builder builder;
    private final Exponentials exponentials;
    private final Logarithms logarithms;
    private final Sines sines;
    private final ErrorFunctions errorFunctions;

    ElementaryFunctions(LaneProgram.Builder builder) {
        this.builder = builder;
        LaneAlgebra algebra = new LaneAlgebra(builder);
        exponentials = new Exponentials(algebra);
        logarithms = new Logarithms(algebra);
        sines = new Sines(algebra);
        errorFunctions = new ErrorFunctions(algebra, exponentials);
    }

    Lane exp(Lane x) {
        return exponentials.exp(x);
    }

    Lane expm1(Lane x) {
        return exponentials.expm1(x);
    }

    Lane tanh(Lane x) {
        return exponentials.tanh(x);
    }

    Lane sigmoid(Lane x) {
        return exponentials.sigmoid(x);
    }

    Lane log(Lane x) {
        return logarithms.log(x);
    }

    Lane log1p(Lane x) {
        return logarithms.log1p(x);
    }

    Lane sin(Lane x) {
        return sines.sin(x);
    }

    Lane cos(Lane x) {
        return sines.cos(x);
    }

    Lane erf(Lane x) {
        return errorFunctions.erf(x);
    }

    Lane pow(Lane x, Lane y) {
        return builder.call(ScalarFunction.POW, x, y);
    }
}
