/** From a graph to a plan: simplification, fusion, liveness. Knows no hardware. */
@NullMarked
package cotangent.dsl.compile;

import org.jspecify.annotations.NullMarked;
