/** Models made elsewhere: layers described the PyTorch way, with parameters from files. */
@NullMarked
package cotangent.examples.model;

import org.jspecify.annotations.NullMarked;
