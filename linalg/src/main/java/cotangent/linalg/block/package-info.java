/** What estimators and randomized decompositions do with blocks of vectors [n, k]: inner products and subspaces. */
@NullMarked
package cotangent.linalg.block;

import org.jspecify.annotations.NullMarked;
