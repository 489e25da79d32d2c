package cotangent.tornado;

import cotangent.tornado.device.Dialect;

/** Every test of primitives again, on the device. */
final class PrimitivesOnDeviceTest extends PrimitivesTest {
    @Override
    Against against(Dialect ignored) {
        return UnderTest.against();
    }
}
