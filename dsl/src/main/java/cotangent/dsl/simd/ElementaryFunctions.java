package cotangent.dsl.simd;

/** Elementary functions as instructions of a {@link LaneProgram}. */
final class ElementaryFunctions {
    private final LaneProgram.Builder builder;

    ElementaryFunctions(LaneProgram.Builder builder) {
        this.builder = builder;
    }

    private Lane call(ScalarFunction function, Lane x) {
        return builder.call(function, x);
    }

    Lane exp(Lane x) {
        return call(ScalarFunction.EXP, x);
    }

    Lane expm1(Lane x) {
        return call(ScalarFunction.EXPM1, x);
    }

    Lane log(Lane x) {
        return call(ScalarFunction.LOG, x);
    }

    Lane log1p(Lane x) {
        return call(ScalarFunction.LOG1P, x);
    }

    Lane sin(Lane x) {
        return call(ScalarFunction.SIN, x);
    }

    Lane cos(Lane x) {
        return call(ScalarFunction.COS, x);
    }

    Lane tanh(Lane x) {
        return call(ScalarFunction.TANH, x);
    }

    Lane sigmoid(Lane x) {
        return call(ScalarFunction.SIGMOID, x);
    }

    Lane erf(Lane x) {
        return call(ScalarFunction.ERF, x);
    }

    Lane pow(Lane x, Lane y) {
        return builder.call(ScalarFunction.POW, x, y);
    }
}
