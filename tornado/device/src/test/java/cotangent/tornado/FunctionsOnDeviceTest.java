package cotangent.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.tornado.device.Dialect;
import org.junit.jupiter.api.Test;

/** Elementary functions on the device, within the bounds that hold for all backends. */
final class FunctionsOnDeviceTest {
    @Test
    void nothingIsWrong() {
        assertThat(UnderTest.REPORT.wrong()).isEmpty();
        assertThat(UnderTest.REPORT.doubles()).isEqualTo(UnderTest.DEVICE.hasDoubles());
    }

    /** What the self-test lets a program call. */
    @Test
    void asProgramsComputeThem() {
        FunctionsTest.check(UnderTest.against());
    }

    /** The polynomials, whose bits are computed by comparisons and multiplications. */
    @Test
    void withoutTheDevicesOwn() {
        Dialect own = UnderTest.DEVICE.dialect();
        assertThat(own.calls(cotangent.dsl.ir.UnaryFunction.EXP, DType.F32)).isFalse();
        FunctionsTest.check(new Against(UnderTest.DEVICE, own));
    }
}
