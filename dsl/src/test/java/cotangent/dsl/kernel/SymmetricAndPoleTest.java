package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SymmetricAndPoleTest {
    @BeforeAll
    static void useVectorKernelsFromTheStart() {
        WarmUp.skip();
    }

    @Test
    void symmetricProductsReadTheUpperTriangleAndDiagonalBlocksOnly() {
        SymmetricAndPoleContract.checkSymv();
    }

    @Test
    void sumsOverPolesAreAccurate() {
        SymmetricAndPoleContract.checkPoles();
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        int n = 700;
        double[] a = new SplittableRandom(1).doubles((long) n * n, -1, 1).toArray();
        double[] one = new double[n];
        double[] all = new double[n];
        Workers.withLimit(1, () -> {
            Symv.dsymv(n, 3, a, 0, n, a, 0, one, 0);
            return one;
        });
        Symv.dsymv(n, 3, a, 0, n, a, 0, all, 0);
        assertThat(Arrays.equals(one, all)).isTrue();
    }

    @Test
    void refusesWhatDoesNotFit() {
        double[] a = new double[9];
        assertThatIllegalArgumentException().isThrownBy(() -> Symv.dsymv(3, 0, a, 1, 3, a, 0, a, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Symv.dsymv(3, -1, a, 0, 3, a, 0, a, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> PoleSums.dsums(5, a, a, 5, 1, new double[2]));
    }
}
