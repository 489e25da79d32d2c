package cotangent.spec.bench;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.Lanczos;
import cotangent.linalg.RandomizedSvd;
import cotangent.linalg.operator.LinearOperator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Leading singular triplets or eigenpairs of a dense matrix; JMH extends it, so it is not final. */
@State(Scope.Benchmark)
public class LinalgBenchmark {
    /** One of {@code svd}, {@code svd-same} with the peer's number of power iterations, and {@code top}. */
    @Param("svd")
    public String work = "svd";

    /** Rows and columns of the matrix. */
    @Param("200")
    public int n = 200;

    /** Triplets or pairs. */
    @Param("5")
    public int rank = 5;

    /** Of warming up, by the time a core has spent. */
    @Param("1000")
    public int warmUpMillis = 1000;

    private LinearOperator matrix;

    /** For JMH. */
    public LinalgBenchmark() {}

    /** Makes the matrix: G·diag(i^-½)·Gᵀ with G of independent normal numbers, as the peers do. */
    @Setup
    public void prepare() {
        double[] g = Key.of(0).normal(Shape.of(n, n), DType.F64).toDoubles();
        double[] scaled = g.clone();
        for (int i = 0; i < n * n; i++) {
            scaled[i] /= Math.sqrt(1 + i % n);
        }
        double[] a = new double[n * n];
        Gemm.dgemm(n, n, n, 1, scaled, 0, n, 1, g, 0, 1, n, 0, a, 0, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                a[i * n + j] = a[j * n + i];
            }
        }
        matrix = LinearOperator.of(Tensor.wrap(Shape.of(n, n), a));
        CoreWarmUp.of(this::compute, warmUpMillis);
    }

    /** The triplets or pairs. */
    @Benchmark
    public Object compute() {
        return switch (work) {
            case "svd" -> RandomizedSvd.rank(rank).decompose(matrix);
            case "svd-same" -> RandomizedSvd.rank(rank).powerIterations(LinalgSuite.POWER_ITERATIONS).decompose(matrix);
            case "top" -> Lanczos.largest(rank).tolerance(LinalgSuite.TOLERANCE).decompose(matrix);
            default -> throw new IllegalArgumentException("no such work: " + work);
        };
    }
}
