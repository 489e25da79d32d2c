package cotangent.linalg.dynamics;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Qr;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.function.IntToDoubleFunction;

/** Kernels QΛQᵀ with a random orthogonal Q and a chosen spectrum, and outputs to train. */
record Problem(int n, double[] eigenvalues, Tensor vectors, Tensor matrix) {
    /** Distance from 1 to the next float64. */
    static final double EPSILON = 0x1p-52;

    static Problem of(int n, IntToDoubleFunction eigenvalue) {
        Tensor q = Qr.of(normal(DType.F64, 7, n, n)).q();
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = eigenvalue.applyAsDouble(i);
        }
        Tensor matrix = q.times(Tensor.of(values)).matmul(q.transpose());
        return new Problem(n, values, q, matrix.plus(matrix.transpose()).times(0.5));
    }

    static Tensor normal(DType dtype, long seed, int m, int n) {
        return new ProbeStream(Probes.GAUSSIAN, seed, 5).block(dtype, m, 0, n);
    }

    LinearOperator kernel() {
        return LinearOperator.of(matrix).asPositiveSemidefinite();
    }

    /** [n, columns]. */
    Tensor outputs(long seed, int columns) {
        return normal(DType.F64, seed, n, columns);
    }

    double norm() {
        double largest = 0;
        for (double value : eigenvalues) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    static double norm(Tensor tensor) {
        double norm = 0;
        for (double element : tensor.toDoubles()) {
            norm = Math.hypot(norm, element);
        }
        return norm;
    }

    static double distance(Tensor a, Tensor b) {
        return norm(a.reshape(Shape.of(a.shape().size())).minus(b.reshape(Shape.of(b.shape().size()))));
    }
}
