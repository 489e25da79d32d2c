/** Plots of results, as PNG files. */
@NullMarked
package cotangent.examples.plot;

import org.jspecify.annotations.NullMarked;
