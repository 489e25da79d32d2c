/** Estimators of traces and Frobenius norms from products alone, each with its error. */
@NullMarked
package cotangent.linalg.trace;

import org.jspecify.annotations.NullMarked;
