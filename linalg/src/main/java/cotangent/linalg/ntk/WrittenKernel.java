package cotangent.linalg.ntk;

import cotangent.dsl.Tensor;
import cotangent.linalg.Cholesky;
import cotangent.linalg.Eigh;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.probe.Moments;
import java.time.Duration;
import java.util.List;

/**
 * A kernel written out as the smaller of A·Aᵀ and AᵀA, which have the same eigenvalues but for zeros.
 *
 * @param matrix  F64, symmetric
 * @param size    of the kernel; where the matrix is smaller, the kernel's other eigenvalues are zero
 * @param counted what the products with A went through
 * @param route   how it was written out
 * @param started when that began
 */
record WrittenKernel(Tensor matrix, int size, List<CountingOperator> counted, String route, long started) {
    static WrittenKernel of(Factors factors) {
        long started = System.nanoTime();
        CountingOperator narrow = CountingOperator.of(factors.narrow());
        String route = "exact: Jacobian written out by %d %s".formatted(narrow.rows(), factors.byRows()
                ? "vjps"
                : "jvps");
        return new WrittenKernel(Gram.of(narrow), factors.size(), List.of(narrow), route, started);
    }

    /** By rows whatever the sizes, so that entries of two kernels belong together. */
    static WrittenKernel byRows(Factors factors) {
        long started = System.nanoTime();
        CountingOperator rows = CountingOperator.of(factors.jacobian());
        return new WrittenKernel(Gram.of(rows), factors.size(), List.of(rows), "exact: Jacobian written out by %d vjps"
                .formatted(rows.rows()), started);
    }

    double trace() {
        return Gram.trace(matrix);
    }

    double squares() {
        return Gram.inner(matrix, matrix);
    }

    Moments moments(long seed) {
        return moments(seed, route, trace(), squares());
    }

    /** Exact traces that it tells. */
    Moments moments(long seed, String how, double... traces) {
        return Moments.exact(traces, products(), jvps(), vjps(), seed, how, elapsed());
    }

    /** This kernel and another, whose costs are taken together. */
    WrittenKernel with(WrittenKernel other) {
        return new WrittenKernel(matrix, size, List.of(counted.getFirst(), other.counted.getFirst()),
                "exact: both Jacobians written out by %d vjps each"
                        .formatted(size),
                Math.min(started, other.started));
    }

    Estimate estimate(String name, double value, long seed, String further) {
        return new Estimate(name, value, 0, ErrorBar.EXACT, 0, 0, products(), jvps(), vjps(), 0, seed, route + further,
                elapsed(), true);
    }

    private long products() {
        return counted.stream().mapToLong(CountingOperator::products).sum();
    }

    private long jvps() {
        return counted.stream().mapToLong(CountingOperator::jvps).sum();
    }

    private long vjps() {
        return counted.stream().mapToLong(CountingOperator::vjps).sum();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    /** Eigenvalues of the matrix, ascending; the kernel has {@code size} less their number of zeros besides. */
    double[] eigenvalues() {
        return Eigh.values(matrix).toDoubles();
    }

    int zeros() {
        return size - matrix.shape().extent(0);
    }

    /**
     * log det(K + λI).
     *
     * @throws cotangent.linalg.NotPositiveDefiniteException if it is not positive definite to working precision
     */
    double logDeterminant(double shift) {
        int r = matrix.shape().extent(0);
        double[] shifted = Columns.widened(matrix).clone();
        for (int i = 0; i < r; i++) {
            shifted[i * r + i] += shift;
        }
        double rest = zeros() == 0 ? 0 : zeros() * Math.log(shift);
        return Cholesky.of(Tensor.wrap(matrix.shape(), shifted)).logDeterminant() + rest;
    }
}
