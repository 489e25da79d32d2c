/**
 * Dense kernels on raw arrays: products, triangular solves, transposes, vector sums and the thread split.
 *
 * <p>This is the bottom of the toolkit: it knows arrays, offsets and strides, and nothing of tensors or graphs. Each
 * kernel has a vector and a scalar form that compute the same bits; which one runs is decided once per process.
 */
@NullMarked
package cotangent.dsl.kernel;

import org.jspecify.annotations.NullMarked;
