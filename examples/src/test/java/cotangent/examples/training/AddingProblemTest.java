package cotangent.examples.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.Key;
import org.junit.jupiter.api.Test;

final class AddingProblemTest {
    @Test
    void marksOneNumberInEachHalfAndAddsThem() {
        AddingProblem data = AddingProblem.of(Key.of(3), 200, 7);
        for (int sample = 0; sample < 200; sample++) {
            double sum = 0;
            double[] marks = new double[2];
            for (int t = 0; t < 7; t++) {
                double number = data.inputs().get(sample, t, 0);
                double mark = data.inputs().get(sample, t, 1);
                assertThat(number).isBetween(0.0, 1.0);
                marks[t < 3 ? 0 : 1] += mark;
                sum += mark * number;
            }
            assertThat(marks).containsExactly(1, 1);
            assertThat(data.targets().get(sample, 0)).isEqualTo(sum);
        }
    }

    /** Half the variance of the sum of two uniform numbers; over 4,000 samples it is known to some 2 %. */
    @Test
    void aConstantHasTheLossThatIsStated() {
        AddingProblem data = AddingProblem.of(Key.of(3), 4_000, 10);
        assertThat(0.5 * data.targets().minus(1).square().mean().item()).isCloseTo(AddingProblem.CONSTANT_LOSS, within(
                4 * 0.02 * AddingProblem.CONSTANT_LOSS));
        assertThat(data.take(5).inputs().toDoubles()).isEqualTo(java.util.Arrays.copyOf(data.inputs().toDoubles(), 5
                * 10 * 2));
    }
}
