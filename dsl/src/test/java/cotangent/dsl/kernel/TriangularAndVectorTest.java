package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
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

    /** The inverses of these pivots are infinite or subnormal, the quotients are ordinary numbers. */
    @Test
    void pivotsFarFromOneAreDividedBy() {
        double[] diagonal = {0x1p-1070, 0, 0, 0x1p+1020};
        double[] x = {0x3p-1070, 0x3p+1020};
        Trsm.dtrsm(Side.LEFT, Triangle.LOWER, Diagonal.GENERAL, 2, 1, 1, diagonal, 0, 2, 1, x, 0, 1);
        assertThat(x).containsExactly(3, 3);
        float[] narrow = {0x1p-140f, 0, 0, 0x1p+125f};
        float[] y = {0x3p-140f, 0x3p+125f};
        Trsm.strsm(Side.RIGHT, Triangle.UPPER, Diagonal.GENERAL, 1, 2, 1, narrow, 0, 2, 1, y, 0, 2);
        assertThat(y).containsExactly(3, 3);
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
