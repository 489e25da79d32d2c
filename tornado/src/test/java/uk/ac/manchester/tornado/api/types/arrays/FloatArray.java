package uk.ac.manchester.tornado.api.types.arrays;

/** A stand-in for tests: the type of this name that generated kernels are written for, on a Java array. */
public final class FloatArray {
    private final float[] elements;

    public FloatArray(int size) {
        elements = new float[size];
    }

    public float get(int index) {
        return elements[index];
    }

    public void set(int index, float value) {
        elements[index] = value;
    }

    public int getSize() {
        return elements.length;
    }
}
