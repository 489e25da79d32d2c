package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpperTriangleTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 130, 300})
    void averagesBothTriangles(int n) {
        double[] a = MatrixZoo.gaussian(n, n).a();
        UpperTriangle upper = UpperTriangle.of(n, a);
        double largest = 0;
        double asymmetry = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double x = a[i * n + j];
                double y = a[j * n + i];
                asymmetry = Math.max(asymmetry, Math.abs(y - x));
                if (j >= i / 128 * 128) {
                    largest = Math.max(largest, Math.abs(x));
                }
                if (j >= i) {
                    assertThat(upper.entries()[i * n + j]).isEqualTo(x + 0.5 * (y - x));
                }
            }
        }
        assertThat(upper.largest()).isEqualTo(largest);
        assertThat(upper.asymmetry()).isEqualTo(asymmetry);
    }

    /** Blocks of eight rows, as symmetric products read them, are whole where the matrix is symmetric. */
    @ParameterizedTest
    @ValueSource(ints = {5, 129, 270})
    void fillsBlocksOnTheDiagonal(int n) {
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i * n + j] = 1.0 / (i + j + 1);
            }
        }
        double[] upper = UpperTriangle.of(n, a).entries();
        for (int i = 0; i < n; i++) {
            for (int j = i / 8 * 8; j < n; j++) {
                assertThat(upper[i * n + j]).isEqualTo(a[i * n + j]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 150 * 299, 299 * 300 + 7})
    void oneNanAnywhereShows(int at) {
        double[] a = new double[300 * 300];
        a[at] = Double.NaN;
        UpperTriangle upper = UpperTriangle.of(300, a);
        assertThat(upper.largest() + upper.asymmetry()).isNaN();
    }
}
