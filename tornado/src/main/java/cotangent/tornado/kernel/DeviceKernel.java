package cotangent.tornado.kernel;

/**
 * A kernel as two class files, named {@link Kernels#KERNEL} and {@link Kernels#TASK}. The kernel class has one static method;
 * the task class is a TornadoVM task without arguments, whose constructor takes what the kernel takes (context first) and
 * whose {@code apply}, its first method, consists of the one call.
 *
 * @param spec        what the kernel is
 * @param kernelBytes class file of the kernel
 * @param taskBytes   class file of its task
 */
public record DeviceKernel(KernelSpec spec, byte[] kernelBytes, byte[] taskBytes) {}
