package cotangent.linalg.krylov;

import cotangent.linalg.dense.HouseholderQr;
import cotangent.linalg.dense.PowerOfTwo;

/**
 * The thin QR factorization of a block, scaled by a power of two so that it works at any size of entries.
 *
 * @param q row-major [n, k], orthonormal columns whatever the block
 * @param r row-major [k, k], upper triangular, diagonal not negative
 */
record ScaledQr(double[] q, double[] r) {
    /** Factors a row-major block [n, k] with k ≤ n, which it overwrites. */
    static ScaledQr factor(int n, int k, double[] block) {
        int exponent = PowerOfTwo.exponentFor(PowerOfTwo.largest(block), 0);
        PowerOfTwo.scale(block.length, block, exponent);
        HouseholderQr qr = HouseholderQr.factor(n, k, block);
        double[] r = qr.r();
        PowerOfTwo.scale(r.length, r, -exponent);
        return new ScaledQr(qr.q(k), r);
    }
}
