package cotangent.dsl.kernel;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What every product must satisfy, as plain code, so that processes of other vector widths can run it too.
 *
 * <p>Each check compares with a triple loop in float64 and fails by an {@link AssertionError}. The bound is that of a
 * sum of k + 1 terms with one rounding each and a rounding of alpha a_ip: (k + 3) eps (|alpha| |A| |B| + |beta| |C|),
 * where eps is half a unit in the last place of one, plus the reference's own rounding, at most as much again.
 */
final class DoubleGemmContract {
    static final int[] SIZES = {0, 1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 64, 100};
    static final int[] FEW_SIZES = {1, 3, 6, 10, 17, 39};
    private static final double EPS = Math.ulp(1.0) / 2;
    private static final double OUTSIDE = 12345;

    private final SplittableRandom random = new SplittableRandom(7);
    private long digest = 17;

    /** Every mix of sizes, each with one layout, offset, alpha and beta in turn. */
    static long checkSizes(int[] sizes) {
        DoubleGemmContract contract = new DoubleGemmContract();
        int turn = 0;
        for (int m : sizes) {
            for (int n : sizes) {
                for (int k : sizes) {
                    contract.check(m, n, k, turn++);
                }
            }
        }
        return contract.digest;
    }

    /** Shapes beyond one block in each direction, in every layout. */
    static long checkBlocks() {
        DoubleGemmContract contract = new DoubleGemmContract();
        int[][] shapes = {{130, 67, 600}, {13, 2100, 40}, {250, 200, 290}, {1, 1500, 33}, {1100, 3, 100}, {2, 40, 700},
                {30, 20, 6000}, {700, 10, 200}, {300, 2, 700}};
        for (int[] shape : shapes) {
            for (int turn = 0; turn < 8; turn++) {
                contract.check(shape[0], shape[1], shape[2], turn);
            }
        }
        return contract.digest;
    }

    /** One product; bits of {@code turn} choose the layouts, alpha and beta. */
    private void check(int m, int n, int k, int turn) {
        boolean transposedA = (turn & 1) != 0;
        boolean transposedB = (turn & 2) != 0;
        int gap = (turn & 4) != 0 ? 3 : 0;
        int step = turn % 11 == 0 ? 2 : 1;
        double alpha = new double[]{1, -1, 0.5, 1, 1.7}[turn % 5];
        double beta = new double[]{0, 1, -0.3}[turn % 3];
        int aRow = transposedA ? step : k * step + gap;
        int aCol = transposedA ? m * step + gap : step;
        int bRow = transposedB ? step : n * step + gap;
        int bCol = transposedB ? k * step + gap : step;
        int cRow = n + gap;
        double[] a = random(gap + 1 + extent(m, aRow) + extent(k, aCol));
        double[] b = random(gap + 1 + extent(k, bRow) + extent(n, bCol));
        double[] c = new double[gap + extent(m, cRow) + n + gap + 1];
        Arrays.fill(c, OUTSIDE);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                c[gap + i * cRow + j] = beta == 0 ? Double.NaN : value();
            }
        }
        double[] before = c.clone();
        Gemm.dgemm(m, n, k, alpha, a, gap, aRow, aCol, b, gap, bRow, bCol, beta, c, gap, cRow);
        for (int at = 0; at < c.length; at++) {
            int i = at < gap ? -1 : (at - gap) / Math.max(1, cRow);
            int j = at < gap ? -1 : (at - gap) % Math.max(1, cRow);
            if (i < 0 || i >= m || j >= n) {
                require(c[at] == OUTSIDE, "outside C", m, n, k, turn, at, c[at], OUTSIDE);
                continue;
            }
            double sum = beta == 0 ? 0 : beta * before[at];
            double size = Math.abs(sum);
            for (int p = 0; p < k; p++) {
                double term = alpha * a[gap + i * aRow + p * aCol] * b[gap + p * bRow + j * bCol];
                sum += term;
                size += Math.abs(term);
            }
            double bound = 2 * (k + 3) * EPS * size;
            require(Math.abs(c[at] - sum) <= bound, "C", m, n, k, turn, at, c[at], sum);
            digest = 31 * digest + Double.doubleToLongBits(c[at]);
        }
    }

    /** Where the last of {@code count} steps begins. */
    private static int extent(int count, int stride) {
        return Math.max(0, count - 1) * stride;
    }

    private double[] random(int length) {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = value();
        }
        return values;
    }

    private double value() {
        return random.nextDouble() - 0.5;
    }

    private static void require(
            boolean holds, String what, int m, int n, int k, int turn, int at, double got, double expected) {
        if (!holds) {
            throw new AssertionError(what + " of " + m + " x " + k + " times " + k + " x " + n + ", turn " + turn
                    + ", element " + at + ": " + got + ", expected " + expected);
        }
    }
}
