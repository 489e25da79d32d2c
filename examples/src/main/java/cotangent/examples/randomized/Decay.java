package cotangent.examples.randomized;

import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Qr;
import java.util.Arrays;
import java.util.stream.IntStream;

/** How the eigenvalues of a test matrix fall, from 1 downwards. */
enum Decay {
    /** Halved each time. */
    FAST("fast, 2⁻ⁱ") {
        @Override
        double value(int i, int n) {
            return Math.pow(2, -i);
        }
    },
    /** Harmonic: the tail of the sum never ends. */
    SLOW("slow, 1/(1+i)") {
        @Override
        double value(int i, int n) {
            return 1.0 / (1 + i);
        }
    },
    /** From 1 to 1/2 in equal steps, so that eigenvalues can be told apart but none leads. */
    NEARLY_FLAT("flat, 1 to 1/2") {
        @Override
        double value(int i, int n) {
            return 1 - 0.5 * i / Math.max(1, n - 1);
        }
    },
    /** All 1: the identity, whatever the eigenvectors. */
    FLAT("flat, 1") {
        @Override
        double value(int i, int n) {
            return 1;
        }
    };

    private final String label;

    Decay(String label) {
        this.label = label;
    }

    /** Eigenvalue i of n, from 0. */
    abstract double value(int i, int n);

    /** All n eigenvalues, descending. */
    double[] values(int n) {
        return IntStream.range(0, n).mapToDouble(i -> value(i, n)).toArray();
    }

    /** A symmetric matrix [n, n] with these eigenvalues and random orthonormal eigenvectors. */
    Tensor matrix(int n, long seed) {
        Tensor q = Qr.of(Key.of(seed).normal(n, n)).q();
        Tensor a = q.times(Tensor.wrap(Shape.of(n), values(n))).matmul(q.transpose());
        return a.plus(a.transpose()).times(0.5);
    }

    /** The root of the sum of the squares of all eigenvalues but the first so many: what a matrix of that rank leaves at best. */
    static double tail(double[] values, int rank) {
        return Math.sqrt(Arrays.stream(values).skip(rank).map(value -> value * value).sum());
    }

    @Override
    public String toString() {
        return label;
    }
}
