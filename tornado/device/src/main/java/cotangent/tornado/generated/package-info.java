/** The package of generated kernels. */
@NullMarked
package cotangent.tornado.generated;

import org.jspecify.annotations.NullMarked;
