/** Array kernels for Cotangent's own modules: products, triangular solves, transpositions, the thread split. */
@NullMarked
package cotangent.dsl.kernel;

import org.jspecify.annotations.NullMarked;
