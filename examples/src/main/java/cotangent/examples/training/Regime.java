package cotangent.examples.training;

import cotangent.dsl.train.OutputScaling;

/**
 * A network's width and the scale of its output, which together decide whether it learns features.
 *
 * @param name   in words
 * @param width  of the hidden layer
 * @param output its scale
 */
record Regime(String name, int width, OutputScaling output) {
    /** The NTK parameterisation with its output times alpha: small is rich, large is lazy. */
    static Regime scaled(double alpha, int width) {
        return new Regime("output scale %s, width %d".formatted(alpha, width), width, OutputScaling.of(alpha));
    }

    /** The NTK parameterisation, which is lazier the wider it is. */
    static Regime ntk(int width) {
        return new Regime("NTK, width " + width, width, OutputScaling.of(1));
    }

    /** The mean-field parameterisation, which learns features at every width. */
    static Regime meanField(int width) {
        return new Regime("mean-field, width " + width, width, OutputScaling.meanField(width));
    }
}
