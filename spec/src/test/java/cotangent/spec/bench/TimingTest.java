package cotangent.spec.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.InvalidDataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimingTest {

    @Test
    void quantilesAreThoseOfTheSortedTimes() {
        Timing timing = new Timing(5, 1, 4, 2, 3);
        assertThat(timing.median()).isEqualTo(3);
        assertThat(timing.lowerQuartile()).isEqualTo(2);
        assertThat(timing.upperQuartile()).isEqualTo(4);
    }

    @Test
    void betweenTwoTimesAQuantileIsInterpolated() {
        Timing timing = new Timing(1, 2);
        assertThat(timing.median()).isEqualTo(1.5);
        assertThat(timing.lowerQuartile()).isEqualTo(1.25);
    }

    @Test
    void oneTimeIsAllThree() {
        Timing timing = new Timing(7);
        assertThat(timing.lowerQuartile()).isEqualTo(timing.median()).isEqualTo(timing.upperQuartile()).isEqualTo(7);
    }

    @Test
    void roundsAreTakenTogetherAndScaled() {
        assertThat(new Timing(1, 2).and(new Timing(30, 40, 50)).median()).isEqualTo(30);
        assertThat(new Timing(1, 2, 3).times(0.5).median()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesWhatIsNoTime(double nanos) {
        assertThatThrownBy(() -> new Timing(1, nanos)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(Timing::new).isInstanceOf(InvalidDataException.class);
    }
}
