package cotangent.tornado.device;

/**
 * A kernel as two class files, named {@link #KERNEL} and {@link #TASK}. The kernel class has one static method; the task
 * class is a TornadoVM task without arguments, whose constructor takes what the kernel takes (context, geometry, clock and
 * status first, then the arrays) and whose {@code apply}, its first method, consists of the one call.
 *
 * @param label       what it does, in a word
 * @param mayFail     whether it may report an error in the status
 * @param kernelBytes class file of the kernel
 * @param taskBytes   class file of its task
 */
public record DeviceKernel(String label, boolean mayFail, byte[] kernelBytes, byte[] taskBytes) {
    /**
     * Binary name of every kernel's class, so that each needs a class loader of its own: TornadoVM looks for annotations in
     * the class file that the system class loader finds under a kernel's name, and there the adapter has one without.
     */
    public static final String KERNEL = "cotangent.tornado.generated.Kernel";
    /** Binary name of every task's class. */
    public static final String TASK = "cotangent.tornado.generated.Task";
}
