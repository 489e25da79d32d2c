package cotangent.tornado.vm;

import cotangent.tornado.device.Device;
import cotangent.tornado.device.DeviceBuffer;
import cotangent.tornado.device.DeviceException;
import cotangent.tornado.device.DevicePlan;
import cotangent.tornado.device.Dialect;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** One of TornadoVM's devices. */
final class VirtualDevice implements Device {
    private static final Pattern SIZE = Pattern.compile("(\\d+) *(K|M|G)?B?");
    private static final String MEMORY = "tornado.device.memory";
    private static final String DEFAULT_MEMORY = "4GB";

    private final TornadoDevice device;

    VirtualDevice(TornadoDevice device) {
        this.device = device;
    }

    @Override
    public String name() {
        return device.getPhysicalDevice().getDeviceName() + " (" + device.getTornadoVMBackend() + ")";
    }

    @Override
    public boolean hasDoubles() {
        return device.getDeviceContext().isFP64Supported();
    }

    /** What TornadoVM may take of the device's memory, {@value #MEMORY}. */
    @Override
    public long memory() {
        String text = System.getProperty(MEMORY, DEFAULT_MEMORY).strip().toUpperCase(Locale.ROOT);
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new DeviceException("-D%s: expected a size such as 8GB, got \"%s\"".formatted(MEMORY, text));
        }
        int shift = size.group(2) == null ? 0 : "KMG".indexOf(size.group(2)) * 10 + 10;
        return Math.min(Long.parseLong(size.group(1)) << shift, device.getMaxGlobalMemory());
    }

    @Override
    public Dialect dialect() {
        return Dialect.TORNADO;
    }

    @Override
    public Program load(DevicePlan plan) {
        long largest = device.getPhysicalDevice().getDeviceMaxAllocationSize();
        for (DeviceBuffer buffer : plan.buffers()) {
            if (buffer.bytes() >= largest) {
                throw new DeviceException(
                        ("the program needs an array of %,d bytes, and %s takes none of %,d or more; use fewer "
                                + "samples or smaller blocks of probes").formatted(buffer.bytes(), name(), largest));
            }
        }
        return new VirtualProgram(plan, device);
    }
}
