package cotangent.dsl.kernel;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What symmetric matrix-vector products and sums over poles must satisfy, in any vector width. */
final class SymmetricAndPoleContract {
    private static final double EPS = Math.ulp(1.0) / 2;
    /** From empty to beyond the size at which the triangle is cut into bands. */
    private static final int[] ORDERS = {0, 1, 2, 7, 8, 9, 16, 23, 61, 130, 600};

    private final SplittableRandom random = new SplittableRandom(12);
    private long digest = 17;

    private SymmetricAndPoleContract() {}

    static long checkSymv() {
        SymmetricAndPoleContract contract = new SymmetricAndPoleContract();
        for (int n : ORDERS) {
            for (int phase = 0; phase < Symv.BLOCK; phase += n > 100 ? 5 : 1) {
                contract.symv(n, phase);
            }
        }
        return contract.digest;
    }

    /** Terms of a row are summed in some order onto y, so the error is at most (n + 8) eps (|A| |x| + |y|), and as much in the check. */
    private void symv(int n, int phase) {
        int row = n + 3;
        double[] a = new double[2 + n * row];
        Arrays.fill(a, Double.NaN);
        double[] x = random(n + 1);
        double[] y = random(n + 2);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                boolean block = (i + phase) / Symv.BLOCK == (j + phase) / Symv.BLOCK;
                if (j >= i || block) {
                    a[2 + i * row + j] = j >= i ? random.nextDouble(-1, 1) : a[2 + j * row + i];
                }
            }
        }
        double[] result = y.clone();
        Symv.dsymv(n, phase, a, 2, row, x, 1, result, 1);
        for (int i = 0; i < n; i++) {
            double sum = y[1 + i];
            double size = Math.abs(sum);
            for (int j = 0; j < n; j++) {
                double term = a[2 + Math.min(i, j) * row + Math.max(i, j)] * x[1 + j];
                sum += term;
                size += Math.abs(term);
            }
            require(Math.abs(result[1 + i] - sum) <= 2 * (n + 8) * EPS * size, "symv", n, phase);
            digest = 31 * digest + Double.doubleToLongBits(result[1 + i]);
        }
        require(result[0] == y[0] && result[n + 1] == y[n + 1], "outside y", n, phase);
    }

    static long checkPoles() {
        SymmetricAndPoleContract contract = new SymmetricAndPoleContract();
        for (int n = 0; n < 40; n++) {
            contract.poles(n, false);
            contract.poles(n, true);
        }
        return contract.digest;
    }

    /** A term has an error of at most 5 eps; a lane adds up to n of them. */
    private void poles(int n, boolean squares) {
        double[] z = random(n + 1);
        double[] d = random(n + 1);
        double[] e = random(n + 1);
        double t = 1.25;
        double[] sums = new double[2];
        if (squares) {
            PoleSums.dsums(n, z, d, e, 1, t, sums);
        } else {
            PoleSums.dsums(n, z, d, 1, t, sums);
        }
        double sum = 0;
        double size = 0;
        double slope = 0;
        for (int j = 1; j <= n; j++) {
            double q = z[j] / (squares ? (d[j] - t) * (e[j] + t) : d[j] - t);
            sum += z[j] * q;
            size += Math.abs(z[j] * q);
            slope += q * q;
        }
        require(Math.abs(sums[0] - sum) <= 2 * (n + 6) * EPS * size, "pole sum", n, 0);
        require(Math.abs(sums[1] - slope) <= 2 * (n + 12) * EPS * slope, "pole slope", n, 0);
        digest = 31 * (31 * digest + Double.doubleToLongBits(sums[0])) + Double.doubleToLongBits(sums[1]);
    }

    private double[] random(int n) {
        return random.doubles(n, -1, 1).toArray();
    }

    private static void require(boolean holds, String what, int n, int phase) {
        if (!holds) {
            throw new AssertionError("%s, n = %d, phase %d, with %d bits".formatted(what, n, phase, Simd.BITS));
        }
    }
}
