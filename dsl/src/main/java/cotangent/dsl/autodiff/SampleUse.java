package cotangent.dsl.autodiff;

import cotangent.dsl.Tensor;

/**
 * One place where a function of a batch of samples uses a parameter, with as many positions of each sample: the form
 * of {@link ParameterUse} that kernels over samples are built from.
 *
 * <p>With x [groups, positions, samples, in] and delta [groups, positions, samples, out], the cotangent of one of a
 * sample's outputs, that output's gradient has {@code sum_p x[g, p, n, i] delta[g, p, n, o]} as its part from this use.
 *
 * @param leaf      number of the parameter among the leaves of the function's first input
 * @param kind      what kind of use it is: never {@link ParameterUse.Kind#WHOLE}
 * @param groups    number of independent products: usually 1
 * @param positions number of positions of a sample that the parameter is shared over
 * @param in        width of x: 1 where x is one
 * @param out       width of the cotangent
 * @param places    I32 [groups, in, out]: which element of the leaf, in row-major order, each entry is
 * @param input     number of x among {@link SampleFactors#inputs}, or {@link #ONES}
 * @param cotangent number of the cotangent among those of {@link SampleFactors#cotangents}: a product and the bias that
 *                  is added to it share theirs
 */
public record SampleUse(int leaf, ParameterUse.Kind kind, int groups, int positions, int in, int out, Tensor places,
        int input, int cotangent) {
    /** In place of the number of an input: x is one everywhere. */
    public static final int ONES = -1;

    /** Whether x is one everywhere. */
    public boolean isOnes() {
        return input == ONES;
    }

    @Override
    public String toString() {
        return "%s of leaf %d: %d positions a sample, [%d, %d]%s".formatted(kind.name()
                .toLowerCase(
                        java.util.Locale.ROOT),
                leaf, positions, in, out, groups == 1 ? "" : " in " + groups + " groups");
    }
}
