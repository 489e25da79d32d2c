package cotangent.dsl.simd;

import cotangent.dsl.compile.Region;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A fused loop nest: a kernel for the two innermost loops, and counters for the loops around them. */
final class LoopStage implements Stage {
    private final CompiledKernel compiled;
    private final int[] slots;
    private final int[] starts;
    private final LoopLayout layout;
    private final int outer;

    LoopStage(Step.Loop step, int bits) {
        Region region = step.region();
        List<View> views = Stream.concat(step.inputs().stream(), step.outputs().stream()).toList();
        layout = LoopLayout.of(region.shape(), views);
        slots = views.stream().mapToInt(view -> view.buffer().slot()).toArray();
        starts = views.stream().mapToInt(View::start).toArray();
        compiled = KernelCompiler.kernel(key(region, layout, bits));
        int count = 1;
        for (int level = 2; level < layout.rank(); level++) {
            count *= layout.extent(level);
        }
        outer = count;
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
                    : moves ? KernelKey.Mode.ACCUMULATE : KernelKey.Mode.REDUCE;
            outputs.add(new KernelKey.Output(value.id(), value.type(), mode, root.reduction()));
        }
        int width = lowered.program().isWide() ? 64 : 32;
        return new KernelKey(lowered.program(), inputs, outputs, bits / width);
    }

    @Override
    public void run(Frame frame) {
        Kernel kernel = compiled.kernel();
        int rows = layout.extent(1);
        int n = layout.extent(0);
        if (outer == 1) {
            kernel.run(frame.arrays(), slots, starts, layout.strides(1), rows, n);
            return;
        }
        int[] offsets = starts.clone();
        int[] index = new int[layout.rank()];
        for (int i = 0; i < outer; i++) {
            kernel.run(frame.arrays(), slots, offsets, layout.strides(1), rows, n);
            advance(index, offsets);
        }
    }

    /** Moves to the next row of the loops around the kernel's. */
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
