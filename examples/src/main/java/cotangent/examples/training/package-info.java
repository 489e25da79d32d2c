/** Experiments on training: what the tangent kernel does while a network learns. */
@NullMarked
package cotangent.examples.training;

import org.jspecify.annotations.NullMarked;
