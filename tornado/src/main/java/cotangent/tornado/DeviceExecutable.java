package cotangent.tornado;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.compile.Buffer;
import cotangent.dsl.compile.Plan;
import cotangent.dsl.compile.View;
import cotangent.dsl.kernel.Storage;
import cotangent.tornado.device.Device;
import cotangent.tornado.device.DeviceBuffer;
import cotangent.tornado.device.DeviceException;
import cotangent.tornado.device.DevicePlan;
import cotangent.tornado.device.Dialect;
import cotangent.tornado.device.Status;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A graph on a device. Calls from several threads take turns. Inputs stay on the device: one whose elements are those of
 * the call before is not moved again, so that parameters and tape are moved once and probes with every product (the host
 * keeps a copy of each input to compare with). Device memory is freed by {@link #close}, or when the executable is no
 * longer reachable.
 */
public final class DeviceExecutable implements Executable, AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Plan plan;
    private final DevicePlan devicePlan;
    private final Device.Program program;
    private final Cleaner.Cleanable release;
    private final ReentrantLock turn = new ReentrantLock();
    /** What the buffer of each input holds. */
    private final @Nullable Object[] resident;
    private boolean closed;

    /** What is done once, whoever asks first. */
    private record Release(Device.Program program, DeviceMemory memory, long bytes) implements Runnable {
        @Override
        public void run() {
            program.close();
            memory.giveBack(bytes);
        }
    }

    private DeviceExecutable(Plan plan, DevicePlan devicePlan, Device.Program program, DeviceMemory memory) {
        this.plan = plan;
        this.devicePlan = devicePlan;
        this.program = program;
        this.resident = new Object[plan.inputs().size()];
        this.release = CLEANER.register(this, new Release(program, memory, devicePlan.bytes()));
    }

    /**
     * Loads a plan on a device.
     *
     * @throws OutOfDeviceMemoryException if the device's programs have taken too much of its memory already
     */
    static DeviceExecutable load(Plan plan, Device device, Dialect dialect, DeviceMemory memory) {
        DevicePlan devicePlan = DevicePlanner.plan(plan, dialect);
        memory.take(devicePlan.bytes());
        DeviceExecutable executable;
        try {
            executable = new DeviceExecutable(plan, devicePlan, device.load(devicePlan), memory);
        } catch (RuntimeException | Error failed) {
            memory.giveBack(devicePlan.bytes());
            throw failed;
        }
        for (DeviceBuffer buffer : devicePlan.buffers()) {
            if (buffer.constant() != null) {
                executable.program.put(buffer.number(), Storage.array(buffer.constant()));
            }
        }
        return executable;
    }

    /** What the device holds and does. */
    public DevicePlan plan() {
        return devicePlan;
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs) {
        requireTypes(inputs);
        turn.lock();
        try {
            if (closed) {
                throw new DeviceException("run: this executable has been closed; compile the graph again");
            }
            for (int i = 0; i < inputs.size(); i++) {
                put(i, Storage.array(inputs.get(i)));
            }
            requireSuccess(program.run());
            return results(inputs);
        } finally {
            turn.unlock();
        }
    }

    private void requireTypes(List<Tensor> inputs) {
        List<TensorType> types = plan.inputTypes();
        if (inputs.size() != types.size()) {
            throw new ShapeException("run: expected %d inputs, got %d".formatted(types.size(), inputs.size()));
        }
        for (int i = 0; i < types.size(); i++) {
            if (!types.get(i).equals(inputs.get(i).type())) {
                throw new ShapeException(
                        "run: input %d is %s, expected %s".formatted(i, inputs.get(i).type(), types.get(
                                i)));
            }
        }
    }

    private void put(int input, Object array) {
        Object held = resident[input];
        if (held != null && isSame(held, array)) {
            return;
        }
        resident[input] = null;
        program.put(plan.inputs().get(input).slot(), array);
        resident[input] = copy(array);
    }

    private static boolean isSame(Object a, Object b) {
        return switch (a) {
            case double[] x -> Arrays.equals(x, (double[]) b);
            case float[] x -> Arrays.equals(x, (float[]) b);
            case int[] x -> Arrays.equals(x, (int[]) b);
            case boolean[] x -> Arrays.equals(x, (boolean[]) b);
            default -> throw new AssertionError(a.getClass());
        };
    }

    private static Object copy(Object array) {
        return switch (array) {
            case double[] x -> x.clone();
            case float[] x -> x.clone();
            case int[] x -> x.clone();
            case boolean[] x -> x.clone();
            default -> throw new AssertionError(array.getClass());
        };
    }

    private static void requireSuccess(int[] status) {
        switch (status[0]) {
            case Status.OK -> {
            }
            case Status.DIVISION_BY_ZERO -> throw new InvalidDataException(
                    "dividedBy: integer division of %d by zero".formatted(status[1]));
            case Status.INDEX_OUT_OF_RANGE -> throw new InvalidDataException(
                    "gather or scatterAdd: index %d is out of range for an axis of extent %d".formatted(status[1],
                            status[2]));
            default -> throw new AssertionError(Arrays.toString(status));
        }
    }

    private List<Tensor> results(List<Tensor> inputs) {
        List<Tensor> tensors = new ArrayList<>();
        for (View result : plan.results()) {
            Buffer buffer = result.buffer();
            Object array = switch (buffer.kind()) {
                case INPUT -> Storage.array(inputs.get(plan.inputs().indexOf(buffer)));
                case CONSTANT -> Storage.array(buffer.value());
                case OUTPUT, WORKSPACE -> {
                    Object made = allocate(buffer.dtype(), buffer.size());
                    program.get(buffer.slot(), made);
                    yield made;
                }
            };
            tensors.add(wrap(result.shape(), array));
        }
        return tensors;
    }

    private static Object allocate(DType dtype, int size) {
        return switch (dtype) {
            case F32 -> new float[size];
            case F64 -> new double[size];
            case I32 -> new int[size];
            case BOOL -> new boolean[size];
        };
    }

    private static Tensor wrap(Shape shape, Object array) {
        return switch (array) {
            case double[] elements -> Tensor.wrap(shape, elements);
            case float[] elements -> Tensor.wrap(shape, elements);
            case int[] elements -> Tensor.wrap(shape, elements);
            case boolean[] elements -> Tensor.wrap(shape, elements);
            default -> throw new AssertionError(array.getClass());
        };
    }

    @Override
    public void close() {
        turn.lock();
        try {
            closed = true;
            Arrays.fill(resident, null);
            release.clean();
        } finally {
            turn.unlock();
        }
    }

    @Override
    public String explain() {
        return PlanText.of(devicePlan);
    }
}
