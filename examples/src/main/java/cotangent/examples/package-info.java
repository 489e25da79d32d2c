/** The command line and the example programs. */
@NullMarked
package cotangent.examples;

import org.jspecify.annotations.NullMarked;
