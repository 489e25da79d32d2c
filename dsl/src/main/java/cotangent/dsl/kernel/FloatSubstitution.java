package cotangent.dsl.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Substitution in a small triangular system, for right-hand sides two vectors wide, six unknowns at a time.
 *
 * <p>Twelve sums, two vectors of a solved row and one factor fill the sixteen registers of AVX2. The row of unknown i
 * takes its terms in the order of the unknowns before it and is then multiplied by the inverse of its diagonal element.
 */
final class FloatSubstitution {
    /** Unknowns at a time. */
    static final int ROWS = 6;

    private static final VectorSpecies<Float> S = Species.F32;
    private static final int LANES = Simd.F32_LANES;

    private FloatSubstitution() {}

    /**
     * Overwrites two vectors' width of B with the unknowns.
     *
     * <p>Rows beyond the last one repeat it; the last one itself is stored after them.
     *
     * @param m unknowns
     * @param factors for every six rows, for each unknown up to the last of them, six numbers: what the rows' sums take
     *     of it (the negative element), or for the row of the unknown itself the inverse of its diagonal element
     * @param b holds the row of unknown i at {@code bOff + i * bRow}
     * @param bRow from a row to that of the next unknown; negative where unknowns are found from the bottom up
     */
    static void solve(int m, float[] factors, float[] b, int bOff, int bRow) {
        int at = 0;
        for (int i = 0; i < m; i += ROWS) {
            int b0 = bOff + i * bRow;
            int b1 = bOff + Math.min(i + 1, m - 1) * bRow;
            int b2 = bOff + Math.min(i + 2, m - 1) * bRow;
            int b3 = bOff + Math.min(i + 3, m - 1) * bRow;
            int b4 = bOff + Math.min(i + 4, m - 1) * bRow;
            int b5 = bOff + Math.min(i + 5, m - 1) * bRow;
            FloatVector s00 = FloatVector.fromArray(S, b, b0);
            FloatVector s01 = FloatVector.fromArray(S, b, b0 + LANES);
            FloatVector s10 = FloatVector.fromArray(S, b, b1);
            FloatVector s11 = FloatVector.fromArray(S, b, b1 + LANES);
            FloatVector s20 = FloatVector.fromArray(S, b, b2);
            FloatVector s21 = FloatVector.fromArray(S, b, b2 + LANES);
            FloatVector s30 = FloatVector.fromArray(S, b, b3);
            FloatVector s31 = FloatVector.fromArray(S, b, b3 + LANES);
            FloatVector s40 = FloatVector.fromArray(S, b, b4);
            FloatVector s41 = FloatVector.fromArray(S, b, b4 + LANES);
            FloatVector s50 = FloatVector.fromArray(S, b, b5);
            FloatVector s51 = FloatVector.fromArray(S, b, b5 + LANES);
            int solved = bOff;
            for (int p = 0; p < i; p++) {
                FloatVector x0 = FloatVector.fromArray(S, b, solved);
                FloatVector x1 = FloatVector.fromArray(S, b, solved + LANES);
                FloatVector factor = FloatVector.broadcast(S, factors[at]);
                s00 = factor.fma(x0, s00);
                s01 = factor.fma(x1, s01);
                factor = FloatVector.broadcast(S, factors[at + 1]);
                s10 = factor.fma(x0, s10);
                s11 = factor.fma(x1, s11);
                factor = FloatVector.broadcast(S, factors[at + 2]);
                s20 = factor.fma(x0, s20);
                s21 = factor.fma(x1, s21);
                factor = FloatVector.broadcast(S, factors[at + 3]);
                s30 = factor.fma(x0, s30);
                s31 = factor.fma(x1, s31);
                factor = FloatVector.broadcast(S, factors[at + 4]);
                s40 = factor.fma(x0, s40);
                s41 = factor.fma(x1, s41);
                factor = FloatVector.broadcast(S, factors[at + 5]);
                s50 = factor.fma(x0, s50);
                s51 = factor.fma(x1, s51);
                at += ROWS;
                solved += bRow;
            }
            FloatVector factor = FloatVector.broadcast(S, factors[at]);
            s00 = s00.mul(factor);
            s01 = s01.mul(factor);
            factor = FloatVector.broadcast(S, factors[at + 1]);
            s10 = factor.fma(s00, s10);
            s11 = factor.fma(s01, s11);
            factor = FloatVector.broadcast(S, factors[at + 2]);
            s20 = factor.fma(s00, s20);
            s21 = factor.fma(s01, s21);
            factor = FloatVector.broadcast(S, factors[at + 3]);
            s30 = factor.fma(s00, s30);
            s31 = factor.fma(s01, s31);
            factor = FloatVector.broadcast(S, factors[at + 4]);
            s40 = factor.fma(s00, s40);
            s41 = factor.fma(s01, s41);
            factor = FloatVector.broadcast(S, factors[at + 5]);
            s50 = factor.fma(s00, s50);
            s51 = factor.fma(s01, s51);
            factor = FloatVector.broadcast(S, factors[at + 7]);
            s10 = s10.mul(factor);
            s11 = s11.mul(factor);
            factor = FloatVector.broadcast(S, factors[at + 8]);
            s20 = factor.fma(s10, s20);
            s21 = factor.fma(s11, s21);
            factor = FloatVector.broadcast(S, factors[at + 9]);
            s30 = factor.fma(s10, s30);
            s31 = factor.fma(s11, s31);
            factor = FloatVector.broadcast(S, factors[at + 10]);
            s40 = factor.fma(s10, s40);
            s41 = factor.fma(s11, s41);
            factor = FloatVector.broadcast(S, factors[at + 11]);
            s50 = factor.fma(s10, s50);
            s51 = factor.fma(s11, s51);
            factor = FloatVector.broadcast(S, factors[at + 14]);
            s20 = s20.mul(factor);
            s21 = s21.mul(factor);
            factor = FloatVector.broadcast(S, factors[at + 15]);
            s30 = factor.fma(s20, s30);
            s31 = factor.fma(s21, s31);
            factor = FloatVector.broadcast(S, factors[at + 16]);
            s40 = factor.fma(s20, s40);
            s41 = factor.fma(s21, s41);
            factor = FloatVector.broadcast(S, factors[at + 17]);
            s50 = factor.fma(s20, s50);
            s51 = factor.fma(s21, s51);
            factor = FloatVector.broadcast(S, factors[at + 21]);
            s30 = s30.mul(factor);
            s31 = s31.mul(factor);
            factor = FloatVector.broadcast(S, factors[at + 22]);
            s40 = factor.fma(s30, s40);
            s41 = factor.fma(s31, s41);
            factor = FloatVector.broadcast(S, factors[at + 23]);
            s50 = factor.fma(s30, s50);
            s51 = factor.fma(s31, s51);
            factor = FloatVector.broadcast(S, factors[at + 28]);
            s40 = s40.mul(factor);
            s41 = s41.mul(factor);
            factor = FloatVector.broadcast(S, factors[at + 29]);
            s50 = factor.fma(s40, s50);
            s51 = factor.fma(s41, s51);
            factor = FloatVector.broadcast(S, factors[at + 35]);
            s50 = s50.mul(factor);
            s51 = s51.mul(factor);
            at += ROWS * ROWS;
            s50.intoArray(b, b5);
            s51.intoArray(b, b5 + LANES);
            s40.intoArray(b, b4);
            s41.intoArray(b, b4 + LANES);
            s30.intoArray(b, b3);
            s31.intoArray(b, b3 + LANES);
            s20.intoArray(b, b2);
            s21.intoArray(b, b2 + LANES);
            s10.intoArray(b, b1);
            s11.intoArray(b, b1 + LANES);
            s00.intoArray(b, b0);
            s01.intoArray(b, b0 + LANES);
        }
    }
}
