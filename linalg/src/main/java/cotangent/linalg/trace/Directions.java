package cotangent.linalg.trace;

/**
 * The columns of R⁻ᵀ for an upper triangular R, normalised: column i is orthogonal to all columns of R but the i-th.
 *
 * <p>They tell what leaves with each column: where R is the factor of a block's QR, the span of the block without its column i
 * is that of Q without Q·s_i, and the part of column i that is orthogonal to the others has length 1/length_i.
 *
 * @param size    k
 * @param columns s_1, ..., s_k, [k, k] row-major
 * @param lengths of the columns before they were normalised
 */
record Directions(int size, double[] columns, double[] lengths) {
    /**
     * Those of a triangle. Where R is singular its diagonal is lifted to a threshold: s_i is orthogonal to the other columns
     * but for as much.
     *
     * @param r         upper triangular [k, k], row-major
     * @param precision relative to the largest diagonal entry, what the diagonal is lifted to
     */
    static Directions of(int k, double[] r, double precision) {
        double largest = 0;
        for (int i = 0; i < k; i++) {
            largest = Math.max(largest, Math.abs(r[i * k + i]));
        }
        double least = largest == 0 ? 1 : precision * largest;
        double[] s = new double[k * k];
        double[] lengths = new double[k];
        for (int i = 0; i < k; i++) {
            for (int p = i; p < k; p++) {
                double sum = p == i ? 1 : 0;
                for (int q = i; q < p; q++) {
                    sum -= r[q * k + p] * s[q * k + i];
                }
                double pivot = r[p * k + p];
                s[p * k + i] = sum / Math.copySign(Math.max(least, Math.abs(pivot)), pivot);
                lengths[i] = Math.hypot(lengths[i], s[p * k + i]);
            }
            for (int p = i; p < k; p++) {
                s[p * k + i] /= lengths[i];
            }
        }
        return new Directions(k, s, lengths);
    }
}
