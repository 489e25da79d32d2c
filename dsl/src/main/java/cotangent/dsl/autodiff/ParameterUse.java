package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One place where a function uses a parameter, at a point: what the parameter meets there.
 *
 * <p>Whatever the function does, the parameter's entries [groups, in, out] meet an input x [groups, positions, in] in the
 * product {@code sum_i x[g, p, i] w[g, i, o]}. The positions are all that the parameter is shared over: samples, times,
 * places of an image, tokens. With the cotangent delta [groups, positions, out] of that product, the gradient's part from
 * this use is {@code sum_p x[g, p, i] delta[g, p, o]}.
 *
 * @param leaf    number of the parameter among the leaves of the function's first input
 * @param kind    what kind of use it is
 * @param input   x: [groups, positions, in]
 * @param out     width of the product
 * @param places  I32 [groups, in, out]: which element of the leaf, in row-major order, each entry is
 * @param samples I32 [positions]: which sample each position belongs to; {@code null} where that was not asked for, or
 *                where the function does not keep samples apart
 */
public record ParameterUse(int leaf, Kind kind, Tensor input, int out, Tensor places, @Nullable Tensor samples) {
    /** What a parameter is used for. */
    public enum Kind {
        /** A factor of a matrix product. */
        PRODUCT,
        /**
         * Repeated at every position, as a bias or an elementwise gain is: x is one (a gain's other factor is part of the
         * cotangent), and groups and in are 1.
         */
        SUM,
        /** Anything else: one position, where x is one and the cotangent is the whole gradient. */
        WHOLE
    }

    /** Number of independent products: usually 1. */
    public int groups() {
        return input.shape().extent(0);
    }

    /** Number of positions that the parameter is shared over. */
    public int positions() {
        return input.shape().extent(1);
    }

    /** Number of terms of each product's sums. */
    public int in() {
        return input.shape().extent(2);
    }

    /** Shape of the cotangent at this use: [groups, positions, out]. */
    public Shape cotangentShape() {
        return Shape.of(groups(), positions(), out);
    }

    /** Whether it is known which sample each position belongs to. */
    public boolean hasSamples() {
        return samples != null;
    }

    /**
     * This use's part of the gradient: [groups, in, out], whose entries belong at {@link #places}. One product.
     *
     * @param cotangent [groups, positions, out]
     * @throws ShapeException if the cotangent has another shape or dtype
     */
    public Tensor gradient(Tensor cotangent) {
        require(cotangent);
        return input.dot(cotangent, Axes.of(1), Axes.of(1), Axes.of(0), Axes.of(0));
    }

    /**
     * The squared Frobenius norm of each sample's part of {@link #gradient}, as if every sample had parameters of its own.
     * Costs the products of one gradient; float64 sums.
     *
     * <p>Where a parameter has several uses, the norm of its whole gradient is not the sum of these: their parts add up
     * before they are squared.
     *
     * @param cotangent [groups, positions, out]
     * @param count     number of samples
     * @return [count] numbers
     * @throws ShapeException if the cotangent has another shape or dtype, or samples are not known
     */
    public double[] squaredNorms(Tensor cotangent, int count) {
        require(cotangent);
        if (samples == null) {
            throw new ShapeException(
                    "squaredNorms: which sample a position of leaf %d belongs to is not known".formatted(
                            leaf));
        }
        double[] x = input.toDoubles();
        double[] delta = cotangent.toDoubles();
        double[] norms = new double[count];
        int[][] members = members(count);
        for (int sample = 0; sample < count; sample++) {
            for (int group = 0; group < groups(); group++) {
                norms[sample] += squaredNorm(members[sample], group * positions(), x, delta);
            }
        }
        return norms;
    }

    private int[][] members(int count) {
        Tensor of = Objects.requireNonNull(samples);
        int[] sizes = new int[count];
        for (int p = 0; p < positions(); p++) {
            sizes[(int) of.get(p)]++;
        }
        int[][] members = new int[count][];
        for (int sample = 0; sample < count; sample++) {
            members[sample] = new int[sizes[sample]];
        }
        for (int p = positions() - 1; p >= 0; p--) {
            int sample = (int) of.get(p);
            members[sample][--sizes[sample]] = p;
        }
        return members;
    }

    /** By the gradient's entries or by pairs of positions, whichever are fewer: |X'D|^2 = sum_pq (XX')_pq (DD')_pq. */
    private double squaredNorm(int[] members, int first, double[] x, double[] delta) {
        int in = in();
        double sum = 0;
        if (members.length < Math.max(1, (long) in * out / (in + out))) {
            for (int p : members) {
                for (int q : members) {
                    sum += inner(x, (first + p) * in, (first + q) * in, in)
                            * inner(delta, (first + p) * out, (first + q)
                                    * out, out);
                }
            }
            return sum;
        }
        for (int i = 0; i < in; i++) {
            for (int o = 0; o < out; o++) {
                double entry = 0;
                for (int p : members) {
                    entry += x[(first + p) * in + i] * delta[(first + p) * out + o];
                }
                sum += entry * entry;
            }
        }
        return sum;
    }

    private static double inner(double[] values, int a, int b, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[a + i] * values[b + i];
        }
        return sum;
    }

    private void require(Tensor cotangent) {
        DType dtype = input.dtype();
        if (!cotangent.shape().equals(cotangentShape()) || cotangent.dtype() != dtype) {
            throw new ShapeException(
                    "parameter use: expected a cotangent %s%s, got %s".formatted(dtype, cotangentShape(),
                            cotangent.type()));
        }
    }

    @Override
    public String toString() {
        return "%s of leaf %d: x %s, cotangent %s".formatted(kind.name().toLowerCase(java.util.Locale.ROOT), leaf, input
                .type(), cotangentShape());
    }
}
