/** The commands of the command line. */
@NullMarked
package cotangent.examples.command;

import org.jspecify.annotations.NullMarked;
