package cotangent.dsl.simd;

import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.compile.Region;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import cotangent.dsl.kernel.WorkerFailedException;
import cotangent.dsl.kernel.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A fused loop nest: a kernel for the two innermost loops, counters for the loops around them, and a split of one of the
 * loops into chunks that depends on the shape alone. Chunks may run on any thread: each element of a result is made by
 * one of them, in the same order of operations whatever the split.
 */
final class LoopStage implements Stage {
    /** Work, in elements times instructions, from which a second thread pays, and of one chunk. */
    static final long PARALLEL_WORK = 1 << 20;
    static final long CHUNK_WORK = 1 << 18;

    /** Vectors across a row, and instructions in all of them, up to which they are written out. */
    private static final int FEW_VECTORS = 4;
    private static final int FEW_INSTRUCTIONS = 64;

    /** For loops around the kernel's: where each operand is, and how often each loop has run. */
    private static final ThreadLocal<int[]> COUNTERS = ThreadLocal.withInitial(() -> new int[16]);

    private final CompiledKernel compiled;
    private final Form form;
    private final int[] slots;
    private final LoopLayout layout;
    private final int[] rowStrides;
    private final Chunk[] chunks;
    private final boolean parallel;

    /** A part of the points: where each operand begins, and how often each loop runs, innermost first. */
    record Chunk(int[] starts, int[] extents, long points) {}

    LoopStage(Step.Loop step, int bits, Form form) {
        this(step, LoopLayout.of(step.region().shape(), views(step)), bits, form);
    }

    /** The loop nest as other loops than the fewest that would do. */
    LoopStage(Step.Loop step, LoopLayout layout, int bits, Form form) {
        this.layout = layout;
        Region region = step.region();
        List<View> views = views(step);
        Lowering.Result lowered = Lowering.of(region);
        int lanes = bits / (lowered.program().isWide() ? 64 : 32);
        int inputs = step.inputs().size();
        this.form = form;
        slots = views.stream().mapToInt(view -> view.buffer().slot()).toArray();
        int fitting = Math.min(lanes, Integer.highestOneBit(layout.extent(0)));
        KernelKey.Row row = row(region, fitting, lowered.program().ops().size(), overwrites(step));
        KernelKey key = key(region, lowered, row.isShort() ? fitting : lanes, row);
        compiled = KernelCompiler.kernel(key);
        rowStrides = layout.strides(1);
        long work = (long) region.shape().size() * key.program().ops().size();
        chunks = chunks(views.stream().mapToInt(View::start).toArray(), splitLoop(inputs), work);
        parallel = chunks.length > 1 && work >= PARALLEL_WORK;
    }

    static List<View> views(Step.Loop step) {
        return Stream.concat(step.inputs().stream(), step.outputs().stream()).toList();
    }

    /**
     * Rows of few vectors are written out, of vectors that are no longer than the row, so that none is masked; not where the
     * last would lie over one that has been overwritten.
     */
    private KernelKey.Row row(Region region, int lanes, int instructions, boolean overwrites) {
        int[] inner = layout.strides(0);
        int vectors = Math.ceilDiv(layout.extent(0), lanes);
        boolean few = vectors <= FEW_VECTORS && vectors * instructions <= FEW_INSTRUCTIONS;
        boolean reduced = IntStream.range(region.inputs().size(), inner.length).anyMatch(k -> inner[k] == 0);
        boolean truths = Stream.concat(region.inputs().stream(), region.roots()
                .stream()
                .map(root -> region.dtype(root
                        .value())))
                .anyMatch(dtype -> dtype == DType.BOOL);
        boolean ragged = layout.extent(0) % lanes != 0;
        boolean isShort = few && !reduced && !truths && layout.rank() > 1 && !(ragged && overwrites);
        return isShort ? new KernelKey.Row(vectors, ragged) : KernelKey.Row.LONG;
    }

    private static boolean overwrites(Step.Loop step) {
        return step.outputs()
                .stream()
                .anyMatch(output -> step.inputs()
                        .stream()
                        .anyMatch(input -> input.buffer().slot() == output.buffer().slot()
                                && input.start() == output.start()));
    }

    /** The longest loop along which all outputs move, but the innermost only if no other runs more than once; -1 for none. */
    private int splitLoop(int inputs) {
        int best = -1;
        for (int level = layout.rank() - 1; level >= 0; level--) {
            int[] strides = layout.strides(level);
            boolean apart = IntStream.range(inputs, strides.length).allMatch(k -> strides[k] != 0);
            boolean longer = best < 0 || level > 0 && layout.extent(level) > layout.extent(best);
            if (apart && layout.extent(level) > 1 && longer) {
                best = level;
            }
        }
        return best;
    }

