/** Experiments on the theory of the neural tangent kernel: what it says of wide networks, and what trained ones do. */
@NullMarked
package cotangent.examples.theory;

import org.jspecify.annotations.NullMarked;
