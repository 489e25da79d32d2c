package cotangent.dsl;

import cotangent.dsl.ir.Op;
import cotangent.dsl.kernel.Storage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A dense array of numbers or truth values with a shape: row-major, of any rank, immutable.
 *
 * <p>It has the fluent operations of {@link Array}, computed at once. {@code of} copies the array it is given,
 * {@code wrap} does not, and its caller must not write to the array afterwards. A reshape shares the elements, every
 * other operation copies.
 */
public final class Tensor implements Array<Tensor>, Tree {
    static {
        Storage.grant(tensor -> tensor.data);
    }

    private final TensorType type;
    private final Object data;

    private Tensor(TensorType type, Object data) {
        this.type = type;
        this.data = data;
    }

    private static Tensor checked(TensorType type, Object data, int length) {
        if (length != type.size()) {
            throw new ShapeException("tensor: shape %s needs %d elements, got %d".formatted(type.shape(), type.size(),
                    length));
        }
        return new Tensor(type, data);
    }

    /** An F64 tensor over the array itself, which must not be written to afterwards. */
    public static Tensor wrap(Shape shape, double[] elements) {
        return checked(new TensorType(DType.F64, shape), elements, elements.length);
    }

    /** An F32 tensor over the array itself, which must not be written to afterwards. */
    public static Tensor wrap(Shape shape, float[] elements) {
        return checked(new TensorType(DType.F32, shape), elements, elements.length);
    }

    /** An I32 tensor over the array itself, which must not be written to afterwards. */
    public static Tensor wrap(Shape shape, int[] elements) {
        return checked(new TensorType(DType.I32, shape), elements, elements.length);
    }

    /** A BOOL tensor over the array itself, which must not be written to afterwards. */
    public static Tensor wrap(Shape shape, boolean[] elements) {
        return checked(new TensorType(DType.BOOL, shape), elements, elements.length);
    }

    /** An F64 tensor with a copy of the elements, in row-major order. */
    public static Tensor of(Shape shape, double... elements) {
        return wrap(shape, elements.clone());
    }

    /** An F32 tensor with a copy of the elements, in row-major order. */
    public static Tensor of(Shape shape, float... elements) {
        return wrap(shape, elements.clone());
    }

    /** An I32 tensor with a copy of the elements, in row-major order. */
    public static Tensor of(Shape shape, int... elements) {
        return wrap(shape, elements.clone());
    }

    /** A BOOL tensor with a copy of the elements, in row-major order. */
    public static Tensor of(Shape shape, boolean... elements) {
        return wrap(shape, elements.clone());
    }

    /** An F64 vector. */
    public static Tensor of(double... elements) {
        return of(Shape.of(elements.length), elements);
    }

    /** An F32 vector. */
    public static Tensor of(float... elements) {
        return of(Shape.of(elements.length), elements);
    }

    /** An I32 vector. */
    public static Tensor of(int... elements) {
        return of(Shape.of(elements.length), elements);
    }

    /** A BOOL vector. */
    public static Tensor of(boolean... elements) {
        return of(Shape.of(elements.length), elements);
    }

