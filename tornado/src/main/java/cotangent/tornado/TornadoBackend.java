package cotangent.tornado;

import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.compile.Planner;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.tornado.device.Device;
import cotangent.tornado.device.DeviceException;
import cotangent.tornado.device.DeviceProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compiles graphs to kernels for TornadoVM. Available where a {@link DeviceProvider} finds a device; the first one is used,
 * or the one whose number the system property {@value #DEVICE} holds. A device is tried out before its first program: float64
 * and functions that it cannot compute accurately are refused.
 */
public final class TornadoBackend implements Backend {
    /** System property with the number of the device. */
    public static final String DEVICE = "cotangent.tornado.device";

    /** What to do where there is no device. */
    static final String MISSING = "TornadoVM was not found: install TornadoVM 5.2.0-jdk25 (www.tornadovm.org), set TORNADOVM_HOME, "
            + "build Cotangent again, and run with what tornado/README.md says";

    private final List<Device> devices;
    private final String trouble;
    private @Nullable Tested tested;

    private record Tested(Device device, DeviceMemory memory, SelfTest.Report report) {}

    private record Found(List<Device> devices, String trouble) {
        static final Found HERE = look();

        private static Found look() {
            List<Device> devices = new ArrayList<>();
            List<String> troubles = new ArrayList<>();
            boolean provided = false;
            try {
                for (DeviceProvider provider : ServiceLoader.load(DeviceProvider.class, DeviceProvider.class
                        .getClassLoader())) {
                    provided = true;
                    devices.addAll(provider.devices());
                }
            } catch (ServiceConfigurationError | LinkageError | DeviceException failed) {
                troubles.add(String.valueOf(failed.getMessage()));
            }
            if (provided && devices.isEmpty() && troubles.isEmpty()) {
                troubles.add("it lists no device; check its drivers with `tornado --devices`");
            }
            String trouble = troubles.isEmpty() ? MISSING
                    : "TornadoVM does not work here: " + String.join("; ", troubles);
            return new Found(devices, trouble);
        }
    }

    /** Found by the service loader. */
    public TornadoBackend() {
        this.devices = Found.HERE.devices;
        this.trouble = Found.HERE.trouble;
    }

    /** A backend for one device. */
    public TornadoBackend(Device device) {
        this.devices = List.of(device);
        this.trouble = "";
    }

    @Override
    public String name() {
        return "tornado";
    }

    @Override
    public boolean isAvailable() {
        return !devices.isEmpty();
    }

    @Override
    public String requirement() {
        return trouble;
    }

    /** The devices, and after the one that is used what trying it out has shown. */
    @Override
    public List<String> devices() {
        List<String> lines = new ArrayList<>();
        for (Device device : devices) {
            lines.add("%s, %,d bytes for programs, %s".formatted(device.name(), device.memory(), device.hasDoubles()
                    ? "float32 and float64"
                    : "float32"));
            if (device == chosen()) {
                lines.add("self-test: " + verdict());
            }
        }
        return lines;
    }

    private String verdict() {
        try {
            return tested().report().toString();
        } catch (CotangentException failed) {
            return "failed: " + failed.getMessage();
        }
    }

    /** Below the CPU backends: a device is chosen by name. */
    @Override
    public int preference() {
        return -1;
    }

    @Override
    public Executable compile(Graph graph) {
        Tested here = tested();
        requireSupported(graph, here);
        return DeviceExecutable.load(Planner.plan(graph, null, Planner.SEPARATE_STEPS), here.device(), here.report()
                .dialect(), here.memory());
    }

    private synchronized Tested tested() {
        Tested known = tested;
        if (known == null) {
            Device device = chosen();
            DeviceMemory memory = new DeviceMemory(device);
            known = new Tested(device, memory, SelfTest.of(device, memory));
            tested = known;
        }
        return known;
    }

    private Device chosen() {
        if (devices.isEmpty()) {
            throw new DeviceException("backend tornado cannot run here; " + trouble);
        }
        int number = Integer.getInteger(DEVICE, 0);
        if (number < 0 || number >= devices.size()) {
            throw new DeviceException(
                    "-D%s=%d: there are devices 0 to %d; `./cotangent devices` lists them".formatted(DEVICE,
                            number, devices.size() - 1));
        }
        return devices.get(number);
    }

    private static void requireSupported(Graph graph, Tested here) {
        for (Node node : graph.nodes()) {
            for (TensorType type : Stream.concat(node.types().stream(), node.inputs()
                    .stream()
                    .map(input -> input
                            .type()))
                    .toList()) {
                requireSupported(node, type.dtype(), here);
            }
            switch (node.op()) {
                case Op.Scan scan -> requireSupported(scan.body(), here);
                case Op.Custom custom -> requireSupported(custom.body(), here);
                default -> {
                }
            }
        }
    }

    private static void requireSupported(Node node, DType dtype, Tested here) {
        if (dtype == DType.F64 && !here.report().doubles()) {
            throw new DeviceException(
                    "%s has no float64; use float32 (%s), or another backend".formatted(here.device().name(),
                            node.op().label()));
        }
        boolean function = node.op() instanceof Op.Unary || node.op() instanceof Op.Binary binary && binary
                .function() == BinaryFunction.POW;
        if (function && here.report().wrong().contains(SelfTest.name(node.op().label(), dtype))) {
            throw new DeviceException(
                    "%s computes %s of %s inaccurately; use another backend, or check that its compiler is "
                            .formatted(here.device().name(), node.op().label(), dtype)
                            + "not told to be fast rather than right (tornado/README.md)");
        }
    }
}
