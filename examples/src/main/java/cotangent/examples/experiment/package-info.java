/** What all experiments have in common: files, JSON, progress. */
@NullMarked
package cotangent.examples.experiment;

import org.jspecify.annotations.NullMarked;
