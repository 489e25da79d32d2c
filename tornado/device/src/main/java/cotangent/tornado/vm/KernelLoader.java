package cotangent.tornado.vm;

import cotangent.tornado.device.DeviceException;
import cotangent.tornado.device.DeviceKernel;
import java.lang.reflect.Constructor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task;

/**
 * Defines the two classes of one kernel; all kernels have the same names, so each has a loader of its own. The classes of the
 * most recently used kernels are kept: TornadoVM keeps what it has read of a method.
 */
final class KernelLoader extends ClassLoader {
    private static final int KEPT = 2_000;
    private static final Map<DeviceKernel, Constructor<?>> TASKS = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<DeviceKernel, Constructor<?>> eldest) {
            return size() > KEPT;
        }
    };

    private final DeviceKernel kernel;

    private KernelLoader(DeviceKernel kernel) {
        super(Task.class.getClassLoader());
        this.kernel = kernel;
    }

    /** These two come from here before any parent is asked. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        byte[] bytes = name.equals(DeviceKernel.KERNEL) ? kernel.kernelBytes()
                : name.equals(DeviceKernel.TASK) ? kernel.taskBytes()
                : null;
        if (bytes == null) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : defineClass(name, bytes, 0, bytes.length);
        }
    }

    /** A kernel's task with its arguments. */
    static Task task(DeviceKernel kernel, Object... arguments) {
        try {
            return (Task) constructor(kernel).newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new DeviceException("a generated kernel does not load: " + kernel.label(), e);
        }
    }

    private static synchronized Constructor<?> constructor(DeviceKernel kernel) throws ClassNotFoundException {
        @Nullable
        Constructor<?> known = TASKS.get(kernel);
        if (known == null) {
            known = new KernelLoader(kernel).loadClass(DeviceKernel.TASK).getConstructors()[0];
            TASKS.put(kernel, known);
        }
        return known;
    }
}
