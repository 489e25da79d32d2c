package cotangent.examples.data;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;

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
        return take(0, count);
    }

    /**
     * Some samples after others.
     *
     * @param skipped how many come before them
     * @throws InvalidDataException if there are fewer, or none is asked for
     */
    public DataSet take(int skipped, int count) {
        requireCount(skipped + count, size(), name);
        requireCount(count, size() - skipped, name);
        Tensor rows = inputs.slice(0, skipped, skipped + count);
        return new DataSet(name, rows, labels.slice(0, skipped, skipped + count));
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
