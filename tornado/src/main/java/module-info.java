import cotangent.dsl.backend.Backend;
import cotangent.tornado.TornadoBackend;
import cotangent.tornado.device.DeviceProvider;
import org.jspecify.annotations.NullMarked;

/** The GPU backend, a provider of the language's backend service. */
@NullMarked module cotangent.tornado {
    requires static transitive org.jspecify;
    requires transitive cotangent.dsl;

    exports cotangent.tornado;
    exports cotangent.tornado.device;

    uses DeviceProvider;

    provides Backend with TornadoBackend;
}
