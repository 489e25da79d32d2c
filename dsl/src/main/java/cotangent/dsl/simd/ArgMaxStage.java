package cotangent.dsl.simd;

import cotangent.dsl.Shape;
import cotangent.dsl.compile.View;

/** Index of the first largest element along an axis of dense elements; a NaN counts as largest. */
final class ArgMaxStage implements Stage {
    private final View from;
    private final View to;
    private final int outer;
    private final int extent;
    private final int inner;

    ArgMaxStage(int axis, View from, View to) {
        Shape shape = from.shape();
        this.from = from;
        this.to = to;
        this.outer = Primitives.product(shape, 0, axis);
        this.extent = shape.extent(axis);
        this.inner = Primitives.product(shape, axis + 1, shape.rank());
    }

    @Override
    public void run(Frame frame) {
        Object source = frame.arrays()[from.buffer().slot()];
        int[] result = frame.ints(to.buffer().slot());
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int first = frame.start(from) + o * extent * inner + i;
                result[frame.start(to) + o * inner + i] = switch (source) {
                    case double[] array -> largest(array, first);
                    case float[] array -> largest(array, first);
                    case int[] array -> largest(array, first);
                    default -> throw new AssertionError(source);
                };
            }
        }
    }

    /** Two zeros are equal here, whatever their signs, and no number exceeds NaN. */
    private int largest(double[] array, int first) {
        int best = 0;
        double largest = array[first];
        for (int i = 1; i < extent && !Double.isNaN(largest); i++) {
            double value = array[first + i * inner];
            if (value > largest || Double.isNaN(value)) {
                best = i;
                largest = value;
            }
        }
        return best;
    }

    private int largest(float[] array, int first) {
        int best = 0;
        float largest = array[first];
        for (int i = 1; i < extent && !Float.isNaN(largest); i++) {
            float value = array[first + i * inner];
            if (value > largest || Float.isNaN(value)) {
                best = i;
                largest = value;
            }
        }
        return best;
    }

    private int largest(int[] array, int first) {
        int best = 0;
        for (int i = 1; i < extent; i++) {
            if (array[first + i * inner] > array[first + best * inner]) {
                best = i;
            }
        }
        return best;
    }
}
