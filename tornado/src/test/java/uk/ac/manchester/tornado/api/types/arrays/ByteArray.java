package uk.ac.manchester.tornado.api.types.arrays;

/** A stand-in for tests: the type of this name that generated kernels are written for, on a Java array. */
public final class ByteArray {
    private final byte[] elements;

    public ByteArray(int size) {
        elements = new byte[size];
    }

    public byte get(int index) {
        return elements[index];
    }

    public void set(int index, byte value) {
        elements[index] = value;
    }

    public int getSize() {
        return elements.length;
    }
}
