/** Kernel generation for TornadoVM; the thin adapter that calls its API is built by a profile of its own. */
@NullMarked
package cotangent.tornado;

import org.jspecify.annotations.NullMarked;
