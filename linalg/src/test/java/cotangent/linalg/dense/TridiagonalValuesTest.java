package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TridiagonalValuesTest {

    /** The second difference's eigenvalues are 2 − 2 cos(iπ/(n+1)); here over 4, so that its norm is 1. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 18, 400})
    void findsTheLaplaciansEigenvalues(int n) {
        double[] d = new double[n];
        double[] e = new double[n];
        Arrays.fill(d, 0.5);
        Arrays.fill(e, 0.25);
        assertThat(TridiagonalValues.solve(n, d, e)).isTrue();
        double worst = 0;
        for (int i = 0; i < n; i++) {
            double half = Math.sin((i + 1) * Math.PI / (2 * (n + 1)));
            worst = Math.max(worst, Math.abs(d[i] - half * half));
        }
        assertThat(worst).isLessThanOrEqualTo(Measure.C * n * Measure.EPSILON);
    }
}
