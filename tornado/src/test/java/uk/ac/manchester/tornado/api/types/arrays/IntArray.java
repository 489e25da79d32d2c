package uk.ac.manchester.tornado.api.types.arrays;

/** A stand-in for tests: the type of this name that generated kernels are written for, on a Java array. */
public final class IntArray {
    private final int[] elements;

    public IntArray(int size) {
        elements = new int[size];
    }

    public int get(int index) {
        return elements[index];
    }

    public void set(int index, int value) {
        elements[index] = value;
    }

    public int getSize() {
        return elements.length;
    }
}
