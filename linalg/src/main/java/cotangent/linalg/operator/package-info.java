/** Matrices known by their products alone: linear operators, their algebra, and the derivatives that are operators. */
@NullMarked
package cotangent.linalg.operator;

import org.jspecify.annotations.NullMarked;
