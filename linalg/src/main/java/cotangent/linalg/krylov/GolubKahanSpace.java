package cotangent.linalg.krylov;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.SingularValueDecomposition;
import cotangent.linalg.dense.SingularValueDecomposition.Extent;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.Arrays;
import java.util.Objects;

/**
 * Orthonormal vectors U and V of Golub and Kahan's bidiagonalisation: A V = U B and Aᵀ U = V Bᵀ + β v_(m+1) e_mᵀ.
 *
 * <p>Every product is orthogonalised against all vectors on its side, twice, so that no orthogonality is lost. Vectors are rows
 * in float64; A has no fewer rows than columns.
 */
public final class GolubKahanSpace {
    /** Apart from the streams of estimators and of the other decompositions. */
    private static final long STREAM = 5L << 33;

    private final LinearOperator operator;
    private final LinearOperator adjoint;
    private final int m;
    private final int n;
    private final int capacity;
    private final double[] left;
    private final double[] right;
    private final double[] projection;
    private final ProbeStream random;
    private int drawn;
    private int size;
    private double coupling;

    /** An empty space that begins with a random vector. */
    public GolubKahanSpace(LinearOperator operator, int capacity, long seed) {
        this.operator = operator;
        this.adjoint = operator.adjoint();
        this.m = operator.rows();
        this.n = operator.columns();
        this.capacity = capacity;
        this.left = new double[Shape.of(capacity, m).size()];
        this.right = new double[Shape.of(capacity + 1, n).size()];
        this.projection = new double[Shape.of(capacity, capacity).size()];
        this.random = new ProbeStream(Probes.GAUSSIAN, seed, STREAM);
        draw(n, right, 0);
    }

    /** Number of vectors on either side. */
    public int size() {
        return size;
    }

    /** One product with A and one with Aᵀ more. */
    public void extend() {
        double[] u = product(operator, right, n);
        double[] coefficients = new double[size];
        double norm = remove(m, left, size, u, coefficients);
        for (int i = 0; i < size; i++) {
            projection[i * capacity + size] = coefficients[i];
        }
        projection[size * capacity + size] = norm;
        if (norm > 0) {
            set(m, left, u, norm);
        } else {
            draw(m, left, size);
        }
        double[] v = product(adjoint, left, m);
        coupling = remove(n, right, size + 1, v, new double[size + 1]);
        size++;
        if (size < n && coupling > 0) {
            set(n, right, v, coupling);
        } else if (size < n) {
            draw(n, right, size);
        }
    }

    private double[] product(LinearOperator side, double[] vectors, int length) {
        double[] vector = Arrays.copyOfRange(vectors, size * length, (size + 1) * length);
        double[] product = side.matmat(Columns.narrowed(side.dtype(), length, 1, vector)).toDoubles();
        for (double element : product) {
            if (!Double.isFinite(element)) {
                throw new InvalidDataException(
                        "TruncatedSvd: the operator's product is NaN or infinite; check parameters and inputs");
            }
        }
        return product;
    }

    /**
     * Takes the part along the first {@code count} rows out of a vector and returns the norm of what is left; 0 where the second
     * pass halved it, which found rounding only.
     */
    private static double remove(int length, double[] rows, int count, double[] vector, double[] coefficients) {
        pass(length, rows, count, vector, coefficients);
        double before = Dots.dnrm2(length, vector, 0);
        pass(length, rows, count, vector, coefficients);
        double after = Dots.dnrm2(length, vector, 0);
        return count < length && after > 0.5 * before ? after : 0;
    }

    private static void pass(int length, double[] rows, int count, double[] vector, double[] coefficients) {
        double[] along = new double[count];
        for (int i = 0; i < count; i++) {
            along[i] = Dots.ddot(length, rows, i * length, vector, 0);
        }
        for (int i = 0; i < count; i++) {
            Dots.daxpy(length, -along[i], rows, i * length, vector, 0);
            coefficients[i] += along[i];
        }
    }

    private void set(int length, double[] rows, double[] vector, double norm) {
        for (int i = 0; i < length; i++) {
            rows[size * length + i] = vector[i] / norm;
        }
    }

    /** A random vector orthogonal to the first {@code count} rows as the next one. */
    private void draw(int length, double[] rows, int count) {
        double norm = 0;
        while (norm == 0) {
            double[] vector = random.block(operator.dtype(), length, drawn, drawn + 1).toDoubles();
            drawn++;
            pass(length, rows, count, vector, new double[count]);
            norm = remove(length, rows, count, vector, new double[count]);
            for (int i = 0; i < length && norm > 0; i++) {
                rows[count * length + i] = vector[i] / norm;
            }
        }
    }

    /**
     * The singular triplets of B, descending.
     *
     * @param values    singular values
     * @param left      size×size, columns
     * @param right     size×size, rows
     * @param residuals ‖Aᵀu − σv‖ as the recurrence has it; ‖Av − σu‖ is 0
     */
    public record Triplets(double[] values, double[] left, double[] right, double[] residuals) {}

    /** The triplets. */
    public Triplets triplets() {
        double[] square = new double[size * size];
        for (int i = 0; i < size; i++) {
            System.arraycopy(projection, i * capacity, square, i * size, size);
        }
        SingularValueDecomposition svd = SingularValueDecomposition.decompose(size, size, square, Extent.THIN);
        if (svd == null) {
            throw new NotConvergedException("TruncatedSvd: the QR iteration did not converge on a projection of size "
                    + size + "; please report the operator");
        }
        double[] columns = Objects.requireNonNull(svd.u());
        double[] residuals = new double[size];
        for (int i = 0; i < size; i++) {
            residuals[i] = coupling * Math.abs(columns[(size - 1) * size + i]);
        }
        return new Triplets(svd.values(), columns, Objects.requireNonNull(svd.vt()), residuals);
    }

    /** The first k left vectors as rows. */
    public double[] leftRows(Triplets triplets, int k) {
        double[] rows = new double[k * m];
        Gemm.dgemm(k, m, size, 1, triplets.left, 0, 1, size, left, 0, m, 1, 0, rows, 0, m);
        return rows;
    }

    /** The first k right vectors as rows. */
    public double[] rightRows(Triplets triplets, int k) {
        double[] rows = new double[k * n];
        Gemm.dgemm(k, n, size, 1, triplets.right, 0, size, 1, right, 0, n, 1, 0, rows, 0, n);
        return rows;
    }

    /** Keeps the first k triplets and the next right vector: a thick restart. */
    public void restart(Triplets triplets, int k) {
        double[] next = Arrays.copyOfRange(right, size * n, (size + 1) * n);
        keep(triplets, k);
        System.arraycopy(next, 0, right, k * n, n);
    }

    /** Keeps the first k triplets and goes on with a random vector orthogonal to them. */
    public void restartAtRandom(Triplets triplets, int k) {
        keep(triplets, k);
        draw(n, right, k);
    }

    private void keep(Triplets triplets, int k) {
        double[] u = leftRows(triplets, k);
        double[] v = rightRows(triplets, k);
        System.arraycopy(u, 0, left, 0, u.length);
        System.arraycopy(v, 0, right, 0, v.length);
        Arrays.fill(projection, 0);
        for (int j = 0; j < k; j++) {
            projection[j * capacity + j] = triplets.values[j];
        }
        size = k;
    }
}
