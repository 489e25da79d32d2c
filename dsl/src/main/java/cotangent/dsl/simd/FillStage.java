package cotangent.dsl.simd;

import cotangent.dsl.compile.View;
import java.util.Arrays;

/** Sets every element of a dense view to one number. */
final class FillStage implements Stage {
    private final View to;
    private final double value;

    FillStage(View to, double value) {
        this.to = to;
        this.value = value;
    }

    @Override
    public void run(Frame frame) {
        run(frame, 0);
    }

    /** The same so many elements further on. */
    void run(Frame frame, int distance) {
        int start = frame.start(to) + distance;
        int end = start + to.size();
        switch (frame.arrays()[to.buffer().slot()]) {
            case double[] array -> Arrays.fill(array, start, end, value);
            case float[] array -> Arrays.fill(array, start, end, (float) value);
            case int[] array -> Arrays.fill(array, start, end, (int) value);
            case boolean[] array -> Arrays.fill(array, start, end, value != 0);
            default -> throw new AssertionError(to);
        }
    }
}
