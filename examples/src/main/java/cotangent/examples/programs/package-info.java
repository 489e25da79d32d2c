/** The example programs. */
@NullMarked
package cotangent.examples.programs;

import org.jspecify.annotations.NullMarked;
