package cotangent.dsl;

/**
 * What is known of a tensor before it has values: element type and shape.
 *
 * @param dtype element type
 * @param shape extents of its axes
 */
public record TensorType(DType dtype, Shape shape) {
    /** A type from its parts. */
    public static TensorType of(DType dtype, int... extents) {
        return new TensorType(dtype, Shape.of(extents));
    }

    /** The same shape with another element type. */
    public TensorType with(DType other) {
        return new TensorType(other, shape);
    }

    /** The same element type with another shape. */
    public TensorType with(Shape other) {
        return new TensorType(dtype, other);
    }

    /** Number of axes. */
    public int rank() {
        return shape.rank();
    }

    /** Number of elements. */
    public int size() {
        return shape.size();
    }

    @Override
    public String toString() {
        return dtype.toString() + shape;
    }
}
