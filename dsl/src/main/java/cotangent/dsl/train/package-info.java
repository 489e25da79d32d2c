/** Training: optimizers, the compiled training step, minibatches, checkpoints, output scaling. */
@NullMarked
package cotangent.dsl.train;

import org.jspecify.annotations.NullMarked;
