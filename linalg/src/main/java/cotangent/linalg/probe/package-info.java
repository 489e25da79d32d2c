/**
 * Random probes, what is measured on them, and the sums they estimate: samplers and integrands that estimators combine.
 */
@NullMarked
package cotangent.linalg.probe;

import org.jspecify.annotations.NullMarked;
