/** Data sets and models from files: MNIST shipped and at full size, IDX files, arrays and parameters of one's own. */
@NullMarked
package cotangent.examples.data;

import org.jspecify.annotations.NullMarked;
