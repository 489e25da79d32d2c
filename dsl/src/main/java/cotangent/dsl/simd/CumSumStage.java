package cotangent.dsl.simd;

import cotangent.dsl.Shape;
import cotangent.dsl.compile.View;
import cotangent.dsl.ir.Op;

/** Running sums along an axis, forwards or backwards, of dense elements. */
final class CumSumStage implements Stage {
    private final View from;
    private final View to;
    private final int outer;
    private final int extent;
    private final int inner;
    private final boolean reverse;

    CumSumStage(Op.CumSum op, View from, View to) {
        Shape shape = from.shape();
        this.from = from;
        this.to = to;
        this.outer = Primitives.product(shape, 0, op.axis());
        this.extent = shape.extent(op.axis());
        this.inner = Primitives.product(shape, op.axis() + 1, shape.rank());
        this.reverse = op.reverse();
    }

    @Override
    public void run(Frame frame) {
        Object source = frame.arrays()[from.buffer().slot()];
        Object target = frame.arrays()[to.buffer().slot()];
        System.arraycopy(source, frame.start(from), target, frame.start(to), from.size());
        int size = extent * inner;
        for (int o = 0; o < outer; o++) {
            int first = frame.start(to) + o * size + (reverse ? size - inner : 0);
            for (int i = 1; i < extent; i++) {
                int row = first + (reverse ? -i : i) * inner;
                int before = row + (reverse ? inner : -inner);
                switch (target) {
                    case double[] array -> add(array, row, before);
                    case float[] array -> add(array, row, before);
                    case int[] array -> add(array, row, before);
                    default -> throw new AssertionError(target);
                }
            }
        }
    }

    private void add(double[] array, int row, int before) {
        for (int j = 0; j < inner; j++) {
            array[row + j] += array[before + j];
        }
    }

    private void add(float[] array, int row, int before) {
        for (int j = 0; j < inner; j++) {
            array[row + j] += array[before + j];
        }
    }

    private void add(int[] array, int row, int before) {
        for (int j = 0; j < inner; j++) {
            array[row + j] += array[before + j];
        }
    }
}
