package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every element of C goes through the epilogue once, when it is final. */
class EpilogueTest {
    private final SplittableRandom random = new SplittableRandom(9);

    @BeforeAll
    static void useVectorKernelsFromTheStart() {
        WarmUp.skip();
    }

    /** Rows, columns, dot products, strips and packed blocks, also of several blocks in each direction. */
    @ParameterizedTest
    @CsvSource({"1,1,1", "1,7,300", "3,130,40", "7,15,17", "16,17,33", "33,300,1", "130,3,300", "40,2,500",
            "300,33,130",
            "25,300,300", "26,280,900", "13,2100,150", "300,310,290", "50,40,0", "50,30,5000"})
    void everyElementOnceWhenItIsFinal(int m, int n, int k) {
        for (int threads : new int[]{1, 2}) {
            Workers.withLimit(threads, () -> {
                checkDouble(m, n, k, false);
                checkDouble(m, n, k, true);
                checkFloat(m, n, k, false);
                checkFloat(m, n, k, true);
                return null;
            });
        }
    }

    /** Shapes whose products come often get a class of their own meanwhile. */
    @ParameterizedTest
    @ValueSource(ints = {8, 10})
    void aHotShapeToo(int n) {
        for (int call = 0; call < 2000; call++) {
            checkDouble(n, n, n, false);
        }
    }

    private void checkDouble(int m, int n, int k, boolean transposed) {
        double[] a = random.doubles((long) m * k, -1, 1).toArray();
        double[] b = random.doubles((long) k * n, -1, 1).toArray();
        double[] plain = new double[m * n];
        int bRow = transposed ? 1 : n;
        int bCol = transposed ? k : 1;
        Gemm.dgemm(m, n, k, 1, a, 0, k, 1, b, 0, bRow, bCol, 0, plain, 0, n);
        double[] c = new double[m * n];
        Arrays.fill(c, Double.NaN);
        double[] seen = new double[m * n];
        AtomicIntegerArray times = new AtomicIntegerArray(m * n);
        Gemm.dgemm(m, n, k, a, 0, k, 1, b, 0, bRow, bCol, c, 0, n, (row, rows, column, columns) -> {
            for (int i = row; i < row + rows; i++) {
                for (int at = i * n + column; at < i * n + column + columns; at++) {
                    times.incrementAndGet(at);
                    seen[at] = c[at];
                    c[at] = -3;
                }
            }
        });
        check(times);
        assertThat(seen).isEqualTo(plain);
        assertThat(c).containsOnly(-3);
    }

    private void checkFloat(int m, int n, int k, boolean transposed) {
        float[] a = random(m * k);
        float[] b = random(k * n);
        float[] plain = new float[m * n];
        int bRow = transposed ? 1 : n;
        int bCol = transposed ? k : 1;
        Gemm.sgemm(m, n, k, 1, a, 0, k, 1, b, 0, bRow, bCol, 0, plain, 0, n);
        float[] c = new float[m * n];
        Arrays.fill(c, Float.NaN);
        float[] seen = new float[m * n];
        AtomicIntegerArray times = new AtomicIntegerArray(m * n);
        Gemm.sgemm(m, n, k, a, 0, k, 1, b, 0, bRow, bCol, c, 0, n, (row, rows, column, columns) -> {
            for (int i = row; i < row + rows; i++) {
                for (int at = i * n + column; at < i * n + column + columns; at++) {
                    times.incrementAndGet(at);
                    seen[at] = c[at];
                    c[at] = -3;
                }
            }
        });
        check(times);
        assertThat(seen).isEqualTo(plain);
        assertThat(c).containsOnly(-3);
    }

    private static void check(AtomicIntegerArray times) {
        for (int at = 0; at < times.length(); at++) {
            assertThat(times.get(at)).isEqualTo(1);
        }
    }

    private float[] random(int length) {
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextDouble(-1, 1);
        }
        return numbers;
    }
}
