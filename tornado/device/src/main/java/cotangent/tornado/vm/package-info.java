/** Devices that TornadoVM drives. */
@NullMarked
package cotangent.tornado.vm;

import org.jspecify.annotations.NullMarked;
