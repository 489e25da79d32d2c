/** What a device is to the backend, and what it is asked to do: the seam to TornadoVM's adapter. */
@NullMarked
package cotangent.tornado.device;

import org.jspecify.annotations.NullMarked;
