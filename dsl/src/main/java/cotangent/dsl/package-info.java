/** What a user imports: expressions, functions and their derivatives, parameters, shapes and tensors. */
@NullMarked
package cotangent.dsl;

import org.jspecify.annotations.NullMarked;
