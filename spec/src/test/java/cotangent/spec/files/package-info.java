/** No file, however it was damaged or forged, does more than be refused. */
@NullMarked
package cotangent.spec.files;

import org.jspecify.annotations.NullMarked;
