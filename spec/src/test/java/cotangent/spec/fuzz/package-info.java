/** Random graphs, run by every backend and compared within the oracle's bounds. */
@NullMarked
package cotangent.spec.fuzz;

import org.jspecify.annotations.NullMarked;
