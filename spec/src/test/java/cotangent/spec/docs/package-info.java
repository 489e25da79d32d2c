/** What the documents say, done. */
@NullMarked
package cotangent.spec.docs;

import org.jspecify.annotations.NullMarked;
