/** What the randomized decompositions are made of: sketches and the factors made from them. */
@NullMarked
package cotangent.linalg.randomized;

import org.jspecify.annotations.NullMarked;
