/** The fast backend: loop nests as generated Vector API classes, products through the kernel package. */
@NullMarked
package cotangent.dsl.simd;

import org.jspecify.annotations.NullMarked;
