package cotangent.linalg;

import cotangent.dsl.Tensor;

/**
 * Where the eigenvalues that were not returned are taken to lie: none below {@code low}, none above {@code high}.
 *
 * <p>That is what the next Ritz value at each end in question says, widened by its residual; no method that knows a matrix by its products
 * alone can prove it.
 *
 * @param low  −∞ where there is no limit; above {@code high} where no eigenvalue remains
 * @param high ∞ where there is no limit
 */
record Separation(double low, double high) {
    /** No eigenvalue remains. */
    static final Separation COMPLETE = new Separation(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    /** They may lie anywhere. */
    static final Separation UNKNOWN = new Separation(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /**
     * What Ritz values beyond the first {@code wanted} say of the rest.
     *
     * @param values    Ritz values, most wanted first
     * @param residuals of each
     */
    static Separation of(SpectrumEnd end, int wanted, double[] values, double[] residuals) {
        if (values.length == wanted) {
            return UNKNOWN;
        }
        double next = values[wanted];
        double width = residuals[wanted];
        int other = Math.min(wanted + 1, values.length - 1);
        return switch (end) {
            case LARGEST -> new Separation(Double.NEGATIVE_INFINITY, next + width);
            case SMALLEST -> new Separation(next - width, Double.POSITIVE_INFINITY);
            case LARGEST_MAGNITUDE -> new Separation(-Math.abs(next) - width, Math.abs(next) + width);
            case BOTH_ENDS -> new Separation(next - width, next + width).join(new Separation(values[other]
                    - residuals[other], values[other] + residuals[other]));
        };
    }

    /** Where they lie if either may hold. */
    Separation join(Separation other) {
        return new Separation(Math.min(low, other.low), Math.max(high, other.high));
    }

    /**
     * A lower bound of each pair's distance to the eigenvalues that belong to the others; 0 where none is known.
     *
     * <p>For orthonormal Ritz vectors V with R = AV − VΘ the Ritz values match k eigenvalues one to one within ‖R‖₂ ≤ ‖R‖_F
     * (W. Kahan; Parlett, The Symmetric Eigenvalue Problem, theorem 11.5.1), so another pair's eigenvalue is at least
     * |θ_i − θ_j| − ‖R‖_F away.
     */
    Tensor gaps(double[] values, double[] residuals) {
        double block = frobenius(residuals);
        double[] gaps = new double[values.length];
        for (int j = 0; j < gaps.length; j++) {
            double gap = Math.max(low - values[j], values[j] - high);
            for (int i = 0; i < gaps.length; i++) {
                gap = i == j ? gap : Math.min(gap, Math.abs(values[i] - values[j]) - block);
            }
            gaps[j] = Math.max(0, gap);
        }
        return Tensor.of(gaps);
    }

    /** The root of the sum of squares, free of avoidable overflow and underflow. */
    static double frobenius(double[] norms) {
        double sum = 0;
        for (double norm : norms) {
            sum = Math.hypot(sum, norm);
        }
        return sum;
    }
}
