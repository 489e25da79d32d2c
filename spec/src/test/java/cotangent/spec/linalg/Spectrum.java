package cotangent.spec.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Qr;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.function.IntToDoubleFunction;

/** Spectra that trace estimators are tried on; eigenvectors are those of a random orthogonal matrix. */
enum Spectrum {
    HARMONIC(i -> 1.0 / (1 + i)), SLOW(i -> Math.pow(1 + i, -0.5)), EXPONENTIAL(i -> Math.exp(-i / 10.0)), STEEP(
            i -> Math.pow(0.5, i)), FLAT_BEYOND_TEN(
                    i -> i < 10 ? 10.0 / (1 + i) : 0.3), INDEFINITE(i -> (i % 2 == 0 ? 1 : -1) * Math.pow(1 + i, -0.5));

    private final IntToDoubleFunction eigenvalue;

    Spectrum(IntToDoubleFunction eigenvalue) {
        this.eigenvalue = eigenvalue;
    }

    Tensor matrix(int n, long seed) {
        double[] q = Qr.of(new ProbeStream(Probes.GAUSSIAN, seed, 9).block(DType.F64, n, 0, n)).q().toDoubles();
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                for (int p = 0; p < n; p++) {
                    a[i * n + j] += q[i * n + p] * eigenvalue.applyAsDouble(p) * q[j * n + p];
                }
                a[j * n + i] = a[i * n + j];
            }
        }
        return Tensor.wrap(Shape.of(n, n), a);
    }

    static double trace(Tensor matrix) {
        double sum = 0;
        for (int i = 0; i < matrix.shape().extent(0); i++) {
            sum += matrix.get(i, i);
        }
        return sum;
    }

    static double inner(Tensor left, Tensor right) {
        double[] a = left.toDoubles();
        double[] b = right.toDoubles();
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
