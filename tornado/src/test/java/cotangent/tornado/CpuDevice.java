package cotangent.tornado;

import cotangent.dsl.DType;
import cotangent.dsl.kernel.Philox;
import cotangent.tornado.device.Action;
import cotangent.tornado.device.Device;
import cotangent.tornado.device.DeviceException;
import cotangent.tornado.device.DeviceKernel;
import cotangent.tornado.device.DevicePlan;
import cotangent.tornado.device.Dialect;
import cotangent.tornado.device.Status;
import java.lang.classfile.ClassFile;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoFunctions;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Runs generated kernels on the CPU over stand-ins of TornadoVM's types: work items one after the other, those of a group
 * that shares memory as threads that meet at its barriers.
 */
final class CpuDevice implements Device {
    /** A device that has fma and reinterprets bits, with small tiles and groups so that small tests have edges. */
    static final Dialect FULL = new Dialect(true, true, Set.of(), 4, 8);
    /** A device that does not reinterpret bits. */
    static final Dialect WITHOUT_BITS = new Dialect(true, false, Set.of(), 4, 8);

    private final Dialect dialect;
    private final boolean doubles;
    private final long memory;
    private final Map<DeviceKernel, Class<?>> tasks = new HashMap<>();
    /** Buffers filled since the device was made. */
    final List<Integer> puts = new ArrayList<>();
    /** Programs that have not been closed. */
    int open;
    /** Plans that it does not take. */
    Predicate<DevicePlan> refuses = plan -> false;
    /** What becomes of every floating-point number that is read back: a device with a fault. */
    DoubleUnaryOperator fault = DoubleUnaryOperator.identity();

    /** Defines generated classes; the class-file verifier checks them when they are initialised. */
    private static final class Loader extends ClassLoader {
        Loader() {
            super(CpuDevice.class.getClassLoader());
        }

