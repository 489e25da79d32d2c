package cotangent.examples.programs;

import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Qr;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Matrices with a spectrum of one's choice. */
final class Spectra {
    private Spectra() {}

    /** {@code f(0), ..., f(n - 1)}. */
    static double[] of(int n, IntToDoubleFunction f) {
        return IntStream.range(0, n).mapToDouble(f).toArray();
    }

    /** A symmetric matrix with the given eigenvalues and random orthonormal eigenvectors. */
    static Tensor symmetric(double[] eigenvalues, long seed) {
        int n = eigenvalues.length;
        Tensor q = Qr.of(Key.of(seed).normal(n, n)).q();
        Tensor a = q.times(Tensor.wrap(Shape.of(n), eigenvalues.clone())).matmul(q.transpose());
        return a.plus(a.transpose()).times(0.5);
    }
}
