package cotangent.linalg.krylov;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.SymmetricEigen;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.Arrays;
import java.util.Objects;

/**
 * Orthonormal vectors V of a block Krylov space of a symmetric operator, the projection VᵀAV, and the block that the last
 * product leads to.
 *
 * <p>Every block product is orthogonalised against all vectors and made orthonormal, twice over (A. Stathopoulos and K. Wu, A
 * block orthogonalization procedure with constant synchronization requirements, SIAM J. Sci. Comput. 23, 2002, on why twice),
 * so that no orthogonality is lost; the coefficients are the projection's new columns. A direction that is within rounding
 * of the space is dropped, and the block gets narrower; where all are, it starts again at random.
 */
public final class BlockKrylovSpace {
    /** Apart from the streams of estimators and of the other decompositions. */
    private static final long STREAM = 1L << 34;

    private final LinearOperator operator;
    private final int n;
    private final int width;
    /** From a row of the vectors to the next: room for the space and a block beyond it. */
    private final int stride;
    private final double[] vectors;
    private final double[] projection;
    private final ProbeStream random;
    private int drawn;
    private int size;
    private int pending;
    private int last;
    private double[] coupling = new double[0];
    private double scale;

    /** An empty space that begins with a random block. */
    public BlockKrylovSpace(LinearOperator operator, int capacity, int width, long seed) {
        this.operator = operator;
        this.n = operator.rows();
        this.width = width;
        this.stride = capacity + width;
        this.vectors = new double[Shape.of(n, stride).size()];
        this.projection = new double[Shape.of(capacity, capacity).size()];
        this.random = new ProbeStream(Probes.GAUSSIAN, seed, STREAM);
        drawNext();
    }

    /** Number of vectors that the projection covers. */
    public int size() {
        return size;
    }

    /** Vectors of the next block: what {@link #extend} adds, in as many products; 0 where the space is whole. */
    public int pending() {
        return pending;
    }

    /** One block product more. */
    public void extend() {
        int p = pending;
        int m = size + p;
        double[] block = BlockProducts
                .matmat(operator, Columns.narrowed(operator.dtype(), n, p, range(size, m)), () -> {})
                .toDoubles();
        requireFinite(block);
        noteScale(p, block);
        double[] coefficients = remove(m, p, block);
        ScaledQr first = ScaledQr.factor(n, p, block);
        double[] directions = first.q();
        double[] again = remove(m, p, directions);
        ScaledQr second = ScaledQr.factor(n, p, directions);
        Gemm.dgemm(m, p, p, 1, again, 0, p, 1, first.r(), 0, p, 1, 1, coefficients, 0, p);
        double[] leading = new double[p * p];
        Gemm.dgemm(p, p, p, 1, second.r(), 0, p, 1, first.r(), 0, p, 1, 0, leading, 0, p);
        project(m, p, coefficients);
        size = m;
        last = p;
        keepIndependent(p, second, leading);
    }

    private void noteScale(int p, double[] block) {
        double largest = 0;
        for (double element : block) {
            largest = Math.max(largest, Math.abs(element));
        }
        scale = Math.max(scale, largest * Math.sqrt((double) n * p));
    }