        Class<?> define(String name, byte[] bytes) {
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    CpuDevice(Dialect dialect, boolean doubles, long memory) {
        this.dialect = dialect;
        this.doubles = doubles;
        this.memory = memory;
    }

    CpuDevice(Dialect dialect) {
        this(dialect, true, 1L << 30);
    }

    @Override
    public String name() {
        return "stand-in";
    }

    @Override
    public boolean hasDoubles() {
        return doubles;
    }

    @Override
    public long memory() {
        return memory;
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    @Override
    public Program load(DevicePlan plan) {
        if (refuses.test(plan)) {
            throw new DeviceException("refused");
        }
        open++;
        return new Loaded(plan);
    }

    private Class<?> task(DeviceKernel kernel) {
        return tasks.computeIfAbsent(kernel, key -> {
            requireTranslatable(kernel);
            Loader loader = new Loader();
            loader.define(DeviceKernel.KERNEL, kernel.kernelBytes());
            return loader.define(DeviceKernel.TASK, kernel.taskBytes());
        });
    }

    /** TornadoVM's OpenCL back end converts floating-point numbers to long by way of int, and cannot write a NaN or an infinity. */
    private static void requireTranslatable(DeviceKernel kernel) {
        for (var method : ClassFile.of().parse(kernel.kernelBytes()).methods()) {
            for (var element : method.code().orElseThrow()) {
                boolean wrong = switch (element) {
                    case ConvertInstruction convert -> convert.toType() == TypeKind.LONG && convert
                            .fromType() != TypeKind.INT;
                    case ConstantInstruction constant -> constant.constantValue() instanceof Double wide && !Double
                            .isFinite(wide)
                            || constant.constantValue() instanceof Float narrow && !Float.isFinite(narrow);
                    default -> false;
                };
                if (wrong) {
                    throw new AssertionError("TornadoVM translates this wrongly: " + element + " in " + kernel.label());
                }
            }
        }
    }

    private final class Loaded implements Program {
        private final DevicePlan plan;
        private final Object[] arrays;
        private final IntArray clock;
        /** What the clock shows, as the host knows it. */
        private final int[] steps;
        private final IntArray status = new IntArray(Status.SIZE);
        private final Map<Action.Launch, IntArray> geometries = new HashMap<>();

        Loaded(DevicePlan plan) {
            this.plan = plan;
            this.arrays = plan.buffers().stream().map(buffer -> allocate(buffer.dtype(), buffer.size())).toArray();
            this.clock = new IntArray(Math.max(1, plan.depth()));
            this.steps = new int[Math.max(1, plan.depth())];
        }

        private static Object allocate(DType dtype, int size) {
            return switch (dtype) {
                case F32 -> new FloatArray(size);
                case F64 -> new DoubleArray(size);
                case I32 -> new IntArray(size);
                case BOOL -> new ByteArray(size);
            };
        }

        @Override
        public void put(int buffer, Object array) {
            puts.add(buffer);
            switch (array) {
                case float[] x -> {
                    for (int i = 0; i < x.length; i++) {
                        ((FloatArray) arrays[buffer]).set(i, x[i]);
                    }
                }
                case double[] x -> {
                    for (int i = 0; i < x.length; i++) {
                        ((DoubleArray) arrays[buffer]).set(i, x[i]);
                    }
                }
                case int[] x -> {
                    for (int i = 0; i < x.length; i++) {
                        ((IntArray) arrays[buffer]).set(i, x[i]);
                    }
                }
                case boolean[] x -> {
                    for (int i = 0; i < x.length; i++) {
                        ((ByteArray) arrays[buffer]).set(i, (byte) (x[i] ? 1 : 0));
                    }
                }
                default -> throw new AssertionError(array);
            }
        }

        @Override
        public void get(int buffer, Object array) {
            switch (array) {
                case float[] x -> {
                    for (int i = 0; i < x.length; i++) {
                        x[i] = (float) fault.applyAsDouble(((FloatArray) arrays[buffer]).get(i));
                    }
                }
                case double[] x -> {
                    for (int i = 0; i < x.length; i++) {
                        x[i] = fault.applyAsDouble(((DoubleArray) arrays[buffer]).get(i));
                    }
                }
                case int[] x -> {
                    for (int i = 0; i < x.length; i++) {
                        x[i] = ((IntArray) arrays[buffer]).get(i);
                    }
                }
                case boolean[] x -> {
                    for (int i = 0; i < x.length; i++) {
                        x[i] = ((ByteArray) arrays[buffer]).get(i) != 0;
                    }
                }
                default -> throw new AssertionError(array);
            }
        }

        @Override
        public int[] run() {
            for (int i = 0; i < Status.SIZE; i++) {
                status.set(i, 0);
            }
            run(plan.actions());
            return new int[]{status.get(0), status.get(1), status.get(2)};
        }

        private void run(List<Action> actions) {
            for (Action action : actions) {
                switch (action) {
                    case Action.Launch launch -> launch(launch);
                    case Action.Repeat repeat -> {
                        for (int step = 0; step < repeat.length(); step++) {
                            steps[repeat.level()] = repeat.time(step);
                            run(repeat.actions());
                        }
                    }
                    case Action.Draw draw -> draw(draw);
                }
            }
        }

        private void launch(Action.Launch launch) {
            IntArray geometry = geometries.computeIfAbsent(launch, key -> {
                IntArray made = new IntArray(launch.geometry().length);
                for (int i = 0; i < launch.geometry().length; i++) {
                    made.set(i, launch.geometry()[i]);
                }
                return made;
            });
            if (launch.group() == 0) {
                KernelContext context = new KernelContext();
                TornadoFunctions.Task task = task(launch, context, geometry);
                // One item too many, as a padded grid has.
                for (int i = 0; i <= launch.items(); i++) {
                    context.globalIdx = i;
                    task.apply();
                }
                return;
            }
            for (int number = 0; number < launch.items() / launch.group(); number++) {
                group(launch, geometry, number);
            }
        }

        private void group(Action.Launch launch, IntArray geometry, int number) {
            KernelContext.Group shared = new KernelContext.Group(launch.group());
            List<Thread> threads = new ArrayList<>();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            for (int local = 0; local < launch.group(); local++) {
                KernelContext context = new KernelContext();
                context.enter(shared, number, local, launch.group());
                TornadoFunctions.Task task = task(launch, context, geometry);
                threads.add(Thread.ofVirtual()
                        .uncaughtExceptionHandler((thread, thrown) -> failure.set(thrown))
                        .start(task::apply));
            }
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (failure.get() != null) {
                throw new IllegalStateException(failure.get());
            }
        }

        private TornadoFunctions.Task task(Action.Launch launch, KernelContext context, IntArray geometry) {
            List<Object> arguments = new ArrayList<>(List.of(context, geometry, clock, status));
            launch.arrays().forEach(number -> arguments.add(arrays[number]));
            try {
                Constructor<?> constructor = CpuDevice.this.task(launch.kernel()).getConstructors()[0];
                return (TornadoFunctions.Task) constructor.newInstance(arguments.toArray());
            } catch (ReflectiveOperationException e) {
                throw new AssertionError("a generated class is wrong: " + launch.kernel().label(), e);
            }
        }

        private void draw(Action.Draw draw) {
            IntArray source = (IntArray) arrays[draw.keys().buffer()];
            int count = draw.op().type().size();
            for (int i = 0; i < draw.draws(); i++) {
                int[] key = new int[4];
                for (int word = 0; word < 4; word++) {
                    key[word] = source.get(draw.keys().at(steps) + 4 * i + word);
                }
                int to = draw.to().at(steps) + i * count;
                if (draw.op().type().dtype() == DType.F64) {
                    double[] numbers = new double[count];
                    Philox.fillFromKey(draw.op().distribution(), key, 0, numbers, 0, count);
                    for (int k = 0; k < count; k++) {
                        ((DoubleArray) arrays[draw.to().buffer()]).set(to + k, numbers[k]);
                    }
                } else {
                    float[] numbers = new float[count];
                    Philox.fillFromKey(draw.op().distribution(), key, 0, numbers, 0, count);
                    for (int k = 0; k < count; k++) {
                        ((FloatArray) arrays[draw.to().buffer()]).set(to + k, numbers[k]);
                    }
                }
            }
        }

        @Override
        public void close() {
            open--;
        }
    }
}
