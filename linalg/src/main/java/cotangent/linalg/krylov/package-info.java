/** What the Krylov methods are made of: recurrences, growing bases and their projections. */
@NullMarked
package cotangent.linalg.krylov;

import org.jspecify.annotations.NullMarked;
