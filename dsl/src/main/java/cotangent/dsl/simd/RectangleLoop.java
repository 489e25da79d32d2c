package cotangent.dsl.simd;

import cotangent.dsl.Shape;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import java.util.List;

/**
 * A loop nest over the rows and columns of a matrix that runs on one rectangle of them at a time, on any thread. Its
 * points have four axes, two for the rows and two for the columns.
 *
 * <p>Where every operand is dense, whole rows are one long row for the kernel, so that narrow matrices do not end a
 * vector with each of their rows.
 */
final class RectangleLoop {
    private static final ThreadLocal<int[]> OFFSETS = ThreadLocal.withInitial(() -> new int[8]);

    private final LoopStage stage;
    private final int[] starts;
    private final int[] columnStrides;
    private final int[] outerColumnStrides;
    private final int[] rowStrides;
    private final int[] outerRowStrides;
    /** Rows of the inner of their two axes. */
    private final int innerRows;
    /** Columns of the inner of their two axes. */
    private final int innerColumns;
    private final int n;
    /** Whether all operands lie in the order of the points. */
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
        outerColumnStrides = axes.strides(1);
        rowStrides = axes.strides(2);
        outerRowStrides = axes.strides(3);
        innerColumns = axes.extent(0);
        innerRows = axes.extent(2);
        n = innerColumns * axes.extent(1);
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

    /** The parts of a rectangle along which every operand has one stride. */
    private void rows(Frame frame, int row, int rows, int column, int columns) {
        if (flat && columns == n) {
            stage.run(frame, offsets(0, row, 0, 0), rowStrides, 1, rows * n);
            return;
        }
        int end = row + rows;
        for (int from = row; from < end;) {
            int outer = from / innerRows;
            int to = Math.min(end, (outer + 1) * innerRows);
            columns(frame, outer, from - outer * innerRows, to - from, column, column + columns);
            from = to;
        }
    }

    private void columns(Frame frame, int outerRow, int row, int rows, int column, int end) {
        for (int from = column; from < end;) {
            int outer = from / innerColumns;
            int to = Math.min(end, (outer + 1) * innerColumns);
            int[] offsets = offsets(outerRow, row, outer, from - outer * innerColumns);
            stage.run(frame, offsets, rowStrides, rows, to - from);
            from = to;
        }
    }

    /** Where every operand begins. */
    private int[] offsets(int outerRow, int row, int outerColumn, int column) {
        int[] offsets = scratch();
        for (int k = 0; k < starts.length; k++) {
            offsets[k] = starts[k] + outerRow * outerRowStrides[k] + row * rowStrides[k]
                    + outerColumn * outerColumnStrides[k] + column * columnStrides[k];
        }
        return offsets;
    }

    private int[] scratch() {
        int[] offsets = OFFSETS.get();
        if (offsets.length < starts.length) {
            offsets = new int[starts.length];
            OFFSETS.set(offsets);
        }
        return offsets;
    }
}
