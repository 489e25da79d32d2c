package cotangent.linalg.infinite;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import org.jspecify.annotations.Nullable;

/** A kernel's values as they come, in the dtype asked for; or nowhere, where nobody asked. */
final class Entries {
    private final Shape shape;
    private final int columns;
    private final double @Nullable [] wide;
    private final float @Nullable [] narrow;

    Entries(Shape shape, boolean single, boolean wanted) {
        this.shape = wanted ? shape : Shape.of(0, 0);
        this.columns = shape.extent(-1);
        this.wide = single ? null : new double[this.shape.size()];
        this.narrow = single ? new float[this.shape.size()] : null;
    }

    /**
     * Values of adjacent columns of a row.
     *
     * @param mirrored whether they are those of the column, too
     */
    void put(int row, int column, double[] values, int count, boolean mirrored) {
        if (shape.size() == 0) {
            return;
        }
        int at = row * columns + column;
        if (wide != null) {
            System.arraycopy(values, 0, wide, at, count);
            for (int i = 0; mirrored && i < count; i++) {
                wide[(column + i) * columns + row] = values[i];
            }
        } else if (narrow != null) {
            for (int i = 0; i < count; i++) {
                narrow[at + i] = (float) values[i];
            }
            for (int i = 0; mirrored && i < count; i++) {
                narrow[(column + i) * columns + row] = (float) values[i];
            }
        }
    }

    Tensor tensor() {
        if (wide != null) {
            return Tensor.wrap(shape, wide);
        }
        if (narrow != null) {
            return Tensor.wrap(shape, narrow);
        }
        throw new AssertionError(shape);
    }
}
