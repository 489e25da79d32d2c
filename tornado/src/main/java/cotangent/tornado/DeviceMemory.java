package cotangent.tornado;

import cotangent.tornado.device.Device;

/** What the programs on a device have taken of its memory. */
final class DeviceMemory {
    private final Device device;
    private long used;

    DeviceMemory(Device device) {
        this.device = device;
    }

    /** Takes bytes, or says why not. */
    synchronized void take(long bytes) {
        long left = device.memory() - used;
        if (bytes > left) {
            throw new OutOfDeviceMemoryException(device.name(), bytes, left, device.memory());
        }
        used += bytes;
    }

    synchronized void giveBack(long bytes) {
        used -= bytes;
    }

    /** Bytes taken. */
    synchronized long used() {
        return used;
    }
}
