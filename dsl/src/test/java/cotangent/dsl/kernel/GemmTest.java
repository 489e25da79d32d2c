package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GemmTest {
    private final SplittableRandom random = new SplittableRandom(3);

    @BeforeAll
    static void useVectorKernelsFromTheStart() {
        WarmUp.skip();
    }

    @Test
    void everyMixOfSizesMatchesTheTripleLoop() {
        DoubleGemmContract.checkSizes(DoubleGemmContract.SIZES);
        FloatGemmContract.checkSizes(FloatGemmContract.SIZES);
    }

    @Test
    void productsOfManyBlocksMatchTheTripleLoop() {
        DoubleGemmContract.checkBlocks();
        FloatGemmContract.checkBlocks();
    }

    @Test
    void theNumberOfThreadsDoesNotChangeABit() {
        int[][] shapes = {{300, 310, 290}, {1000, 64, 64}, {2500, 1, 900}, {1, 3000, 300}, {64, 64, 3000},
                {1000, 20, 3000}};
        for (int[] shape : shapes) {
            assertThat(Workers.withLimit(2, () -> product(shape[0], shape[1], shape[2])))
                    .as(Arrays.toString(shape))
                    .isEqualTo(Workers.withLimit(1, () -> product(shape[0], shape[1], shape[2])));
        }
    }

    /** The same operands whenever it is called. */
    private static double[] product(int m, int n, int k) {
        SplittableRandom same = new SplittableRandom(5);
        double[] a = same.doubles((long) m * k).toArray();
        double[] b = same.doubles((long) k * n).toArray();
        double[] c = new double[m * n];
        Gemm.dgemm(m, n, k, 1, a, 0, k, 1, b, 0, n, 1, 0, c, 0, n);
        return c;
    }

    @Test
    void aBatchHasTheBitsOfItsProducts() {
        int count = 70;
        int m = 9;
        int n = 12;
        int k = 20;
        double[] a = random(count * m * k);
        double[] b = random(count * k * n);
        for (int bBatch : new int[]{0, k * n}) {
            double[] single = random(count * m * n);
            double[] batch = single.clone();
            for (int t = 0; t < count; t++) {
                Gemm.dgemm(m, n, k, -1, a, t * m * k, k, 1, b, t * bBatch, n, 1, 1, single, t * m * n, n);
            }
            Gemm.dgemmBatch(count, m, n, k, -1, a, 0, m * k, k, 1, b, 0, bBatch, n, 1, 1, batch, 0, m * n, n);
            assertThat(batch).isEqualTo(single);
        }
    }

    @Test
    void aFloat32BatchHasTheBitsOfItsProducts() {
        int count = 1000;
        float[] a = new float[count * 12];
        float[] b = new float[count * 20];
        for (int i = 0; i < b.length; i++) {
            a[i % a.length] = (float) random.nextDouble();
            b[i] = (float) random.nextDouble();
        }
        float[] single = new float[count * 15];
        float[] batch = new float[count * 15];
        for (int t = 0; t < count; t++) {
            Gemm.sgemm(3, 5, 4, 2, a, t * 12, 4, 1, b, t * 20, 1, 4, 0, single, t * 15, 5);
        }
        Gemm.sgemmBatch(count, 3, 5, 4, 2, a, 0, 12, 4, 1, b, 0, 20, 1, 4, 0, batch, 0, 15, 5);
        assertThat(batch).isEqualTo(single);
    }

    @Test
    void withAlphaZeroTheOperandsAreNotRead() {
        double[] nan = {Double.NaN, Double.NaN, Double.NaN, Double.NaN};
        double[] c = {1, 2, 3, 4};
        Gemm.dgemm(2, 2, 2, 0, nan, 0, 2, 1, nan, 0, 2, 1, 3, c, 0, 2);
        assertThat(c).containsExactly(3, 6, 9, 12);
    }

    @Test
    void aNotANumberInAnOperandReachesItsRowOnly() {
        double[] a = random(30 * 20);
        a[7 * 20 + 3] = Double.NaN;
        double[] b = random(20 * 10);
        double[] c = new double[300];
        Gemm.dgemm(30, 10, 20, 1, a, 0, 20, 1, b, 0, 10, 1, 0, c, 0, 10);
        for (int i = 0; i < 300; i++) {
            assertThat(Double.isNaN(c[i])).isEqualTo(i / 10 == 7);
        }
    }

    @Test
    void infinitiesDoNotMeetThePadding() {
        double[] a = random(13 * 40);
        double[] b = random(40 * 1000);
        Arrays.fill(a, 0, 40, Double.POSITIVE_INFINITY);
        Arrays.setAll(b, i -> 1 + b[i]);
        for (int n : new int[]{1, 3, 9, 1000}) {
            double[] c = new double[13 * n];
            Gemm.dgemm(13, n, 40, 1, a, 0, 40, 1, b, 0, n, 1, 0, c, 0, n);
            for (int i = 0; i < c.length; i++) {
                assertThat(c[i] == Double.POSITIVE_INFINITY).isEqualTo(i < n);
                assertThat(c[i]).isNotNaN();
            }
        }
    }

    @Test
    void whatDoesNotFitItsArrayIsRefused() {
        double[] six = new double[6];
        assertThatThrownBy(() -> Gemm.dgemm(2, 2, 3, 1, six, 1, 3, 1, six, 0, 2, 1, 0, six, 0, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A: a 2 x 3 matrix at offset 1");
        assertThatThrownBy(() -> Gemm.dgemm(2, 4, 1, 1, six, 0, 1, 1, six, 0, 4, 1, 0, six, 0, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("overlap");
        assertThatThrownBy(() -> Gemm.dgemm(-1, 1, 1, 1, six, 0, 1, 1, six, 0, 1, 1, 0, six, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("negative");
    }

    private double[] random(int length) {
        return random.doubles(length).toArray();
    }
}
