package cotangent.linalg.dense;

import cotangent.dsl.ir.Distribution;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Philox;
import cotangent.dsl.kernel.Syrk;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
import cotangent.dsl.kernel.Workers;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The factorization A = Q R of a matrix with many more rows than columns, by Cholesky's factorization of a Gram matrix
 * that a random sketch has made harmless.
 *
 * <p>The rows of A are added at random, with random signs, into a sketch S of a few times as many rows as A has columns.
 * With S = Q₀R₀ by Householder, the columns of Q₁ = A R₀⁻¹ are nearly orthonormal whatever the condition of A, since a
 * sketch keeps the lengths of all vectors in A's range to a small factor. Then Q₁ᵀQ₁ = R₁ᵀR₁ by Cholesky loses nothing, and
 * Q = Q₁R₁⁻¹, R = R₁R₀. Fan, Guo and Lin, <i>A novel randomized XR-based preconditioned CholeskyQR algorithm</i> (2021);
 * Balabanov, <i>Randomized Cholesky QR factorizations</i> (2022); the analysis followed here is that of Higgins, Szyld,
 * Boman and Yamazaki, <i>Analysis of randomized Householder-Cholesky QR factorization with multisketching</i> (2023).
 *
 * <p>That the sketch did its work is not left to chance: the eigenvalues of Q₁ᵀQ₁ are computed, and where κ(Q₁) exceeds
 * {@value #LARGEST_CONDITION} or anything is not finite, the factorization is given up. That happens for matrices whose
 * columns are dependent to working precision; Householder's method takes those. With κ = κ(Q₁), substitution makes
 * Q₁R₀ = A + E with ‖eⱼ‖ of order κ·n·ε·‖aⱼ‖ column by column, and ‖QᵀQ − I‖ is of order κ²·ε times the Gram matrix's own
 * rounding, which is √m at most and hardly ever more than n: backward stable like Householder's method.
 *
 * <p>R's diagonal is positive. The sketch depends on m and n only, and sums are split by shape, so that results do not
 * depend on the number of threads. Cost: 4mn² flops for both factors, 2mn² for R; A is read twice.
 */
public final class TallQr {

    /** Rows per column of the sketch: singular values of Q₁ then lie within about [2/3, 2]. */
    private static final int OVERSAMPLING = 4;
    /** Places in the sketch to which each row is added. */
    private static final int COPIES = 2;
    private static final double LARGEST_CONDITION = 8;
    /** Of R₀'s diagonal, below which substitution might lose digits to underflow; largest entries are of order 1. */
    private static final double SAFE_MINIMUM = 0x1p-900;
    /** Entries of the rows treated together: a quarter of a second-level cache. */
    private static final int PANEL = 1 << 14;
    private static final int MOST_CHUNKS = 16;
    private static final long SEED = 0x7a11;

    private final int m;
    private final int n;
    private final double[] a;
    private final int chunks;
    private final double[] r0;
    private final double[] r1;
    /** Q₁, until it is used up. */
    private double @Nullable [] basis;

    private double @Nullable [] q;

    private TallQr(int m, int n, double[] a) {
        this.m = m;
        this.n = n;
        this.a = a;
        this.chunks = Math.clamp(m / (8L * OVERSAMPLING * n), 1, MOST_CHUNKS);
        this.r0 = HouseholderQr.factor(OVERSAMPLING * n, n, sketch()).r();
        this.r1 = new double[n * n];
    }

    /** Whether an m×n matrix is tall enough that this pays, and large enough that the sketch costs little. */
    public static boolean suits(int m, int n) {
        return n > 0 && m >= 32 * n && n <= 256 && (long) m * n >= 1 << 15;
    }

    /**
     * Factors the row-major m×n matrix {@code a}, which is left as it is.
     *
     * <p>Entries must be finite and below 2⁴⁵⁰ in absolute value.
     *
     * @return null where the columns are too nearly dependent
     */
    public static @Nullable TallQr factor(int m, int n, double[] a) {
        TallQr qr = new TallQr(m, n, a);
        double[] q1 = new double[m * n];
        if (!qr.precondition(q1)) {
            return null;
        }
        qr.basis = q1;
        return qr;
    }

    /**
     * As {@link #factor}, but forms no Q, for half the cost.
     *
     * @return null where the columns are too nearly dependent
     */
    public static @Nullable TallQr triangle(int m, int n, double[] a) {
        TallQr qr = new TallQr(m, n, a);
        return qr.precondition(null) ? qr : null;
    }

    /** Returns Q, m×n; only after {@link #factor}, and not after {@link #times}. */
    public double[] q() {
        double[] known = q;
        if (known == null) {
            double[] identity = new double[n * n];
            for (int i = 0; i < n; i++) {
                identity[i * n + i] = 1;
            }
            known = times(identity);
            q = known;
        }
        return known;
    }

    /**
     * Returns QB, m×n, as Q₁(R₁⁻¹B), in the place of Q₁: once, after {@link #factor}. That κ(R₁) is small makes it as
     * accurate as Q times B.
     *
     * @param b n×n, row-major; overwritten
     */
    double[] times(double[] b) {
        double[] q1 = Objects.requireNonNull(basis);
        basis = null;
        Trsm.dtrsm(Side.LEFT, Triangle.UPPER, Diagonal.GENERAL, n, n, 1, r1, 0, n, 1, b, 0, n);
        Workers.run(chunks, chunk -> {
            int height = panelHeight();
            double[] panel = new double[height * n];
            int last = start(chunk + 1);
            for (int row = start(chunk); row < last; row += height) {
                int rows = Math.min(height, last - row);
                System.arraycopy(q1, row * n, panel, 0, rows * n);
                Gemm.dgemm(rows, n, n, 1, panel, 0, n, 1, b, 0, n, 1, 0, q1, row * n, n);
            }
        });
        return q1;
    }

    /** Returns R, n×n, upper triangular with a positive diagonal. */
    public double[] r() {
        double[] r = new double[n * n];
        Gemm.dgemm(n, n, n, 1, r1, 0, n, 1, r0, 0, n, 1, 0, r, 0, n);
        return r;
    }

    /** Adds each row of A to {@link #COPIES} rows of the sketch, with signs; chunks of rows have sketches of their own. */
    private double[] sketch() {
        int size = OVERSAMPLING * n * n;
        double[] sums = new double[chunks * size];
        Workers.run(chunks, chunk -> {
            int first = start(chunk);
            int rows = start(chunk + 1) - first;
            double[] places = new double[COPIES * rows];
            Philox.fill(Distribution.UNIFORM, SEED, 0, 0, places, 0, 1, places.length, (long) COPIES * first);
            for (int i = 0; i < places.length; i++) {
                int place = (int) (places[i] * 2 * OVERSAMPLING * n); // the lowest bit is the sign
                Dots.daxpy(n, 1 - 2 * (place & 1), a, (first + i / COPIES) * n, sums, chunk * size + (place >> 1) * n);
            }
        });
        return added(size, sums);
    }

    /** Q₁ = A R₀⁻¹, kept where {@code q1} is given, and R₁ from its Gram matrix; false where that is not safe. */
    private boolean precondition(double @Nullable [] q1) {
        for (int i = 0; i < n; i++) {
            if (!(r0[i * n + i] > SAFE_MINIMUM)) {
                return false;
            }
        }
        RightDivision division = new RightDivision(n, r0);
        double[] partial = new double[chunks * n * n];
        Workers.run(chunks, chunk -> {
            int height = panelHeight();
            double[] panel = q1 == null ? new double[height * n] : q1;
            double[] scratch = new double[division.scratch(height)];
            int last = start(chunk + 1);
            for (int row = start(chunk); row < last; row += height) {
                int rows = Math.min(height, last - row);
                int at = q1 == null ? 0 : row * n;
                division.divide(rows, a, row * n, panel, at, scratch);
                Syrk.dsyrk(n, rows, 1, panel, at, 1, n, 1, partial, chunk * n * n, n);
            }
        });
        return factorGram(added(n * n, partial));
    }

    private int panelHeight() {
        return Math.max(8, PANEL / n);
    }

    private boolean factorGram(double[] gram) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                if (!(Math.abs(gram[i * n + j]) < Double.MAX_VALUE)) {
                    return false;
                }
                gram[j * n + i] = gram[i * n + j];
            }
        }
        SymmetricEigen eigen = SymmetricEigen.values(n, gram.clone());
        if (eigen == null) {
            return false;
        }
        double least = eigen.values()[0];
        if (!(eigen.values()[n - 1] <= LARGEST_CONDITION * LARGEST_CONDITION * least)) {
            return false;
        }
        CholeskyFactorization.factor(n, gram);
        for (int i = 0; i < n; i++) {
            System.arraycopy(gram, i * n + i, r1, i * n + i, n - i);
        }
        return true;
    }

    private int start(int chunk) {
        return (int) ((long) m * chunk / chunks);
    }

    /** The sum of the chunks' shares, each of {@code size} entries, in order. */
    private double[] added(int size, double[] shares) {
        for (int chunk = 1; chunk < chunks; chunk++) {
            Dots.daxpy(size, 1, shares, chunk * size, shares, 0);
        }
        return Arrays.copyOf(shares, size);
    }
}
