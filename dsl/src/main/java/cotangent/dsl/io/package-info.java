/** Tensors and parameters in files: .npy, .npz and .safetensors, read from any source without trust. */
@NullMarked
package cotangent.dsl.io;

import org.jspecify.annotations.NullMarked;
