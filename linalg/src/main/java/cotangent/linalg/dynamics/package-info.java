/** How a model learns: training dynamics under a fixed kernel, Taylor models, and the curvature of losses. */
@NullMarked
package cotangent.linalg.dynamics;

import org.jspecify.annotations.NullMarked;
