package cotangent.linalg.ntk;

import cotangent.dsl.Tensor;
import cotangent.linalg.Cholesky;
import cotangent.linalg.Eigh;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Moments;
import java.time.Duration;

/**
 * A kernel written out, or the smaller AᵀA, which has the same eigenvalues but for zeros.
 *
 * @param matrix  F64, symmetric
 * @param size    of the kernel; where the matrix is smaller, the kernel's other eigenvalues are zero
 * @param jvps    forward passes that it took
 * @param vjps    reverse passes
 * @param route   how it was written out
 * @param started when that began
 */
record WrittenKernel(Tensor matrix, int size, long jvps, long vjps, String route, long started) {
    /** From the products of all gradients where that is planned, else from the Jacobian by its narrow side. */
    static WrittenKernel of(Factors factors, boolean structured) {
        return structured ? structured(factors) : contracted(factors, factors.narrow());
    }

    /** Of the size of the kernel, so that entries of two kernels belong together. */
    static WrittenKernel full(Factors factors, boolean structured) {
        return structured ? structured(factors) : contracted(factors, factors.jacobian());
    }

    private static WrittenKernel structured(Factors factors) {
        long started = System.nanoTime();
        GradientFactors gradients = factors.gradients().orElseThrow();
        return new WrittenKernel(gradients.written(), factors.size(), 0, gradients.passes(),
                "exact: kernel written out layer by layer, %d reverse passes".formatted(gradients.passes()), started);
    }

    private static WrittenKernel contracted(Factors factors, LinearOperator side) {
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(side);
        Tensor gram = Gram.of(counted);
        String passes = counted.vjps() > 0 || counted.jvps() == 0 ? "vjps" : "jvps";
        return new WrittenKernel(gram, factors.size(), counted.jvps(), counted.vjps(),
                "exact: Jacobian written out by %d %s".formatted(side.rows(), passes), started);
    }

    double trace() {
        return Gram.trace(matrix);
    }

    double squares() {
        return Gram.inner(matrix, matrix);
    }

    Moments moments(long seed) {
        return moments(seed, trace(), squares());
    }

    /** Exact traces that it tells. */
    Moments moments(long seed, double... traces) {
        return Moments.exact(traces, jvps + vjps, jvps, vjps, seed, route, elapsed());
    }

    /** This kernel, with the cost of another one added. */
    WrittenKernel with(WrittenKernel other) {
        return new WrittenKernel(matrix, size, jvps + other.jvps, vjps + other.vjps, route.equals(other.route)
                ? route + ", each of both"
                : route + "; the other " + other.route, Math.min(started, other.started));
    }

    /** HKH of a kernel of full size, H = (I − 11ᵀ/N) ⊗ I; see {@link Factors#centred()}. */
    WrittenKernel centred(int samples) {
        Tensor once = Columns.transposed(Factors.centred(matrix, samples));
        return new WrittenKernel(Factors.centred(once, samples), size, jvps, vjps, route, started);
    }

    Estimate estimate(String name, double value, long seed, String further) {
        return new Estimate(name, value, 0, ErrorBar.EXACT, 0, 0, jvps + vjps, jvps, vjps, 0, seed, route + further,
                elapsed(), true);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    /** Eigenvalues of the matrix, ascending; the kernel has {@code size} less their number of zeros besides. */
    double[] eigenvalues() {
        return Eigh.values(matrix).toDoubles();
    }

    private int zeros() {
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
