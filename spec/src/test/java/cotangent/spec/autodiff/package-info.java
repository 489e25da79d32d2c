/** The laws of derivatives, on random functions, within the oracle's bounds. */
@NullMarked
package cotangent.spec.autodiff;

import org.jspecify.annotations.NullMarked;
