package cotangent.linalg.trace;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Qr;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.function.IntToDoubleFunction;

/** Symmetric matrices QΛQᵀ with a random orthogonal Q and a chosen spectrum. */
final class Spectra {
    private Spectra() {}

    static Tensor matrix(int n, DType dtype, IntToDoubleFunction eigenvalue) {
        double[] q = Qr.of(new ProbeStream(Probes.GAUSSIAN, 7, 9).block(DType.F64, n, 0, n)).q().toDoubles();
        double[] a = new double[n * n];
        float[] rounded = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (int p = 0; p < n; p++) {
                    sum += q[i * n + p] * eigenvalue.applyAsDouble(p) * q[j * n + p];
                }
                a[i * n + j] = sum;
                a[j * n + i] = sum;
                rounded[i * n + j] = (float) sum;
                rounded[j * n + i] = (float) sum;
            }
        }
        return dtype == DType.F64 ? Tensor.wrap(Shape.of(n, n), a) : Tensor.wrap(Shape.of(n, n), rounded);
    }

    static LinearOperator operator(int n, IntToDoubleFunction eigenvalue) {
        return LinearOperator.of(matrix(n, DType.F64, eigenvalue));
    }

    static double trace(Tensor matrix) {
        double sum = 0;
        for (int i = 0; i < matrix.shape().extent(0); i++) {
            sum += matrix.get(i, i);
        }
        return sum;
    }

    static double squares(Tensor matrix) {
        double sum = 0;
        for (double element : matrix.toDoubles()) {
            sum += element * element;
        }
        return sum;
    }
}
