package cotangent.dsl.simd;

import cotangent.dsl.Shape;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import java.util.List;

/**
 * A loop nest over the rows and columns of a matrix that runs on one rectangle of them at a time, on any thread. Its
 * points are [m, n] or [outer, inner, n], the rows being those of all axes but the last.
 *
 * <p>Where every operand is dense, whole rows are one long row for the kernel, so that narrow matrices do not end a
 * vector with each of their rows.
 */
final class RectangleLoop {
    private static final ThreadLocal<int[]> OFFSETS = ThreadLocal.withInitial(() -> new int[8]);

    private final LoopStage stage;
    private final int[] starts;
    private final int[] columnStrides;
    private final int[] rowStrides;
    private final int[] outerStrides;
    /** Rows of the inner of two axes. */
    private final int inner;
    private final int n;
    private final boolean flat;
    private final int instructions;

    RectangleLoop(Step.Loop step, int bits, Form form) {
        Shape shape = step.region().shape();
        List<View> views = LoopStage.views(step);
        LoopLayout axes = LoopLayout.everyAxis(shape, views);
        LoopLayout fewest = LoopLayout.of(shape, views);
        flat = fewest.rank() == 1;
        stage = new LoopStage(step, flat ? fewest : axes, bits, form);
        starts = stage.starts();
        columnStrides = axes.strides(0);
        rowStrides = axes.strides(1);
        outerStrides = axes.strides(2);
        inner = axes.extent(1);
        n = axes.extent(0);
        instructions = step.region().instructions().size();
    }

    /** Runs on a rectangle; one that is worth it, on all threads. */
    void run(Frame frame, int row, int rows, int column, int columns) {
        long work = (long) rows * columns * instructions;
        if (work < LoopStage.PARALLEL_WORK) {
            rows(frame, row, rows, column, columns);
            return;
        }
        int perTask = (int) Math.max(1, rows * (LoopStage.CHUNK_WORK / (double) work));
        LoopStage.together(Math.ceilDiv(rows, perTask), task -> {
            int from = task * perTask;
            rows(frame, row + from, Math.min(perTask, rows - from), column, columns);
        });
    }

    /** Rows of one position of the outer axis after the other. */
    private void rows(Frame frame, int row, int rows, int column, int columns) {
        int end = row + rows;
        for (int from = row; from < end;) {
            int outer = from / inner;
            int to = Math.min(end, (outer + 1) * inner);
            kernel(frame, outer, from - outer * inner, to - from, column, columns);
            from = to;
        }
    }

    private void kernel(Frame frame, int outer, int row, int rows, int column, int columns) {
        int[] offsets = offsets();
        for (int k = 0; k < starts.length; k++) {
            offsets[k] = starts[k] + outer * outerStrides[k] + row * rowStrides[k] + column * columnStrides[k];
        }
        if (flat && columns == n) {
            stage.run(frame, offsets, rowStrides, 1, rows * n);
        } else {
            stage.run(frame, offsets, rowStrides, rows, columns);
        }
    }

    private int[] offsets() {
        int[] offsets = OFFSETS.get();
        if (offsets.length < starts.length) {
            offsets = new int[starts.length];
            OFFSETS.set(offsets);
        }
        return offsets;
    }
}
