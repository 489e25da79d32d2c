package cotangent.tornado;

import cotangent.dsl.CotangentException;

/** A program needs more memory than its device has left. */
public final class OutOfDeviceMemoryException extends CotangentException {
    private static final long serialVersionUID = 1L;

    private final long needed;
    private final long available;

    OutOfDeviceMemoryException(String device, long needed, long available, long total) {
        super(("the program needs %,d bytes on %s, and %,d of %,d are left; use fewer samples or smaller blocks of probes, "
                + "close programs that are done, or raise -Dtornado.device.memory").formatted(needed, device, available,
                        total));
        this.needed = needed;
        this.available = available;
    }

    /** Bytes the program needs. */
    public long needed() {
        return needed;
    }

    /** Bytes that are left. */
    public long available() {
        return available;
    }
}
