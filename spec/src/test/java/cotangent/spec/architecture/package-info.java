/** The map of the modules and the house style, as tests. */
@NullMarked
package cotangent.spec.architecture;

import org.jspecify.annotations.NullMarked;
