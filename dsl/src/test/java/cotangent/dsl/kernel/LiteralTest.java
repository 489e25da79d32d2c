package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LiteralTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @BeforeAll
    static void useVectorKernelsFromTheStart() {
        WarmUp.skip();
    }

    @Test
    void classesOfConstantSizesHaveTheGeneralKernelsBits() {
        assertThat(LiteralContract.check()).isGreaterThan(500);
    }

    @Test
    void aProductThatIsHotGetsAClassWithTheSameBits() {
        LiteralShape shape = new LiteralShape(20, 10, 21, 21, 1, 10, 10, false);
        double[] a = new double[20 * 21];
        double[] b = new double[21 * 10];
        Arrays.setAll(a, i -> Math.sin(i));
        Arrays.setAll(b, i -> Math.cos(i));
        double[] first = new double[200];
        double[] c = new double[200];
        Gemm.dgemm(20, 10, 21, 1, a, 0, 21, 1, b, 0, 10, 1, 0, first, 0, 10);
        long begin = System.nanoTime();
        while (DoubleLiterals.ready(shape) == null && System.nanoTime() - begin < PATIENCE_NANOS) {
            Gemm.dgemm(20, 10, 21, 1, a, 0, 21, 1, b, 0, 10, 1, 0, c, 0, 10);
            assertThat(c).isEqualTo(first);
        }
        assertThat(DoubleLiterals.ready(shape)).isNotNull();
        Gemm.dgemm(20, 10, 21, 1, a, 0, 21, 1, b, 0, 10, 1, 0, c, 0, 10);
        assertThat(c).isEqualTo(first);
        assertThatThrownBy(() -> Gemm.dgemm(20, 10, 21, 1, a, 1, 21, 1, b, 0, 10, 1, 0, c, 0, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A: a 20 x 21 matrix at offset 1");
    }

    /** One factor for all of the batch, as a weight for all samples. */
    @Test
    void aBatchOfHotProductsHasTheSameBits() {
        int count = 37;
        LiteralShape shape = new LiteralShape(10, 8, 4, 1, 10, 8, 8, false);
        double[] a = new double[10 * 4];
        double[] b = new double[count * 4 * 8];
        Arrays.setAll(a, i -> Math.sin(i));
        Arrays.setAll(b, i -> Math.cos(i));
        double[] first = new double[count * 10 * 8];
        double[] c = new double[first.length];
        Gemm.dgemmBatch(count, 10, 8, 4, 1, a, 0, 0, 1, 10, b, 0, 32, 8, 1, 0, first, 0, 80, 8);
        long begin = System.nanoTime();
        while (DoubleLiterals.ready(shape) == null && System.nanoTime() - begin < PATIENCE_NANOS) {
            Gemm.dgemmBatch(count, 10, 8, 4, 1, a, 0, 0, 1, 10, b, 0, 32, 8, 1, 0, c, 0, 80, 8);
            assertThat(c).isEqualTo(first);
        }
        assertThat(DoubleLiterals.ready(shape)).isNotNull();
        Arrays.fill(c, Double.NaN);
        Gemm.dgemmBatch(count, 10, 8, 4, 1, a, 0, 0, 1, 10, b, 0, 32, 8, 1, 0, c, 0, 80, 8);
        assertThat(c).isEqualTo(first);
    }
}