    /** The points cut along one loop, at multiples of 64 of the innermost one so that only the last chunk has a tail. */
    private Chunk[] chunks(int[] starts, int level, long work) {
        int[] extents = new int[Math.max(2, layout.rank())];
        Arrays.setAll(extents, layout::extent);
        int extent = level < 0 ? 1 : layout.extent(level);
        long ideal = Math.max(1, extent * CHUNK_WORK / Math.max(1, work));
        int size = (int) Math.min(extent, level == 0 ? Math.ceilDiv(ideal, 64) * 64 : ideal);
        Chunk[] cut = new Chunk[Math.max(1, Math.ceilDiv(extent, Math.max(1, size)))];
        for (int i = 0; i < cut.length; i++) {
            int[] from = starts.clone();
            int[] counts = extents.clone();
            if (level >= 0) {
                int[] strides = layout.strides(level);
                int begin = i * size;
                Arrays.setAll(from, k -> starts[k] + begin * strides[k]);
                counts[level] = Math.min(size, extent - begin);
            }
            cut[i] = new Chunk(from, counts, IntStream.of(counts).asLongStream().reduce(1, (a, b) -> a * b));
        }
        return cut;
    }

    private KernelKey key(Region region, Lowering.Result lowered, int lanes, KernelKey.Row row) {
        int[] inner = layout.strides(0);
        List<KernelKey.Input> inputs = new ArrayList<>();
        for (int i = 0; i < region.inputs().size(); i++) {
            inputs.add(new KernelKey.Input(LaneType.of(region.inputs().get(i)), inner[i] == 0 && layout.extent(0) > 1));
        }
        List<KernelKey.Output> outputs = new ArrayList<>();
        for (Region.Root root : region.roots()) {
            Lane value = lowered.values().get(root.value());
            KernelKey.Mode mode = mode(root, inputs.size() + outputs.size(), row);
            outputs.add(new KernelKey.Output(value.id(), value.type(), mode, root.reduction()));
        }
        return new KernelKey(lowered.program(), inputs, outputs, lanes, row);
    }

    private KernelKey.Mode mode(Region.Root root, int operand, KernelKey.Row row) {
        if (root.reduction() == null) {
            return KernelKey.Mode.STORE;
        }
        if (layout.strides(0)[operand] == 0) {
            return KernelKey.Mode.REDUCE;
        }
        return row.isShort() && layout.strides(1)[operand] == 0 ? KernelKey.Mode.FOLD : KernelKey.Mode.ACCUMULATE;
    }

    @Override
    public void run(Frame frame) {
        if (parallel) {
            together(chunks.length, chunk -> run(frame, chunks[chunk]));
        } else {
            for (Chunk chunk : chunks) {
                run(frame, chunk);
            }
        }
    }

    /** Runs tasks on all threads. */
    static void together(int tasks, Workers.Task task) {
        try {
            Workers.run(tasks, task);
        } catch (WorkerFailedException failed) {
            // What the user did wrong (an integer divided by zero) is the same error on any thread.
            throw failed.getCause() instanceof CotangentException wrong ? wrong : failed;
        }
    }

    /** All points at once, each operand so many elements further on. */
    Chunk moved(int[] distances) {
        int[] starts = chunks[0].starts.clone();
        Arrays.setAll(starts, k -> starts[k] + distances[k]);
        int[] extents = new int[Math.max(2, layout.rank())];
        Arrays.setAll(extents, layout::extent);
        return new Chunk(starts, extents, IntStream.of(extents).asLongStream().reduce(1, (a, b) -> a * b));
    }

    /** Elements times instructions. */
    long work() {
        return Arrays.stream(chunks).mapToLong(Chunk::points).sum() * compiled.key().program().ops().size();
    }

    /** Where each operand begins in its slot's array, a call's shift apart. */
    int[] starts() {
        return chunks[0].starts;
    }

    /** Runs rows of adjacent points whose operands begin, and whose rows follow each other, where it is said. */
    void run(Frame frame, int[] offsets, int[] steps, int rows, int n) {
        compiled.kernel(form, (long) rows * n).run(frame.arrays(), frame.shifts(), slots, offsets, steps, rows, n);
    }

    void run(Frame frame, Chunk chunk) {
        Object[] arrays = frame.arrays();
        int[] shifts = frame.shifts();
        int[] extents = chunk.extents;
        Kernel kernel = compiled.kernel(form, chunk.points);
        if (extents.length == 2) {
            kernel.run(arrays, shifts, slots, chunk.starts, rowStrides, extents[1], extents[0]);
            return;
        }
        int operands = chunk.starts.length;
        int[] counters = counters(operands + extents.length);
        System.arraycopy(chunk.starts, 0, counters, 0, operands);
        Arrays.fill(counters, operands, operands + extents.length, 0);
        do {
            kernel.run(arrays, shifts, slots, counters, rowStrides, extents[1], extents[0]);
        } while (advance(extents, counters, operands));
    }

    private static int[] counters(int size) {
        int[] counters = COUNTERS.get();
        if (counters.length < size) {
            counters = new int[size];
            COUNTERS.set(counters);
        }
        return counters;
    }

    /** Moves to the next position of the loops around the kernel's; false after the last. */
    private boolean advance(int[] extents, int[] counters, int operands) {
        for (int level = 2; level < extents.length; level++) {
            int[] strides = layout.strides(level);
            boolean wraps = ++counters[operands + level] == extents[level];
            int steps = wraps ? 1 - extents[level] : 1;
            for (int k = 0; k < operands; k++) {
                counters[k] += steps * strides[k];
            }
            if (!wraps) {
                return true;
            }
            counters[operands + level] = 0;
        }
        return false;
    }
}
