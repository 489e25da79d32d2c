/** One page with what the experiments find. */
@NullMarked
package cotangent.examples.report;

import org.jspecify.annotations.NullMarked;
