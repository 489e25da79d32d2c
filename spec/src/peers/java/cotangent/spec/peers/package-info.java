/** The libraries that benchmarks compare with; compiled by the profile {@code bench} alone. */
@NullMarked
package cotangent.spec.peers;

import org.jspecify.annotations.NullMarked;
