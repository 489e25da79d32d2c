/**
 * The explicit tangent kernel from the factors of its gradients: Gram matrices of layer inputs and output cotangents, with
 * no Jacobian; and from rows of the Jacobian, where a model has no such factors.
 */
@NullMarked
package cotangent.linalg.tangent;

import org.jspecify.annotations.NullMarked;
