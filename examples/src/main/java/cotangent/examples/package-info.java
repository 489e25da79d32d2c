/** The command line and the experiments. */
@NullMarked
package cotangent.examples;

import org.jspecify.annotations.NullMarked;
