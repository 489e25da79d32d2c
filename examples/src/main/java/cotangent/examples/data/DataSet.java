package cotangent.examples.data;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.Arrays;

/**
 * Samples with their labels.
 *
 * @param name what the data is called
 * @param inputs the samples, one per row, [N, d], F32 or F64
 * @param labels the classes, [N], I32
 */
public record DataSet(String name, Tensor inputs, Tensor labels) {
    /**
     * Checks the shapes.
     *
     * @throws ShapeException if they are not [N, d] and [N]
     */
    public DataSet {
        if (inputs.rank() != 2 || labels.rank() != 1 || inputs.shape().extent(0) != labels.shape().extent(0)) {
            throw new ShapeException("data set %s: expected inputs [N, d] and labels [N], got %s and %s".formatted(name,
                    inputs.shape(), labels.shape()));
        }
        if (!inputs.dtype().isFloating() || labels.dtype() != DType.I32) {
            throw new ShapeException("data set %s: expected inputs of f32 or f64 and labels of i32, got %s and %s"
                    .formatted(name, inputs.dtype(), labels.dtype()));
        }
    }

    /** Number of samples. */
    public int size() {
        return labels.shape().size();
    }

    /**
     * The first samples.
     *
     * @throws InvalidDataException if there are fewer, or none is asked for
     */
    public DataSet take(int count) {
        requireCount(count, size(), name);
        int width = inputs.shape().extent(1);
        Shape shape = Shape.of(count, width);
        Tensor head = inputs.dtype() == DType.F64
                ? Tensor.wrap(shape, Arrays.copyOf(inputs.toDoubles(), shape.size()))
                : Tensor.wrap(shape, Arrays.copyOf(inputs.toFloats(), shape.size()));
        return new DataSet(name, head, Tensor.wrap(Shape.of(count), Arrays.copyOf(labels.toInts(), count)));
    }

    static void requireCount(int count, int available, String name) {
        if (count < 1 || count > available) {
            throw new InvalidDataException("%s: expected 1 to %d samples, got %d".formatted(name, available, count));
        }
    }

    @Override
    public String toString() {
        return "%s: %d samples, inputs %s, labels %s".formatted(name, size(), inputs.type(), labels.type());
    }
}
