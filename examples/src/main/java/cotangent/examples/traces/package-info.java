/** Experiments on trace estimation for tangent kernels: error against products and time, and when which estimator wins. */
@NullMarked
package cotangent.examples.traces;

import org.jspecify.annotations.NullMarked;
