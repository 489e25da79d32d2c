package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TriangularAndVectorTest {
    @BeforeAll
    static void useVectorKernelsFromTheStart() {
        WarmUp.skip();
    }

    @Test
    void triangularSolvesHaveSmallResiduals() {
        TriangularAndVectorContract.checkTrsm();
    }

    @Test
    void symmetricProductsAreTheGeneralOnesLowerTriangle() {
        TriangularAndVectorContract.checkSyrk();
    }

    @Test
    void copiesMoveEveryElementAndTouchNoOther() {
        TriangularAndVectorContract.checkCopies();
    }

    @Test
    void dotProductsAndNormsAreAccurate() {
        TriangularAndVectorContract.checkDots();
    }

    @Test
    void aNormTellsInfinityFromNotANumber() {
        assertThat(Dots.dnrm2(3, new double[]{1, Double.NEGATIVE_INFINITY, 2}, 0)).isInfinite();
        assertThat(Dots.dnrm2(3, new double[]{1, Double.NaN, Double.POSITIVE_INFINITY}, 0)).isNaN();
        assertThat(Dots.dnrm2(2, new double[]{3 * Double.MIN_VALUE, 4 * Double.MIN_VALUE}, 0))
                .isEqualTo(5 * Double.MIN_VALUE);
        double[] largest = new double[4];
        Arrays.fill(largest, Double.MAX_VALUE);
        assertThat(Dots.dnrm2(1, largest, 0)).isEqualTo(Double.MAX_VALUE);
        assertThat(Dots.dnrm2(4, largest, 0)).isInfinite();
        assertThat(Dots.snrm2(2, new float[]{3e30f, 4e30f}, 0)).isEqualTo(5e30f);
    }
}
