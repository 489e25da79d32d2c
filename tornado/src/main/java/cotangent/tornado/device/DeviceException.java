package cotangent.tornado.device;

import cotangent.dsl.CotangentException;

/** A device is missing, or cannot do what it is asked for. */
public final class DeviceException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** An exception with a message. */
    public DeviceException(String message) {
        super(message);
    }

    /** An exception with a message and what caused it. */
    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
