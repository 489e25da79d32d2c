package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;

/**
 * The samples that the reference figures of these tests are of: sixty points, targets and three classes by formulas that any
 * language can follow. Reference figures are scikit-learn's, version 1.9.1 with NumPy 2.4.6.
 */
final class Samples {
    static final int N = 60;

    private Samples() {}

    /** 2 sin(1.3i + 0.7j + 0.11ij), [60, 3]. */
    static Tensor inputs() {
        double[] x = new double[3 * N];
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < 3; j++) {
                x[3 * i + j] = 2 * Math.sin(1.3 * i + 0.7 * j + 0.11 * i * j);
            }
        }
        return Tensor.wrap(Shape.of(N, 3), x);
    }

    /** sin x₀ + x₁x₂/2 + cos(17i)/10. */
    static Tensor targets() {
        Tensor x = inputs();
        double[] y = new double[N];
        for (int i = 0; i < N; i++) {
            y[i] = Math.sin(x.get(i, 0)) + 0.5 * x.get(i, 1) * x.get(i, 2) + 0.1 * Math.cos(17.0 * i);
        }
        return Tensor.of(y);
    }

    /** 0, 1 or 2 by x₀ + x₁/2 + 0.8 sin(5i) under −0.6, under 0.6 or not. */
    static Tensor labels() {
        Tensor x = inputs();
        int[] labels = new int[N];
        for (int i = 0; i < N; i++) {
            double score = x.get(i, 0) + 0.5 * x.get(i, 1) + 0.8 * Math.sin(5.0 * i);
            labels[i] = score < -0.6 ? 0 : score < 0.6 ? 1 : 2;
        }
        return Tensor.of(labels);
    }

    /** Two points that are none of the samples. */
    static Tensor others() {
        return Tensor.of(new double[][]{{0.3, -0.2, 1.0}, {1.5, 0.5, -0.7}});
    }

    /** Standard normal points. */
    static Tensor normal(DType dtype, int seed, int n, int d) {
        return new ProbeStream(Probes.GAUSSIAN, seed, 77).block(dtype, n, 0, d);
    }
}
