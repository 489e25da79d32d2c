package cotangent.dsl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.CotangentException;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OutputScalingTest {
    private static final Mlp NET = Nn.mlp(3, 20, 2).ntk(1, 0.1);
    private static final Params INITIAL = NET.init(Key.of(1));
    private static final Tensor X = Key.of(2).normal(8, 3);
    private static final Tensor Y = Key.of(3).normal(8, 2);

    @Test
    void theScaledModelBeginsAtZero() {
        Fn scaled = OutputScaling.of(50).model(NET.fn(), INITIAL);
        assertThat(scaled.apply(INITIAL, X)).isEqualTo(Tensor.zeros(X.dtype(), 8, 2));
        Params other = NET.init(Key.of(4));
        Tensor difference = NET.fn().apply(other, X).asTensor().minus(NET.fn().apply(INITIAL, X).asTensor());
        double[] expected = difference.times(50).toDoubles();
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        // A few roundings of each of 20 terms, before the factor.
        assertThat(scaled.apply(other, X).asTensor().toDoubles()).containsExactly(expected,
                within(100 * 0x1p-53 * largest));
        double loss = OutputScaling.of(50).loss(NET.fn(), INITIAL, Nn::mse).apply(INITIAL, X, Y).asTensor().item();
        assertThat(loss).isCloseTo(Y.square().mean().item() / 2500, within(16 * 0x1p-53 * loss));
    }

    /**
     * The parameters move by c/alpha + O(1/alpha²) to lower the loss by the same share (Chizat et al., section 2.2), and so
     * alpha times the distance has a limit, which is nearly reached: halving 1/alpha halves what is left of the difference.
     */
    @Test
    void parametersMoveLikeOneOverAlpha() {
        double first = 64 * distance(64);
        double second = 128 * distance(128);
        double third = 256 * distance(256);
        assertThat((second - third) / (first - second)).isBetween(0.4, 0.6);
        assertThat(third).isCloseTo(second, within(0.05 * second));
    }

    private static double distance(double alpha) {
        Fn loss = OutputScaling.of(alpha).loss(NET.fn(), INITIAL, Nn::mse);
        TrainingStep step = TrainingStep.of(loss, Sgd.rate(0.5));
        TrainingState state = step.start(INITIAL);
        for (int t = 0; t < 100; t++) {
            step.run(state, X, Y);
        }
        return Math.sqrt(state.params().asParams().flatten().minus(INITIAL.flatten()).square().sum().item());
    }

    /** In the NTK parameterisation the output is sum_j w_j h_j / sqrt(width); mean field makes it the mean over j. */
    @Test
    void meanFieldIsTheMeanOverTheHiddenLayer() {
        assertThat(OutputScaling.meanField(400)).isEqualTo(OutputScaling.of(0.05));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> OutputScaling.of(0)).isInstanceOf(CotangentException.class)
                .hasMessageContaining("alpha");
        Fn scaled = OutputScaling.of(2).model(NET.fn(), INITIAL);
        assertThatThrownBy(() -> scaled.apply(Nn.mlp(3, 21, 2).init(Key.of(0)), X)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("[3, 21]");
    }
}
