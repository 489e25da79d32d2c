package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Storage;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import java.time.Duration;

/**
 * The Rayleigh-Ritz pairs of a symmetric A in the span of orthonormal vectors Q whose images AQ are known: eigenpairs of QᵀAQ,
 * each with the residual ‖Ax − θx‖ of its vector.
 *
 * @param values    ascending
 * @param vectors   float64 [n, k] row-major, column j belongs to value j
 * @param residuals of each
 */
record RitzPairs(DType dtype, int n, double[] values, double[] vectors, double[] residuals) {
    /** What the pairs cost: products and passes in all, the seed and the route, and the nanosecond clock at the start. */
    record Account(long numMatvecs, long jvps, long vjps, long seed, String route, long started, double errorEstimate,
            double orthogonalityLoss) {
        /** With no error estimate and no Krylov basis. */
        Account(long numMatvecs, long jvps, long vjps, long seed, String route, long started) {
            this(numMatvecs, jvps, vjps, seed, route, started, Double.NaN, Double.NaN);
        }

        Account withErrorEstimate(double error) {
            return new Account(numMatvecs, jvps, vjps, seed, route, started, error, orthogonalityLoss);
        }

        Account withOrthogonalityLoss(double loss) {
            return new Account(numMatvecs, jvps, vjps, seed, route, started, errorEstimate, loss);
        }

        static Account of(CountingOperator counted, long seed, String route, long started) {
            return new Account(counted.products(), counted.jvps(), counted.vjps(), seed, route, started);
        }

        /** Pairs that cost this. */
        Eigenpairs eigenpairs(double[] values, Tensor vectors, double[] residuals, Tensor gaps, double tolerance) {
            return new Eigenpairs(Tensor.of(values), vectors, Tensor.of(residuals), gaps, tolerance, errorEstimate,
                    orthogonalityLoss, numMatvecs, jvps, vjps, seed, route,
                    Duration.ofNanos(System.nanoTime() - started));
        }
    }

    /** The pairs; 2·n·k² flops for the projection and 4·n·k² for vectors and residuals. */
    static RitzPairs of(Tensor basis, Tensor images) {
        int n = basis.shape().extent(0);
        int k = basis.shape().extent(1);
        double[] q = Columns.widened(basis);
        double[] projection = new double[k * k];
        Gemm.dgemm(k, k, n, 1, q, 0, 1, k, Columns.widened(images), 0, k, 1, 0, projection, 0, k);
        Eigh eigh = Eigh.of(symmetricPart(Tensor.wrap(Shape.of(k, k), projection)));
        double[] vectors = Columns.widened(Columns.multiply(basis, eigh.vectors()));
        double[] turned = Columns.widened(Columns.multiply(images, eigh.vectors()));
        double[] values = eigh.values().toDoubles();
        return new RitzPairs(basis.dtype(), n, values, vectors, Residuals.of(k, turned, values, vectors).toDoubles());
    }

    /** (B + Bᵀ)/2: what rounding and a basis in F32 left of asymmetry is averaged. */
    static Tensor symmetricPart(Tensor square) {
        int n = square.shape().extent(0);
        double[] entries = Storage.doubles(square);
        double[] mean = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                mean[i * n + j] = 0.5 * entries[i * n + j] + 0.5 * entries[j * n + i];
            }
        }
        return Tensor.wrap(square.shape(), mean);
    }

    /**
     * The first {@code wanted} pairs in an order.
     *
     * @param rest      where the other eigenvalues lie
     * @param tolerance that residuals were to reach
     */
    Eigenpairs eigenpairs(int[] order, int wanted, Separation rest, double tolerance, Account account) {
        int all = values.length;
        double[] chosen = new double[n * wanted];
        double[] kept = new double[wanted];
        double[] bounds = new double[wanted];
        for (int j = 0; j < wanted; j++) {
            kept[j] = values[order[j]];
            bounds[j] = residuals[order[j]];
            for (int i = 0; i < n; i++) {
                chosen[i * wanted + j] = vectors[i * all + order[j]];
            }
        }
        Tensor signed = Columns.narrowed(dtype, n, wanted, Signs.largestPositive(wanted, chosen));
        return account.eigenpairs(kept, signed, bounds, rest.gaps(kept, bounds), tolerance);
    }
}
