/**
 * Dense factorizations on row-major {@code double[]} storage: the algorithms behind {@code cotangent.linalg}'s
 * entry points.
 *
 * <p>Every method trusts its arguments (finite entries, matching sizes); the entry points check. A factorization that
 * cannot finish says so in its return value and never leaves NaN behind in silence.
 */
@NullMarked
package cotangent.linalg.dense;

import org.jspecify.annotations.NullMarked;
