/** The transformations of graphs: forward mode, transposition, reverse mode, batching, linearization. */
@NullMarked
package cotangent.dsl.autodiff;

import org.jspecify.annotations.NullMarked;
