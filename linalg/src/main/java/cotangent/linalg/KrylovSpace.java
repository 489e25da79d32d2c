package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.SymmetricEigen;
import cotangent.linalg.krylov.Rows;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.Arrays;
import java.util.Objects;

/**
 * Orthonormal vectors v₁, ..., v_m of a Krylov space of a symmetric operator, the projection VᵀAV, and the vector v_(m+1) that
 * the last product leads to.
 *
 * <p>Every product is orthogonalised against all vectors, twice, so that no orthogonality is lost; the coefficients are the
 * projection's new column. Vectors are rows in float64.
 */
final class KrylovSpace {
    /** Apart from the streams of estimators and of the randomized decompositions. */
    private static final long STREAM = 1L << 33;

    private final LinearOperator operator;
    private final int n;
    private final int capacity;
    private final double[] vectors;
    private final double[] projection;
    private final ProbeStream random;
    private int drawn;
    private int size;
    private double coupling;

    /** An empty space that begins with a random vector. */
    KrylovSpace(LinearOperator operator, int capacity, long seed) {
        this.operator = operator;
        this.n = operator.rows();
        this.capacity = capacity;
        this.vectors = new double[Shape.of(capacity + 1, n).size()];
        this.projection = new double[capacity * capacity];
        this.random = new ProbeStream(Probes.GAUSSIAN, seed, STREAM);
        drawNext();
    }

    /** Number of vectors that the projection covers. */
    int size() {
        return size;
    }

    /** One product more. */
    void extend() {
        double[] product = product();
        double[] coefficients = new double[size + 1];
        double before = orthogonalise(size + 1, product, coefficients);
        double after = orthogonalise(size + 1, product, coefficients);
        for (int i = 0; i <= size; i++) {
            projection[i * capacity + size] = coefficients[i];
            projection[size * capacity + i] = coefficients[i];
        }
        size++;
        coupling = size < n && independent(before, after) ? after : 0;
        if (coupling > 0) {
            setNext(product, coupling);
        } else if (size < n) {
            drawNext();
        }
    }

    /**
     * Whether what two orthogonalisations left has a direction of its own: a second one that halves it found rounding only
     * (J. W. Daniel, W. B. Gragg, L. Kaufman and G. W. Stewart, Mathematics of Computation 30, 1976).
     */
    private static boolean independent(double before, double after) {
        return after > 0.5 * before;
    }

    private double[] product() {
        double[] vector = Arrays.copyOfRange(vectors, size * n, (size + 1) * n);
        double[] product = operator.matmat(Columns.narrowed(operator.dtype(), n, 1, vector)).toDoubles();
        requireFinite(product);
        return product;
    }

    static void requireFinite(double[] product) {
        for (double element : product) {
            if (!Double.isFinite(element)) {
                throw new InvalidDataException(
                        "Lanczos: the operator's product is NaN or infinite; check parameters and inputs");
            }
        }
    }

    /** Takes the part along the first {@code count} vectors out of a vector, and returns what is left of its norm. */
    private double orthogonalise(int count, double[] vector, double[] coefficients) {
        double[] along = new double[count];
        for (int i = 0; i < count; i++) {
            along[i] = Dots.ddot(n, vectors, i * n, vector, 0);
        }
        for (int i = 0; i < count; i++) {
            Dots.daxpy(n, -along[i], vectors, i * n, vector, 0);
            coefficients[i] += along[i];
        }
        return Dots.dnrm2(n, vector, 0);
    }

    private void setNext(double[] vector, double norm) {
        for (int i = 0; i < n; i++) {
            vectors[size * n + i] = vector[i] / norm;
        }
    }

    /** A random vector orthogonal to all as the next one. */
    private void drawNext() {
        while (true) {
            double[] vector = random.block(operator.dtype(), n, drawn, drawn + 1).toDoubles();
            drawn++;
            orthogonalise(size, vector, new double[size]);
            double before = orthogonalise(size, vector, new double[size]);
            double norm = orthogonalise(size, vector, new double[size]);
            if (independent(before, norm)) {
                setNext(vector, norm);
                return;
            }
        }
    }

    /**
     * The eigenpairs of the projection, ascending.
     *
     * @param values       Ritz values
     * @param coefficients of the Ritz vectors, size×size, one per column
     * @param residuals    ‖A x − θ x‖ as the recurrence has it: the coupling times the last coefficient
     */
    record Ritz(double[] values, double[] coefficients, double[] residuals) {}

    Ritz ritz() {
        double[] square = new double[size * size];
        for (int i = 0; i < size; i++) {
            System.arraycopy(projection, i * capacity, square, i * size, size);
        }
        SymmetricEigen eigen = SymmetricEigen.decompose(size, square);
        if (eigen == null) {
            throw new NotConvergedException("Lanczos: the QR iteration did not converge on a projection of size "
                    + size + "; please report the operator");
        }
        double[] coefficients = Objects.requireNonNull(eigen.vectors());
        double[] residuals = new double[size];
        for (int i = 0; i < size; i++) {
            residuals[i] = coupling * Math.abs(coefficients[(size - 1) * size + i]);
        }
        return new Ritz(eigen.values(), coefficients, residuals);
    }

    /** The Ritz vectors at some positions, float64 [n, k]. */
    Tensor vectors(Ritz ritz, int... positions) {
        return Columns.transposed(Tensor.wrap(Shape.of(positions.length, n), rows(ritz, positions)));
    }

    private double[] rows(Ritz ritz, int[] positions) {
        int k = positions.length;
        double[] chosen = new double[k * size];
        for (int j = 0; j < k; j++) {
            for (int i = 0; i < size; i++) {
                chosen[j * size + i] = ritz.coefficients[i * size + positions[j]];
            }
        }
        double[] rows = new double[k * n];
        Gemm.dgemm(k, n, size, 1, chosen, 0, size, 1, vectors, 0, n, 1, 0, rows, 0, n);
        return rows;
    }

    /** The largest entry of |VᵀV − I|; 2·n·size² flops. */
    double orthogonalityLoss() {
        double[] products = new double[size * size];
        Gemm.dgemm(size, size, n, 1, vectors, 0, n, 1, vectors, 0, 1, n, 0, products, 0, size);
        return Rows.departure(size, products);
    }

    /** Keeps the Ritz vectors at some positions and the next vector: a thick restart. */
    void restart(Ritz ritz, int... positions) {
        double[] next = Arrays.copyOfRange(vectors, size * n, (size + 1) * n);
        keep(ritz, positions);
        System.arraycopy(next, 0, vectors, size * n, n);
    }

    /** Keeps the Ritz vectors at some positions, and goes on with a random vector orthogonal to them. */
    void restartAtRandom(Ritz ritz, int... positions) {
        keep(ritz, positions);
        drawNext();
    }

    private void keep(Ritz ritz, int[] positions) {
        double[] rows = rows(ritz, positions);
        System.arraycopy(rows, 0, vectors, 0, rows.length);
        Arrays.fill(projection, 0);
        size = positions.length;
        for (int j = 0; j < size; j++) {
            projection[j * capacity + j] = ritz.values[positions[j]];
        }
    }
}
