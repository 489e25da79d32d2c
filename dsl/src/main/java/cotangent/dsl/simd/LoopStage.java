package cotangent.dsl.simd;

import cotangent.dsl.CotangentException;
import cotangent.dsl.compile.Region;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import cotangent.dsl.kernel.WorkerFailedException;
import cotangent.dsl.kernel.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A fused loop nest: a kernel for the two innermost loops, counters for the loops around them, and a split into chunks
 * of rows or columns that depends on the shape alone. Chunks may run on any thread: each element of a result is made by
 * one of them, in the same order of operations whatever the split.
 */
final class LoopStage implements Stage {
    /** Work, in elements times instructions, from which a second thread pays, and of one chunk. */
    private static final long PARALLEL_WORK = 1 << 20;
    private static final long CHUNK_WORK = 1 << 18;

    private final CompiledKernel compiled;
    private final Form form;
    private final int[] slots;
    private final LoopLayout layout;
    private final int[] rowStrides;
    private final int rows;
    private final int columns;
    private final int outer;
    private final boolean byRows;
    private final int chunkSize;
    private final int[][] chunkStarts;
    private final boolean parallel;

    LoopStage(Step.Loop step, int bits, Form form) {
        Region region = step.region();
        List<View> views = Stream.concat(step.inputs().stream(), step.outputs().stream()).toList();
        this.form = form;
        layout = LoopLayout.of(region.shape(), views);
        slots = views.stream().mapToInt(view -> view.buffer().slot()).toArray();
        int[] starts = views.stream().mapToInt(View::start).toArray();
        KernelKey key = key(region, layout, bits);
        compiled = KernelCompiler.kernel(key);
        rowStrides = layout.strides(1);
        rows = layout.extent(1);
        columns = layout.extent(0);
        outer = outer(layout);
        int inputs = step.inputs().size();
        boolean rowsApart = true;
        for (int k = inputs; k < slots.length; k++) {
            rowsApart &= rowStrides[k] != 0;
        }
        boolean columnsApart = key.outputs().stream().noneMatch(output -> output.mode() == KernelKey.Mode.REDUCE);
        byRows = rows > 1 && rowsApart;
        int extent = byRows ? rows : columns;
        long work = (long) region.shape().size() * key.program().ops().size();
        boolean splits = byRows || columnsApart;
        chunkSize = splits ? chunk(extent, work) : extent;
        chunkStarts = new int[Math.max(1, Math.ceilDiv(extent, Math.max(1, chunkSize)))][];
        for (int chunk = 0; chunk < chunkStarts.length; chunk++) {
            chunkStarts[chunk] = starts.clone();
            int[] strides = layout.strides(byRows ? 1 : 0);
            for (int k = 0; k < starts.length; k++) {
                chunkStarts[chunk][k] += chunk * chunkSize * strides[k];
            }
        }
        parallel = chunkStarts.length > 1 && work >= PARALLEL_WORK;
    }

    /** Rows or columns of a chunk, a multiple of 64 columns so that only the last has a tail. */
    private int chunk(int extent, long work) {
        long size = Math.max(1, (long) extent * CHUNK_WORK / Math.max(1, work));
        long rounded = byRows ? size : Math.ceilDiv(size, 64) * 64;
        return (int) Math.min(extent, rounded);
    }

    private static int outer(LoopLayout layout) {
        int count = 1;
        for (int level = 2; level < layout.rank(); level++) {
            count *= layout.extent(level);
        }
        return count;
    }

    private static KernelKey key(Region region, LoopLayout layout, int bits) {
        Lowering.Result lowered = Lowering.of(region);
        int[] inner = layout.strides(0);
        List<KernelKey.Input> inputs = new ArrayList<>();
        for (int i = 0; i < region.inputs().size(); i++) {
            inputs.add(new KernelKey.Input(LaneType.of(region.inputs().get(i)), inner[i] == 0 && layout.extent(0) > 1));
        }
        List<KernelKey.Output> outputs = new ArrayList<>();
        for (Region.Root root : region.roots()) {
            Lane value = lowered.values().get(root.value());
            boolean moves = inner[inputs.size() + outputs.size()] != 0;
            KernelKey.Mode mode = root.reduction() == null
                    ? KernelKey.Mode.STORE
                    : moves ? KernelKey.Mode.ACCUMULATE
                    : KernelKey.Mode.REDUCE;
            outputs.add(new KernelKey.Output(value.id(), value.type(), mode, root.reduction()));
        }
        int width = lowered.program().isWide() ? 64 : 32;
        return new KernelKey(lowered.program(), inputs, outputs, bits / width);
    }

    @Override
    public void run(Frame frame) {
        if (parallel) {
            try {
                Workers.run(chunkStarts.length, chunk -> run(frame, chunk));
            } catch (WorkerFailedException failed) {
                // What the user did wrong (an integer divided by zero) is the same error on any thread.
                throw failed.getCause() instanceof CotangentException wrong ? wrong : failed;
            }
        } else {
            for (int chunk = 0; chunk < chunkStarts.length; chunk++) {
                run(frame, chunk);
            }
        }
    }

    private void run(Frame frame, int chunk) {
        Object[] arrays = frame.arrays();
        int[] shifts = frame.shifts();
        int extent = byRows ? rows : columns;
        int size = Math.min(chunkSize, extent - chunk * chunkSize);
        int chunkRows = byRows ? size : rows;
        int chunkColumns = byRows ? columns : size;
        Kernel kernel = compiled.kernel(form, (long) outer * chunkRows * chunkColumns);
        int[] starts = chunkStarts[chunk];
        if (outer == 1) {
            kernel.run(arrays, shifts, slots, starts, rowStrides, chunkRows, chunkColumns);
            return;
        }
        int[] offsets = starts.clone();
        int[] index = new int[layout.rank()];
        for (int i = 0; i < outer; i++) {
            kernel.run(arrays, shifts, slots, offsets, rowStrides, chunkRows, chunkColumns);
            advance(index, offsets);
        }
    }

    /** Moves to the next position of the loops around the kernel's. */
    private void advance(int[] index, int[] offsets) {
        for (int level = 2; level < layout.rank(); level++) {
            int[] strides = layout.strides(level);
            boolean wraps = ++index[level] == layout.extent(level);
            int steps = wraps ? 1 - layout.extent(level) : 1;
            for (int k = 0; k < offsets.length; k++) {
                offsets[k] += steps * strides[k];
            }
            if (!wraps) {
                return;
            }
            index[level] = 0;
        }
    }

}