    /**
     * An F64 matrix from its rows.
     *
     * @throws ShapeException if rows differ in length
     */
    public static Tensor of(double[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        double[] elements = new double[Shape.of(rows.length, columns).size()];
        for (int i = 0; i < rows.length; i++) {
            requireColumns(i, columns, rows[i].length);
            System.arraycopy(rows[i], 0, elements, i * columns, columns);
        }
        return wrap(Shape.of(rows.length, columns), elements);
    }

    /**
     * An F32 matrix from its rows.
     *
     * @throws ShapeException if rows differ in length
     */
    public static Tensor of(float[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        float[] elements = new float[Shape.of(rows.length, columns).size()];
        for (int i = 0; i < rows.length; i++) {
            requireColumns(i, columns, rows[i].length);
            System.arraycopy(rows[i], 0, elements, i * columns, columns);
        }
        return wrap(Shape.of(rows.length, columns), elements);
    }

    private static void requireColumns(int row, int expected, int actual) {
        if (actual != expected) {
            throw new ShapeException("tensor: row %d has %d columns, row 0 has %d".formatted(row, actual, expected));
        }
    }

    /** A scalar; a number given for BOOL is true if it is not zero, for I32 it is rounded towards zero. */
    public static Tensor scalar(double value, DType dtype) {
        return full(Shape.SCALAR, value, dtype);
    }

    /** An F64 scalar. */
    public static Tensor scalar(double value) {
        return scalar(value, DType.F64);
    }

    /** A tensor with every element the same. */
    public static Tensor full(Shape shape, double value, DType dtype) {
        Object data = allocate(dtype, shape.size());
        switch (data) {
            case double[] array -> Arrays.fill(array, value);
            case float[] array -> Arrays.fill(array, (float) value);
            case int[] array -> Arrays.fill(array, (int) value);
            case boolean[] array -> Arrays.fill(array, value != 0);
            default -> throw new AssertionError(dtype);
        }
        return new Tensor(new TensorType(dtype, shape), data);
    }

    /** A tensor of zeros. */
    public static Tensor zeros(DType dtype, int... extents) {
        Shape shape = Shape.of(extents);
        return new Tensor(new TensorType(dtype, shape), allocate(dtype, shape.size()));
    }

    /** A tensor of ones. */
    public static Tensor ones(DType dtype, int... extents) {
        return full(Shape.of(extents), 1, dtype);
    }

    /** The identity matrix. */
    public static Tensor eye(int n, DType dtype) {
        double[] elements = new double[Shape.of(n, n).size()];
        for (int i = 0; i < n; i++) {
            elements[i * n + i] = 1;
        }
        return wrap(Shape.of(n, n), elements).cast(dtype);
    }

    /** {@code 0, 1, ..., count - 1}, F64. */
    public static Tensor arange(int count) {
        return wrap(Shape.of(count), IntStream.range(0, count).asDoubleStream().toArray());
    }

    /** {@code count} evenly spaced F64 numbers from {@code start} to {@code end}, both included. */
    public static Tensor linspace(double start, double end, int count) {
        double[] elements = new double[count];
        for (int i = 0; i < count; i++) {
            double t = count == 1 ? 0 : (double) i / (count - 1);
            elements[i] = start * (1 - t) + end * t;
        }
        return wrap(Shape.of(count), elements);
    }

    private static Object allocate(DType dtype, int size) {
        return switch (dtype) {
            case F32 -> new float[size];
            case F64 -> new double[size];
            case I32 -> new int[size];
            case BOOL -> new boolean[size];
        };
    }

    /** The parts one after the other along an axis. */
    public static Tensor concat(int axis, Tensor... parts) {
        return Joining.concat(axis, Arrays.asList(parts));
    }

    /** The parts, of one shape, side by side along a new axis at position {@code axis} of the result. */
    public static Tensor stack(int axis, Tensor... parts) {
        return Joining.stack(axis, Arrays.asList(parts));
    }

    @Override
    public TensorType type() {
        return type;
    }

    @Override
    public Tensor self() {
        return this;
    }

    @Override
    public Tensor constant(Tensor tensor) {
        return tensor;
    }

    @Override
    public Tensor operation(Op op, List<Tensor> inputs) {
        if (op instanceof Op.Reshape reshape && reshape.shape().size() == inputs.getFirst().type.size()) {
            Tensor input = inputs.getFirst();
            return new Tensor(input.type.with(reshape.shape()), input.data);
        }
        return Eager.run(op, inputs);
    }

    /** The element at a position, as a double; BOOL gives 0 or 1. */
    public double get(int... position) {
        if (position.length != rank()) {
            throw new ShapeException("get: expected %d indices for shape %s, got %d".formatted(rank(), shape(),
                    position.length));
        }
        int offset = 0;
        for (int axis = 0; axis < position.length; axis++) {
            int index = position[axis];
            int extent = shape().extent(axis);
            if (index < 0 || index >= extent) {
                throw new ShapeException("get: index %d is out of range for axis %d of shape %s".formatted(index, axis,
                        shape()));
            }
            offset = offset * extent + index;
        }
        return elementAt(offset);
    }

    /** The only element of a tensor of size 1, as a double. */
    public double item() {
        if (shape().size() != 1) {
            throw new ShapeException("item: expected one element, got shape " + shape());
        }
        return elementAt(0);
    }

    /** The element at a row-major offset, as a double. */
    double elementAt(int offset) {
        return switch (data) {
            case double[] array -> array[offset];
            case float[] array -> array[offset];
            case int[] array -> array[offset];
            case boolean[] array -> array[offset] ? 1 : 0;
            default -> throw new AssertionError(type);
        };
    }

    /** The elements, row-major, in a fresh array of doubles; BOOL gives 0 and 1. */
    public double[] toDoubles() {
        if (data instanceof double[] array) {
            return array.clone();
        }
        double[] result = new double[type.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = elementAt(i);
        }
        return result;
    }

    /**
     * The elements, row-major, in a fresh array of floats.
     *
     * @throws ShapeException if the dtype is not F32; convert with cast
     */
    public float[] toFloats() {
        requireDType(DType.F32);
        return ((float[]) data).clone();
    }

    /**
     * The elements, row-major, in a fresh array of ints.
     *
     * @throws ShapeException if the dtype is not I32; convert with cast
     */
    public int[] toInts() {
        requireDType(DType.I32);
        return ((int[]) data).clone();
    }

    /**
     * The elements, row-major, in a fresh array of truth values.
     *
     * @throws ShapeException if the dtype is not BOOL; convert with cast
     */
    public boolean[] toBooleans() {
        requireDType(DType.BOOL);
        return ((boolean[]) data).clone();
    }

    private void requireDType(DType expected) {
        if (dtype() != expected) {
            throw new ShapeException("expected " + expected + ", got " + type + "; convert with cast");
        }
    }

    @Override
    public Structure structure() {
        return new Structure.Leaf(type);
    }

    @Override
    public List<Tensor> leaves() {
        return List.of(this);
    }

    /** Whether the other object is a tensor of the same type with the same elements; NaN equals NaN, 0 is not -0. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that && type.equals(that.type) && switch (data) {
            case double[] array -> Arrays.equals(array, (double[]) that.data);
            case float[] array -> Arrays.equals(array, (float[]) that.data);
            case int[] array -> Arrays.equals(array, (int[]) that.data);
            case boolean[] array -> Arrays.equals(array, (boolean[]) that.data);
            default -> throw new AssertionError(type);
        };
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + switch (data) {
            case double[] array -> Arrays.hashCode(array);
            case float[] array -> Arrays.hashCode(array);
            case int[] array -> Arrays.hashCode(array);
            case boolean[] array -> Arrays.hashCode(array);
            default -> throw new AssertionError(type);
        };
    }

    /** The elements as NumPy prints them, long axes shortened to head and tail, in under 1,000 characters. */
    @Override
    public String toString() {
        return TensorFormat.format(this);
    }
}
