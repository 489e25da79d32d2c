/** What must hold of operators, estimators and their error bars, over many draws. */
@NullMarked
package cotangent.spec.linalg;

import org.jspecify.annotations.NullMarked;
