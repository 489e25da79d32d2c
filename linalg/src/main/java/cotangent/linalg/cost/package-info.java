/** What computations cost on this machine: a model of it that is measured once and stored. */
@NullMarked
package cotangent.linalg.cost;

import org.jspecify.annotations.NullMarked;
