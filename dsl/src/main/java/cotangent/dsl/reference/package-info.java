/** A plain scalar interpreter of the graph: the oracle of every test, and what runs where the Vector API is missing. */
@NullMarked
package cotangent.dsl.reference;

import org.jspecify.annotations.NullMarked;
