/** The seam between the language and the machine that runs it. */
@NullMarked
package cotangent.dsl.backend;

import org.jspecify.annotations.NullMarked;
