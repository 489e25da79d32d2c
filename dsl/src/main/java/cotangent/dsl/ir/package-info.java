/** The graph: primitives, nodes, and the shapes that fit them. */
@NullMarked
package cotangent.dsl.ir;

import org.jspecify.annotations.NullMarked;
