package cotangent.linalg.infinite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.kernel.ArcTangent;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ArcTangentTest {
    private static double[] arguments() {
        return DoubleStream.concat(DoubleStream.of(0, Double.MIN_VALUE, 1e-300, 1e-8, 1, 1 + 0x1p-52, 1e8, 1e300),
                DoubleStream.iterate(0.003, t -> t < 50, t -> t * 1.13)).toArray();
    }

    /** The last product and sum round once each; the polynomial's terms alternate and cost a few more roundings of a third. */
    @Test
    void isAccurateToAFewUnitsInTheLastPlace() {
        double[] t = arguments();
        double[] angle = new double[t.length];
        ArcTangent.positive(t.length, t, angle, new double[t.length]);
        for (int i = 0; i < t.length; i++) {
            double expected = t[i] == 0 ? 0 : Decimals.atan(Decimals.of(t[i])).doubleValue();
            assertThat(angle[i]).as("atan %s", t[i]).isCloseTo(expected, within(4 * Math.ulp(expected)));
        }
    }

    @Test
    void isOdd() {
        double[] t = {-1, -0.3, -0.0, 0.3, 1};
        ArcTangent.small(t.length, t, t);
        assertThat(t[0]).isEqualTo(-t[4]);
        assertThat(t[1]).isEqualTo(-t[3]);
        assertThat(t[2]).isEqualTo(-0.0);
    }
}
