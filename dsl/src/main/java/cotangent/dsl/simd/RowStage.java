package cotangent.dsl.simd;

import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loop nests over the same rows, one block of rows after the other. Tasks of neighbouring blocks may run on any thread;
 * blocks and tasks depend on the shapes alone.
 */
final class RowStage implements Stage {
    /** What is done to one block, whose number is given. */
    @FunctionalInterface
    private interface Part {
        void run(Frame frame, int block);
    }

    private final Step.Rows step;
    private final Part[] parts;
    private final int blocks;
    private final boolean parallel;

    RowStage(Step.Rows step, int bits, Form form) {
        this.step = step;
        blocks = step.blocks();
        parts = new Part[step.steps().size()];
        long work = 0;
        for (int i = 0; i < parts.length; i++) {
            switch (step.steps().get(i)) {
                case Step.Loop loop -> {
                    LoopStage whole = new LoopStage(loop, bits, form);
                    work += whole.work() * blocks;
                    parts[i] = loop(loop, whole, new LoopStage(shortened(loop), bits, form));
                }
                case Step.Fill fill -> parts[i] = fill(fill);
                default -> throw new AssertionError(step);
            }
        }
        parallel = step.tasks() > 1 && work >= LoopStage.PARALLEL_WORK;
    }

    /** Rows of the last block. */
    private int lastRows() {
        return step.rows() - (blocks - 1) * step.blockRows();
    }

    private Step.Loop shortened(Step.Loop loop) {
        int rows = lastRows();
        return new Step.Loop(loop.region().block(1, rows), shortened(loop.inputs(), rows), shortened(loop.outputs(),
                rows));
    }

    private static List<View> shortened(List<View> views, int rows) {
        return views.stream().map(view -> view.rows(rows)).toList();
    }

    /** How much further on a block of an operand lies than the first. */
    private int distance(View view, int block) {
        int steps = step.local().contains(view.buffer()) ? block / step.blocksPerTask() : block;
        return steps * step.blockRows() * view.stride(0);
    }

    private Part loop(Step.Loop loop, LoopStage whole, LoopStage last) {
        View[] views = Stream.concat(loop.inputs().stream(), loop.outputs().stream()).toArray(View[]::new);
        LoopStage.Chunk[] chunks = new LoopStage.Chunk[blocks];
        for (int block = 0; block < blocks; block++) {
            int now = block;
            int[] distances = new int[views.length];
            Arrays.setAll(distances, k -> distance(views[k], now));
            chunks[block] = (block == blocks - 1 ? last : whole).moved(distances);
        }
        return (frame, block) -> (block == blocks - 1 ? last : whole).run(frame, chunks[block]);
    }

    private Part fill(Step.Fill fill) {
        View to = fill.to();
        FillStage whole = new FillStage(to, fill.value());
        FillStage last = new FillStage(to.rows(lastRows()), fill.value());
        return (frame, block) -> (block == blocks - 1 ? last : whole).run(frame, distance(to, block));
    }

    @Override
    public void run(Frame frame) {
        if (parallel) {
            LoopStage.together(step.tasks(), task -> run(frame, task));
        } else {
            for (int task = 0; task < step.tasks(); task++) {
                run(frame, task);
            }
        }
    }

    private void run(Frame frame, int task) {
        int end = Math.min(blocks, (task + 1) * step.blocksPerTask());
        for (int block = task * step.blocksPerTask(); block < end; block++) {
            for (Part part : parts) {
                part.run(frame, block);
            }
        }
    }
}
