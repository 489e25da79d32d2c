/** The empirical neural tangent kernel of a model as an operator, and its statistics. */
@NullMarked
package cotangent.linalg.ntk;

import org.jspecify.annotations.NullMarked;
