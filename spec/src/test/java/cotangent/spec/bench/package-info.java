/**
 * Benchmarks: each case runs Cotangent and its peers in the same run, every side in a JVM or process of its own, and is
 * judged by the ratio of their times.
 */
@NullMarked
package cotangent.spec.bench;

import org.jspecify.annotations.NullMarked;
