package cotangent.dsl.kernel;

import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What triangular solves, symmetric products, copies and dot products must satisfy, in any vector width. */
final class TriangularAndVectorContract {
    private static final double EPS = Math.ulp(1.0) / 2;
    private static final double EPS32 = Math.ulp(1f) / 2;
    private static final int[] ORDERS = {1, 2, 7, 16, 17, 40, 48, 67, 100};

    private final SplittableRandom random = new SplittableRandom(11);
    private long digest = 17;

    static long checkTrsm() {
        TriangularAndVectorContract contract = new TriangularAndVectorContract();
        for (Side side : Side.values()) {
            for (Triangle triangle : Triangle.values()) {
                for (Diagonal diagonal : Diagonal.values()) {
                    for (int order : ORDERS) {
                        for (int count : new int[]{1, 3, 20, 130}) {
                            contract.solve(side, triangle, diagonal, order, count, (order + count) % 2 == 0);
                            contract.solve32(side, triangle, diagonal, order, count, (order + count) % 2 == 0);
                        }
                    }
                }
            }
        }
        return contract.digest;
    }

    /**
     * Substitution solves (A + E) x = b with |E| at most (order + 2) eps |A|; the product that checks it and alpha add
     * at most as much again, so the residual is below 3 (order + 2) eps |A| |X|.
     */
    private void solve(Side side, Triangle triangle, Diagonal diagonal, int order, int count, boolean transposed) {
        int m = side == Side.LEFT ? order : count;
        int n = side == Side.LEFT ? count : order;
        int stride = order + 1;
        int aRow = transposed ? 1 : stride;
        int aCol = transposed ? stride : 1;
        double[] a = triangularArray(order, aRow, aCol, triangle, diagonal);
        int bRow = n + 2;
        double[] b = random(1 + m * bRow);
        double[] x = b.clone();
        Trsm.dtrsm(side, triangle, diagonal, m, n, 2, a, 0, aRow, aCol, x, 1, bRow);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                double size = 0;
                for (int p = 0; p < order; p++) {
                    int row = side == Side.LEFT ? i : p;
                    int column = side == Side.LEFT ? p : j;
                    double term = element(a, row, column, aRow, aCol, triangle, diagonal)
                            * (side == Side.LEFT ? x[1 + p * bRow + j] : x[1 + i * bRow + p]);
                    sum += term;
                    size += Math.abs(term);
                }
                double residual = Math.abs(sum - 2 * b[1 + i * bRow + j]);
                require(residual <= 3 * (order + 2) * EPS * size, side + " " + triangle + " " + diagonal, order, count);
                digest = 31 * digest + Double.doubleToLongBits(x[1 + i * bRow + j]);
            }
        }
        require(x[0] == b[0] && (m == 1 || x[1 + n] == b[1 + n]), "outside B", order, count);
    }

    private void solve32(Side side, Triangle triangle, Diagonal diagonal, int order, int count, boolean transposed) {
        int m = side == Side.LEFT ? order : count;
        int n = side == Side.LEFT ? count : order;
        int aRow = transposed ? 1 : order;
        int aCol = transposed ? order : 1;
        double[] wide = triangularArray(order, aRow, aCol, triangle, diagonal);
        float[] a = narrow(wide);
        float[] b = narrow(random(m * n));
        float[] x = b.clone();
        Trsm.strsm(side, triangle, diagonal, m, n, 1, a, 0, aRow, aCol, x, 0, n);
        for (int at = 0; at < wide.length; at++) {
            wide[at] = a[at];
        }
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                double size = 0;
                for (int p = 0; p < order; p++) {
                    int row = side == Side.LEFT ? i : p;
                    int column = side == Side.LEFT ? p : j;
                    double term = element(wide, row, column, aRow, aCol, triangle, diagonal)
                            * (side == Side.LEFT ? x[p * n + j] : x[i * n + p]);
                    sum += term;
                    size += Math.abs(term);
                }
                double residual = Math.abs(sum - b[i * n + j]);
                require(residual <= 3 * (order + 2) * EPS32 * size, side + " " + triangle + " f32", order, count);
                digest = 31 * digest + Float.floatToIntBits(x[i * n + j]);
            }
        }
    }

    /** A well-conditioned triangle; what must not be read is NaN. */
    private double[] triangularArray(int order, int aRow, int aCol, Triangle triangle, Diagonal diagonal) {
        double[] a = new double[(order + 1) * (order + 1)];
        Arrays.fill(a, Double.NaN);
        for (int i = 0; i < order; i++) {
            for (int j = 0; j < order; j++) {
                boolean read = triangle == Triangle.LOWER ? j < i : j > i;
                if (read) {
                    a[i * aRow + j * aCol] = (random.nextDouble() - 0.5) / order;
                } else if (i == j && diagonal == Diagonal.GENERAL) {
                    a[i * aRow + j * aCol] = 1 + random.nextDouble();
                }
            }
        }
        return a;
    }

    private static double element(
            double[] a, int i, int j, int aRow, int aCol, Triangle triangle, Diagonal diagonal) {
        if (i == j) {
            return diagonal == Diagonal.UNIT ? 1 : a[i * aRow + j * aCol];
        }
        return (triangle == Triangle.LOWER) == (j < i) ? a[i * aRow + j * aCol] : 0;
    }

    /** The lower triangle equals the general product's; nothing above it is touched. */
    static long checkSyrk() {
        TriangularAndVectorContract contract = new TriangularAndVectorContract();
        for (int n : new int[]{0, 1, 5, 63, 64, 65, 200}) {
            for (int k : new int[]{0, 1, 30}) {
                contract.syrk(n, k, 0);
                contract.syrk(n, k, 0.5);
            }
        }
        return contract.digest;
    }

    private void syrk(int n, int k, double beta) {
        double[] a = random(n * k);
        int row = n + 1;
        double[] c = beta == 0 ? new double[n * row + 1] : random(n * row + 1);
        if (beta == 0) {
            Arrays.fill(c, Double.NaN);
        }
        double[] before = c.clone();
        double[] general = c.clone();
        Syrk.dsyrk(n, k, 2, a, 0, k, 1, beta, c, 1, row);
        Gemm.dgemm(n, n, k, 2, a, 0, k, 1, a, 0, 1, k, beta, general, 1, row);
        for (int at = 0; at < c.length; at++) {
            int i = (at - 1) / row;
            int j = (at - 1) % row;
            boolean lower = at > 0 && i < n && j <= i;
            // The routes may differ, so may the order of a sum: two bounds of (k + 3) eps on sums of terms below 1/2.
            double bound = lower ? 2 * (k + 3) * EPS * (0.5 * k + 0.5) : 0;
            double expected = lower ? general[at] : before[at];
            boolean same = Double.doubleToLongBits(expected) == Double.doubleToLongBits(c[at]);
            require(same || Math.abs(c[at] - expected) <= bound, "syrk element " + at, n, k);
            digest = 31 * digest + Double.doubleToLongBits(c[at]);
        }
    }

    static long checkCopies() {
        TriangularAndVectorContract contract = new TriangularAndVectorContract();
        for (int m : new int[]{0, 1, 5, 31, 32, 70}) {
            for (int n : new int[]{0, 1, 4, 33, 65}) {
                contract.copy(m, n, n + 1, 1);
                contract.copy(m, n, 1, m + 1);
                contract.copy(m, n, 2 * n, 2);
            }
        }
        return contract.digest;
    }

    private void copy(int m, int n, int aRow, int aCol) {
        double[] a = random(2 + m * aRow + n * aCol);
        float[] narrow = narrow(a);
        int row = n + 1;
        double[] b = new double[m * row + 2];
        float[] b32 = new float[m * row + 2];
        Transposition.dcopy(m, n, a, 1, aRow, aCol, b, 1, row);
        Transposition.scopy(m, n, narrow, 1, aRow, aCol, b32, 1, row);
        for (int at = 0; at < b.length; at++) {
            int i = (at - 1) / row;
            int j = (at - 1) % row;
            boolean inside = at > 0 && i < m && j < n;
            int from = inside ? 1 + i * aRow + j * aCol : 0;
            require(b[at] == (inside ? a[from] : 0), "copied element " + at, m, n);
            require(b32[at] == (inside ? narrow[from] : 0), "copied float32 element " + at, m, n);
        }
    }

    /** A sum of n terms, at most n / (4 lanes) + 7 roundings deep; n + 7 covers every lane count. */
    static long checkDots() {
        TriangularAndVectorContract contract = new TriangularAndVectorContract();
        for (int n : new int[]{0, 1, 7, 8, 15, 31, 32, 33, 63, 64, 65, 127, 128, 1000}) {
            contract.dot(n);
            contract.norm(n, 1);
            contract.norm(n, 0x1p+1000);
            contract.norm(n, 0x1p-1040);
        }
        return contract.digest;
    }

    private void dot(int n) {
        double[] x = random(n + 1);
        double[] y = random(n + 2);
        float[] x32 = narrow(x);
        float[] y32 = narrow(y);
        double sum = 0;
        double sum32 = 0;
        double size = 0;
        for (int i = 0; i < n; i++) {
            sum += x[i + 1] * y[i + 2];
            sum32 += (double) x32[i + 1] * y32[i + 2];
            size += Math.abs(x[i + 1] * y[i + 2]);
        }
        size *= 1 + 4 * EPS32;
        double dot = Dots.ddot(n, x, 1, y, 2);
        float dot32 = Dots.sdot(n, x32, 1, y32, 2);
        double wide = Dots.dsdot(n, x32, 1, y32, 2);
        require(Math.abs(dot - sum) <= 2 * (n + 7) * EPS * size, "ddot", n, 0);
        require(Math.abs(wide - sum32) <= 2 * (n + 7) * EPS * size, "dsdot", n, 0);
        require(Math.abs(dot32 - sum32) <= 2 * (n + 7) * EPS32 * size, "sdot", n, 0);
        digest = 31 * digest + Double.doubleToLongBits(dot);
        digest = 31 * digest + Double.doubleToLongBits(wide);
        digest = 31 * digest + Float.floatToIntBits(dot32);
        double[] sums = y.clone();
        Dots.daxpy(n, 0.3, x, 1, sums, 2);
        Dots.dscal(n, 0.7, x, 1);
        for (int i = 0; i < n; i++) {
            digest = 31 * digest + Double.doubleToLongBits(sums[i + 2]) + Double.doubleToLongBits(x[i + 1]);
        }
    }

    /** The square root halves the error of the sum of squares; scaling by a power of two is exact but for subnormals. */
    private void norm(int n, double scale) {
        double[] x = random(n);
        double square = 0;
        for (int i = 0; i < n; i++) {
            x[i] *= scale;
            double unscaled = x[i] / scale;
            square += unscaled * unscaled;
        }
        double norm = Dots.dnrm2(n, x, 0);
        double expected = Math.sqrt(square) * scale;
        double bound = (n + 8) * EPS * expected + n * Double.MIN_VALUE;
        require(Math.abs(norm - expected) <= bound, "dnrm2 at " + scale + ": " + norm + " for " + expected, n, 0);
        digest = 31 * digest + Double.doubleToLongBits(norm);
        digest = 31 * digest + Float.floatToIntBits(Dots.snrm2(n, narrow(x), 0));
    }

    private double[] random(int length) {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextDouble() - 0.5;
        }
        return values;
    }

    private static float[] narrow(double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    private static void require(boolean holds, String what, int m, int n) {
        if (!holds) {
            throw new AssertionError(what + ", sizes " + m + " and " + n);
        }
    }
}
