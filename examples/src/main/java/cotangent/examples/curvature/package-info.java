/** Experiments on curvature: products with Hessians, their eigenvalues, and what each answer costs. */
@NullMarked
package cotangent.examples.curvature;

import org.jspecify.annotations.NullMarked;
