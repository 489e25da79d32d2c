package cotangent.tornado.device;

import java.util.List;

/** Finds devices; a service that TornadoVM's adapter provides. */
public interface DeviceProvider {
    /**
     * The devices there are, the preferred first; empty if there are none.
     *
     * @throws DeviceException if they cannot be listed
     */
    List<Device> devices();
}
