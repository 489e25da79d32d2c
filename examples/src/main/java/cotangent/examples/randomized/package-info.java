/** Experiments on randomized methods: sketches, Krylov spaces, and products in the place of matrices. */
@NullMarked
package cotangent.examples.randomized;

import org.jspecify.annotations.NullMarked;
