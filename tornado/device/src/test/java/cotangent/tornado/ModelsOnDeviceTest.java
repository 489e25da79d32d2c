package cotangent.tornado;

import cotangent.dsl.backend.Backend;
import cotangent.tornado.device.Dialect;
import java.util.List;

/** Every test of models, their derivatives, products in blocks and loops over time again, on the device. */
final class ModelsOnDeviceTest extends ModelsTest {
    @Override
    Against against(Dialect ignored) {
        return UnderTest.against();
    }

    @Override
    List<Dialect> dialects() {
        return List.of(UnderTest.REPORT.dialect());
    }

    @Override
    Backend backend() {
        return new TornadoBackend(UnderTest.DEVICE);
    }
}
