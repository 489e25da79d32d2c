package cotangent.tornado.vm;

import cotangent.tornado.device.Device;
import cotangent.tornado.device.DeviceException;
import cotangent.tornado.device.DeviceProvider;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The devices of all of TornadoVM's back ends, in its own order. */
public final class VirtualMachine implements DeviceProvider {
    /** Found by the service loader. */
    public VirtualMachine() {}

    @Override
    public List<Device> devices() {
        Settings.apply();
        try {
            TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
            List<Device> devices = new ArrayList<>();
            for (int i = 0; i < runtime.getNumBackends(); i++) {
                TornadoBackend backend = runtime.getBackend(i);
                for (TornadoDevice device : backend.getAllDevices()) {
                    devices.add(new VirtualDevice(device));
                }
            }
            return devices;
        } catch (RuntimeException | LinkageError failed) {
            throw new DeviceException(
                    "TornadoVM did not start; run Java with @$TORNADOVM_HOME/tornado-argfile (" + failed
                            + ")",
                    failed);
        }
    }
}