    private void project(int m, int p, double[] coefficients) {
        int row = stride - width;
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < p; j++) {
                double mirrored = i < size ? coefficients[i * p + j] : coefficients[(size + j) * p + i - size];
                double entry = 0.5 * coefficients[i * p + j] + 0.5 * mirrored;
                projection[i * row + size + j] = entry;
                projection[(size + j) * row + i] = entry;
            }
        }
    }

    private void keepIndependent(int p, ScaledQr directions, double[] leading) {
        double negligible = 4 * operator.dtype().unitRoundoff() * scale;
        double[] q = directions.q();
        int kept = 0;
        for (int j = 0; j < p && size + kept < n; j++) {
            // a second orthogonalisation that halves a vector found rounding only
            if (directions.r()[j * p + j] > 0.5 && Dots.dnrm2(p, leading, j * p) > negligible) {
                for (int i = 0; i < n; i++) {
                    vectors[i * stride + size + kept] = q[i * p + j];
                }
                System.arraycopy(leading, j * p, leading, kept * p, p);
                kept++;
            }
        }
        pending = kept;
        coupling = Arrays.copyOf(leading, kept * p);
        if (kept == 0) {
            drawNext();
        }
    }

    private static void requireFinite(double[] product) {
        for (double element : product) {
            if (!Double.isFinite(element)) {
                throw new InvalidDataException(
                        "Lanczos: the operator's product is NaN or infinite; check parameters and inputs");
            }
        }
    }

    /** Takes the part along the first m vectors out of a block [n, p] and returns its coefficients [m, p]. */
    private double[] remove(int m, int p, double[] block) {
        double[] along = new double[m * p];
        Gemm.dgemm(m, p, n, 1, vectors, 0, 1, stride, block, 0, p, 1, 0, along, 0, p);
        Gemm.dgemm(n, p, m, -1, vectors, 0, stride, 1, along, 0, p, 1, 1, block, 0, p);
        return along;
    }

    /** A random block orthogonal to all vectors as the next one. */
    private void drawNext() {
        coupling = new double[0];
        pending = Math.min(width, n - size);
        boolean independent = pending == 0;
        while (!independent) {
            double[] block = random.block(operator.dtype(), n, drawn, drawn + pending).toDoubles();
            drawn += pending;
            remove(size, pending, block);
            double[] directions = ScaledQr.factor(n, pending, block).q();
            remove(size, pending, directions);
            ScaledQr second = ScaledQr.factor(n, pending, directions);
            independent = true;
            for (int j = 0; j < pending; j++) {
                independent &= second.r()[j * pending + j] > 0.5;
            }
            for (int i = 0; i < n; i++) {
                System.arraycopy(second.q(), i * pending, vectors, i * stride + size, pending);
            }
        }
    }

    private double[] range(int from, int to) {
        double[] block = new double[n * (to - from)];
        for (int i = 0; i < n; i++) {
            System.arraycopy(vectors, i * stride + from, block, i * (to - from), to - from);
        }
        return block;
    }

    /**
     * The eigenpairs of the projection, ascending.
     *
     * @param values       Ritz values
     * @param coefficients of the Ritz vectors, size×size, one per column
     * @param residuals    ‖A x − θ x‖ as the recurrence has it: the coupling times the last block of coefficients
     */
    public record Ritz(double[] values, double[] coefficients, double[] residuals) {}

    /** The Ritz pairs; about 9·size³ flops. */
    public Ritz ritz() {
        double[] square = new double[size * size];
        for (int i = 0; i < size; i++) {
            System.arraycopy(projection, i * (stride - width), square, i * size, size);
        }
        SymmetricEigen eigen = SymmetricEigen.decompose(size, square);
        if (eigen == null) {
            throw new NotConvergedException("Lanczos: the QR iteration did not converge on a projection of size "
                    + size + "; please report the operator");
        }
        double[] coefficients = Objects.requireNonNull(eigen.vectors());
        int rows = coupling.length / Math.max(1, last);
        double[] ends = new double[rows * size];
        Gemm.dgemm(rows, size, last, 1, coupling, 0, last, 1, coefficients, (size - last) * size, size, 1, 0, ends, 0,
                size);
        double[] residuals = new double[size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < rows; j++) {
                residuals[i] = Math.hypot(residuals[i], ends[j * size + i]);
            }
        }
        return new Ritz(eigen.values(), coefficients, residuals);
    }

    /** The Ritz vectors at some positions, float64 [n, k]. */
    public Tensor vectors(Ritz ritz, int... positions) {
        int k = positions.length;
        double[] chosen = new double[size * k];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < k; j++) {
                chosen[i * k + j] = ritz.coefficients[i * size + positions[j]];
            }
        }
        double[] block = new double[n * k];
        Gemm.dgemm(n, k, size, 1, vectors, 0, stride, 1, chosen, 0, k, 1, 0, block, 0, k);
        return Tensor.wrap(Shape.of(n, k), block);
    }

    /** The largest entry of |VᵀV − I|; 2·n·size² flops. */
    public double orthogonalityLoss() {
        double[] products = new double[size * size];
        Gemm.dgemm(size, size, n, 1, vectors, 0, 1, stride, vectors, 0, stride, 1, 0, products, 0, size);
        return Rows.departure(size, products);
    }

    /** Keeps the Ritz vectors at some positions and the next block: a thick restart. */
    public void restart(Ritz ritz, int... positions) {
        double[] next = range(size, size + pending);
        double[] kept = Columns.widened(vectors(ritz, positions));
        Arrays.fill(projection, 0);
        int k = positions.length;
        for (int i = 0; i < n; i++) {
            System.arraycopy(kept, i * k, vectors, i * stride, k);
            System.arraycopy(next, i * pending, vectors, i * stride + k, pending);
        }
        for (int j = 0; j < k; j++) {
            projection[j * (stride - width) + j] = ritz.values[positions[j]];
        }
        size = k;
    }
}
