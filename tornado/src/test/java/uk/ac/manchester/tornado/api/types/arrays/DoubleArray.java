package uk.ac.manchester.tornado.api.types.arrays;

/** A stand-in for tests: the type of this name that generated kernels are written for, on a Java array. */
public final class DoubleArray {
    private final double[] elements;

    public DoubleArray(int size) {
        elements = new double[size];
    }

    public double get(int index) {
        return elements[index];
    }

    public void set(int index, double value) {
        elements[index] = value;
    }

    public int getSize() {
        return elements.length;
    }
}
