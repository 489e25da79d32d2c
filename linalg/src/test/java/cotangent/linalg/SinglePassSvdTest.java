package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SinglePassSvdTest {
    private static final double EPSILON = 0x1p-52;

    private static double frobenius(Tensor a) {
        double norm = 0;
        for (double entry : a.toDoubles()) {
            norm = Math.hypot(norm, entry);
        }
        return norm;
    }

    private static Tensor dense(LowRankApproximation approximation) {
        double[] u = approximation.u().toDoubles();
        int k = approximation.values().shape().extent(0);
        for (int i = 0; i < u.length; i++) {
            u[i] *= approximation.values().get(i % k);
        }
        return Tensor.wrap(approximation.u().shape(), u).matmul(approximation.vt());
    }

    /**
     * The mean square error is within (1 + s/(l − s − 1))·(1 + r/(s − r − 1)) of the best of rank r for every r before truncation,
     * and cutting to rank k at most doubles the distance and adds the best error (section 6 and theorem 4.3); measured over 10 seeds.
     */
    @ParameterizedTest
    @MethodSource("cotangent.linalg.TruncatedSvdTest#cases")
    void approximatesInOnePass(TruncatedSvdTest.Case c) {
        int side = Math.min(c.m(), c.n());
        int k = Math.min(8, side);
        double largest = c.value().applyAsDouble(0);
        Tensor a = TruncatedSvdTest.matrix(c.m(), c.n(), c.value());
        double tail = 0;
        for (int i = k; i < side; i++) {
            tail = Math.hypot(tail, c.value().applyAsDouble(i) / largest);
        }
        tail = largest == 0 ? 0 : tail * largest;
        double squares = 0;
        double estimates = 0;
        for (int seed = 0; seed < 10; seed++) {
            CountingOperator counting = CountingOperator.of(LinearOperator.of(a));
            LowRankApproximation approximation = SinglePassSvd.rank(k).seed(seed).decompose(counting);
            int s = Math.min(side, 2 * k + 1);
            int l = Math.min(c.m(), 2 * s + 1);
            assertThat(counting.products()).isEqualTo(s + l + 10).isEqualTo(approximation.numMatvecs());
            assertThat(counting.calls()).as("two blocks, neither of which needs the other").isEqualTo(2);
            double scale = largest == 0 ? 1 : largest;
            double error = frobenius(a.minus(dense(approximation)).times(1 / scale));
            squares += error * error;
            estimates += approximation.errorEstimate() / scale * (approximation.errorEstimate() / scale);
            RandomizedEighTest.assertOrthonormal(approximation.u(), 4);
            RandomizedEighTest.assertOrthonormal(approximation.vt().transpose(), 4);
        }
        double scale = largest == 0 ? 1 : largest;
        // (1 + 17/17)·(1 + 8/8) = 4 in squares before truncation; 1 + 2·2 after
        double bound = 5 * tail / scale + 100 * (c.m() + c.n()) * EPSILON;
        assertThat(Math.sqrt(squares / 10)).isLessThanOrEqualTo(bound);
        // 100 rows of Gaussian tests: a relative standard deviation of the mean square under √(2/100), and five of these
        if (tail / scale > 1e-10) {
            assertThat(estimates / squares).isBetween(0.3, 1.7);
        }
    }

    @Test
    void refusesWhatItCannotApproximate() {
        assertThatThrownBy(() -> SinglePassSvd.rank(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> SinglePassSvd.rank(3).decompose(LinearOperator.identity(2, DType.F64)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> SinglePassSvd.rank(1).decompose(LinearOperator.of(Tensor.zeros(DType.F64, 3, 0))))
                .isInstanceOf(InvalidDataException.class);
    }
}
