/**
 * The GPU backend: a plan of the language's compiler becomes launches of generated kernels ({@link
 * cotangent.tornado.device.DevicePlan}), which a {@link cotangent.tornado.device.Device} runs. The device that calls TornadoVM is a module
 * of its own; everything here builds and runs without it.
 */
@NullMarked
package cotangent.tornado;

import org.jspecify.annotations.NullMarked;
