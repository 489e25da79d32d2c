/** Kernels as class files in TornadoVM's KernelContext form, written by name: nothing here links TornadoVM. */
@NullMarked
package cotangent.tornado.kernel;

import org.jspecify.annotations.NullMarked;
