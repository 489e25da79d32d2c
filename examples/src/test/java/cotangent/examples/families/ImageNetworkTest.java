package cotangent.examples.families;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.Activation;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ImageNetworkTest {
    private static ImageNetwork net(NetworkFamily family, double scale) {
        return new ImageNetwork(family, 7, 4, 2, Activation.TANH, scale);
    }

    /** Samples do not see each other, weights are of the declared number, and the scale multiplies weights alone. */
    @ParameterizedTest
    @EnumSource
    void mapsImagesToOutputsOneByOne(NetworkFamily family) {
        ImageNetwork net = net(family, 1);
        Params params = net.init(Key.of(1));
        Tensor x = Key.of(2).uniform(3, 49);
        Tensor all = (Tensor) net.outputs().apply(params, x);
        assertThat(all.shape().toArray()).containsExactly(3, 10);
        Tensor second = (Tensor) net.outputs().apply(params, x.slice(0, 1, 2));
        for (int c = 0; c < 10; c++) {
            // outputs of order 1 after some hundred roundings
            assertThat(Math.abs(second.get(0, c) - all.get(1, c))).isLessThan(1e-13);
        }
        assertThat(((Tensor) net.states().apply(params, x)).shape().extent(0)).isEqualTo(3);
        Params doubled = net(family, 2).init(Key.of(1));
        assertThat(doubled.get("readout").minus(params.get("readout").times(2)).square().sum().item()).isZero();
        assertThat(doubled.get("readoutBias").square().sum().item()).isZero();
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> new ImageNetwork(NetworkFamily.CONVOLUTION, 7, 4, 4, Activation.RELU, 1)).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("7 pixels");
        assertThatThrownBy(() -> new ImageNetwork(NetworkFamily.MLP, 7, 3, 1, Activation.RELU, 1)).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("even width");
    }
}
