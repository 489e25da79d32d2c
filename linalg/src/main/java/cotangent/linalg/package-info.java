/** Entry points named as the field names them: decompositions, Krylov and randomized methods, and their estimates. */
@NullMarked
package cotangent.linalg;

import org.jspecify.annotations.NullMarked;
