import cotangent.dsl.backend.Backend;
import cotangent.tornado.DeviceProvider;
import cotangent.tornado.TornadoBackend;
import org.jspecify.annotations.NullMarked;

/** The GPU backend, a provider of the language's backend service. */
@NullMarked module cotangent.tornado {
    requires static transitive org.jspecify;
    requires transitive cotangent.dsl;

    exports cotangent.tornado;
    exports cotangent.tornado.kernel;

    uses DeviceProvider;

    provides Backend with TornadoBackend;
}
