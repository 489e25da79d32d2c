package cotangent.spec.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Eigh;
import cotangent.linalg.Qr;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Backward stability on adversarial spectra: residuals and loss of orthogonality within {@code c·n·ε} of the size of the
 * matrix, in the Frobenius norm, with {@code c = 8}: half of it for the decomposition, half for the products that check it.
 */
class DecompositionLawsTest {
    private static final double C = 8;
    private static final double EPSILON = 0x1p-52;

    /** How the magnitudes of a spectrum fall from 1. */
    enum Decay {
        FLAT, ARITHMETIC, GEOMETRIC, GRADED, CLUSTERED, REPEATED, RANK_DEFICIENT, SPIKED;

        double at(int i, int n) {
            return switch (this) {
                case FLAT -> 1;
                case ARITHMETIC -> 1 - (double) i / n;
                case GEOMETRIC -> Math.pow(0.5, i);
                case GRADED -> Math.pow(10, -300.0 * i / n);
                case CLUSTERED -> 1 + i * EPSILON;
                case REPEATED -> i < n / 2 ? 1 : 0.25;
                case RANK_DEFICIENT -> i < n / 3 ? 1 : 0;
                case SPIKED -> i == 0 ? 1 : 1e-12;
            };
        }
    }

    private static Tensor orthogonal(int n, long seed) {
        return Qr.of(Key.of(seed).normal(n, n)).q();
    }

    private static Tensor spectrum(int n, Decay decay, boolean signs) {
        return Tensor.wrap(Shape.of(n), IntStream.range(0, n)
                .mapToDouble(i -> decay.at(i, n) * (signs && i % 2 == 1
                        ? -1
                        : 1))
                .toArray());
    }

    private static double norm(Tensor a) {
        return Math.sqrt(a.square().sum().item());
    }

    private static void assertOrthonormal(Tensor q) {
        int n = q.shape().extent(1);
        assertThat(norm(q.transpose().matmul(q).minus(Tensor.eye(n, DType.F64)))).isLessThanOrEqualTo(C * n * EPSILON
                * Math.sqrt(n));
    }

    @Property
    void eighIsBackwardStable(@ForAll @IntRange(min = 1, max = 60) int n, @ForAll Decay decay, @ForAll boolean signs,
            @ForAll @IntRange(max = 1000) int seed) {
        Tensor q = orthogonal(n, seed);
        Tensor a = q.times(spectrum(n, decay, signs)).matmul(q.transpose());
        Tensor symmetric = a.plus(a.transpose()).times(0.5);
        Eigh eigen = Eigh.of(symmetric);
        Tensor v = eigen.vectors();
        assertThat(norm(symmetric.matmul(v).minus(v.times(eigen.values())))).isLessThanOrEqualTo(C * n * EPSILON * norm(
                symmetric));
        assertOrthonormal(v);
    }

    @Property
    void qrIsBackwardStable(@ForAll @IntRange(min = 1, max = 60) int m, @ForAll @IntRange(min = 1, max = 60) int n,
            @ForAll Decay decay, @ForAll @IntRange(max = 1000) int seed) {
        int k = Math.min(m, n);
        Tensor left = orthogonal(m, seed).slice(1, 0, k);
        Tensor right = orthogonal(n, seed + 1L).slice(1, 0, k);
        Tensor a = left.times(spectrum(k, decay, true)).matmul(right.transpose());
        Qr qr = Qr.of(a);
        assertThat(norm(qr.q().matmul(qr.r()).minus(a))).isLessThanOrEqualTo(C * Math.max(m, n) * EPSILON * norm(a));
        assertOrthonormal(qr.q());
    }
}
