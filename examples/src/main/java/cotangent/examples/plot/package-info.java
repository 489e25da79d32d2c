/** Results to look at: tables of text, and plots as PNG files. */
@NullMarked
package cotangent.examples.plot;

import org.jspecify.annotations.NullMarked;
