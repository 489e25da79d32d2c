package cotangent.spec.bench;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Qr;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A spectrum that estimators are tried on: eigenvalues descending in size.
 *
 * @param name   as tables show it
 * @param values the eigenvalues, none negative
 */
record TestSpectrum(String name, double[] values) {
    private static final int SMALL = 1_000;
    private static final int LARGE = 5_000;

    /**
     * The six of E. N. Epperly, J. A. Tropp and R. J. Webber, XTrace (2024), section 4, n = 1000.
     */
    static List<TestSpectrum> small() {
        return List.of(of("flat", SMALL, i -> 3 - 2.0 * i / (SMALL - 1)), of("poly i^-2", SMALL, i -> Math.pow(1 + i,
                -2)), of("slow exp .9^i", SMALL, i -> Math.pow(0.9, i)), of("fast exp .7^i", SMALL,
                        i -> Math.pow(0.7,
                                i)),
                of("small step", SMALL, i -> i < SMALL / 20 ? 1 : 1e-3), of("big step", SMALL,
                        i -> i < SMALL / 20 ? 1 : 1e-8));
    }

    /** Those of D. Persson, A. Cortinovis and D. Kressner, Improved variants of Hutch++ (2022), section 4, n = 5000. */
    static List<TestSpectrum> large() {
        return List.of(of("i^-.5", LARGE, i -> Math.pow(1 + i, -0.5)), of("i^-1", LARGE, i -> 1 / (1.0 + i)), of("i^-2",
                LARGE, i -> Math.pow(1 + i, -2)), of("e^(-i/10)", LARGE, i -> Math.exp(-i / 10.0)),
                of("e^(-i/100)",
                        LARGE, i -> Math.exp(-i / 100.0)));
    }

    static TestSpectrum of(String name, int n, IntToDoubleFunction value) {
        return new TestSpectrum(name, IntStream.range(0, n).mapToDouble(value).toArray());
    }

    int size() {
        return values.length;
    }

    /**
     * The diagonal matrix. For an estimator whose probes and sketches have the same law in every orthonormal basis it stands
     * for every matrix UΛUᵀ: all that is computed from such probes Ω are the inner products ΩᵀAʲΩ, and UᵀΩ has the law of Ω.
     */
    LinearOperator diagonal() {
        return LinearOperator.diagonal(Tensor.wrap(Shape.of(size()), values.clone())).asPositiveSemidefinite();
    }

    /** A matrix with random orthonormal eigenvectors, for what depends on the basis: its diagonal. */
    Tensor rotated() {
        int n = size();
        Tensor q = Qr.of(new ProbeStream(Probes.GAUSSIAN, 1, 1L << 40).block(DType.F64, n, 0, n)).q();
        Tensor a = q.times(Tensor.wrap(Shape.of(n), values.clone())).matmul(q.transpose());
        return a.plus(a.transpose()).times(0.5);
    }

    /** Σ f(λ). */
    double sum(DoubleUnaryOperator f) {
        return DoubleStream.of(values).map(f).sum();
    }
}
