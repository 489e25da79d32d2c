/** Networks of several families on the same images, and what their tangent kernels are like. */
@NullMarked
package cotangent.examples.families;

import org.jspecify.annotations.NullMarked;
