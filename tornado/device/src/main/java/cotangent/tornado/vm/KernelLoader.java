package cotangent.tornado.vm;

import cotangent.tornado.device.DeviceException;
import cotangent.tornado.device.DeviceKernel;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task;

/** Defines the two classes of one kernel; all kernels have the same names, so each has a loader of its own. */
final class KernelLoader extends ClassLoader {
    private final DeviceKernel kernel;

    KernelLoader(DeviceKernel kernel) {
        super(Task.class.getClassLoader());
        this.kernel = kernel;
    }

    /** These two come from here before any parent is asked. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        byte[] bytes = name.equals(DeviceKernel.KERNEL) ? kernel.kernelBytes()
                : name.equals(DeviceKernel.TASK) ? kernel.taskBytes() : null;
        if (bytes == null) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : defineClass(name, bytes, 0, bytes.length);
        }
    }

    /** The kernel's task with its arguments. */
    Task task(Object... arguments) {
        try {
            return (Task) loadClass(DeviceKernel.TASK).getConstructors()[0].newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new DeviceException("a generated kernel does not load: " + kernel.label(), e);
        }
    }
}
