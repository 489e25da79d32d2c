package cotangent.tornado.kernel;

/**
 * A kernel as two class files. The kernel class has one static method; the task class is a TornadoVM task without
 * arguments, whose constructor takes what the kernel takes (context first) and whose {@code apply}, its first method,
 * consists of the one call.
 *
 * @param spec        what the kernel is
 * @param kernelClass binary name of the kernel's class
 * @param kernelBytes its class file
 * @param taskClass   binary name of the task's class
 * @param taskBytes   its class file
 */
public record DeviceKernel(KernelSpec spec, String kernelClass, byte[] kernelBytes, String taskClass, byte[] taskBytes) {}
