package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ArcCosineTest {
    private static final double[][] SLOPES = {{0, 1}, {0.1, 1}, {-0.3, 1}, {-1, 1}, {1, 1}};

    @BeforeAll
    static void useVectorKernelsFromTheStart() {
        WarmUp.skip();
    }

    /** Pairs at angles from 0 to π, some within 1e-9 of the ends, and one of zeros. */
    private static ArcCosine.Pairs pairs(int n, double deviation, double[] deviations) {
        ArcCosine.Pairs pairs = empty(n);
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < n; i++) {
            deviations[i] = i == 3 ? 0 : random.nextDouble(0.1, 3);
            double s = deviation * deviations[i];
            double half = random.nextDouble() * Math.PI / 2;
            half = i % 5 == 0 ? half * 1e-9 : half;
            double apart = 2 * s * Math.sin(half) * Math.sin(half);
            boolean opposite = i % 2 == 1;
            pairs.covariance()[i] = opposite ? apart - s : s - apart;
            pairs.apart()[i] = opposite ? 2 * s - apart : apart;
            pairs.together()[i] = opposite ? apart : 2 * s - apart;
            pairs.tangent()[i] = random.nextDouble();
        }
        return pairs;
    }

    private static ArcCosine.Pairs empty(int n) {
        return new ArcCosine.Pairs(new double[n], new double[n], new double[n], new double[n]);
    }

    @Test
    void vectorAndScalarFormsHaveTheSameBits() {
        for (int n : new int[]{0, 1, 7, 8, 9, 61, 200}) {
            double[] deviations = new double[n];
            ArcCosine.Pairs x = pairs(n, 1.3, deviations);
            for (double[] slopes : SLOPES) {
                ArcCosine.Pairs vector = empty(n);
                ArcCosine.Pairs scalar = empty(n);
                ArcCosine.dmoments(n, slopes[0], slopes[1], 1.3, deviations, x, vector);
                ArcCosineScalar.moments(0, n, new ArcCosine.Slopes(slopes[0], slopes[1]), 1.3, deviations, x, scalar);
                assertThat(vector.covariance()).isEqualTo(scalar.covariance());
                assertThat(vector.apart()).isEqualTo(scalar.apart());
                assertThat(vector.together()).isEqualTo(scalar.together());
                assertThat(vector.tangent()).isEqualTo(scalar.tangent());
            }
        }
    }

    /** Two numbers that add to 2 h s and differ by twice the covariance: each has its own formula. */
    @Test
    void differencesFitTheCovariance() {
        int n = 200;
        double[] deviations = new double[n];
        ArcCosine.Pairs x = pairs(n, 0.7, deviations);
        for (double[] slopes : SLOPES) {
            ArcCosine.Pairs y = empty(n);
            ArcCosine.dmoments(n, slopes[0], slopes[1], 0.7, deviations, x, y);
            double h = 0.5 * (slopes[0] * slopes[0] + slopes[1] * slopes[1]);
            for (int i = 0; i < n; i++) {
                double s = 0.7 * deviations[i];
                double tolerance = 8 * 0x1p-53 * 2 * h * s;
                assertThat(y.apart()[i] + y.together()[i]).isCloseTo(2 * h * s, within(tolerance));
                assertThat(y.together()[i] - y.apart()[i]).isCloseTo(2 * y.covariance()[i], within(2 * tolerance));
                assertThat(y.apart()[i]).isGreaterThanOrEqualTo(0);
                assertThat(y.together()[i]).isGreaterThanOrEqualTo(0);
            }
        }
    }

    @Test
    void refusesArraysThatAreTooShort() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ArcCosine.dmoments(3, 0, 1, 1, new double[2], empty(3), empty(
                        3)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ArcCosine.dmoments(3, 0, 1, 1, new double[3], empty(3), empty(
                        2)));
    }
}
