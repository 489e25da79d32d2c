package cotangent.dsl.simd;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.compile.Buffer;
import cotangent.dsl.compile.Plan;
import cotangent.dsl.compile.Planner;
import cotangent.dsl.compile.Step;
import cotangent.dsl.compile.View;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.kernel.Storage;
import java.util.ArrayList;
import java.util.List;

/** A plan whose steps are ready to run, and frames for the calls under way. */
final class SimdExecutable implements Executable {
    private final Plan plan;
    private final Stage[] stages;
    // Arrays, since iterating over a list may allocate.
    private final Buffer[] fresh;
    private final View[] results;
    private final List<TensorType> resultTypes;
    private final FramePool frames;

    private SimdExecutable(Plan plan, int bits, Form form) {
        this.plan = plan;
        this.stages = plan.steps().stream().map(step -> stage(step, bits, form)).toArray(Stage[]::new);
        this.fresh = plan.fresh().toArray(Buffer[]::new);
        this.results = plan.results().toArray(View[]::new);
        this.resultTypes = plan.results()
                .stream()
                .map(view -> new TensorType(view.dtype(), view.shape()))
                .toList();
        this.frames = new FramePool(plan);
    }

    /** The graph compiled for vectors of the given size in bits. */
    static SimdExecutable compile(Graph graph, int bits, Form form) {
        return new SimdExecutable(Planner.plan(graph, constant -> new SimdExecutable(Planner.plan(constant, null), bits,
                Form.SCALAR).run(List.of())), bits, form);
    }

    /** The graph compiled with blocks of rows of the given size, for tests on small tensors. */
    static SimdExecutable compile(Graph graph, int bits, Form form, int blockBytes) {
        return new SimdExecutable(Planner.plan(graph, null, blockBytes), bits, form);
    }

    static Stage stage(Step step, int bits, Form form) {
        return switch (step) {
            case Step.Loop loop -> new LoopStage(loop, bits, form);
            case Step.Product product -> ProductStage.of(product);
            case Step.FusedProduct fused -> new FusedProductStage(fused, bits, form);
            case Step.Copy copy -> new StridedCopy(copy.from(), copy.to());
            case Step.Fill fill -> new FillStage(fill.to(), fill.value());
            case Step.Scan scan -> new ScanStage(scan, bits, form);
            case Step.Primitive primitive -> Primitives.stage(primitive);
            case Step.Rows rows -> new RowStage(rows, bits, form);
        };
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs) {
        check("run", "input", plan.inputTypes(), inputs);
        Frame frame = frames.take();
        Object[] arrays = frame.arrays();
        for (Buffer buffer : fresh) {
            arrays[buffer.slot()] = Frame.allocate(buffer.dtype(), buffer.size());
        }
        run(frame, inputs);
        List<Tensor> outputs = new ArrayList<>(results.length);
        for (View result : results) {
            outputs.add(wrap(result.dtype(), result.shape(), arrays[result.buffer().slot()]));
        }
        release(frame);
        return outputs;
    }

    @Override
    public void runInto(List<Tensor> inputs, List<Tensor> into) {
        check("runInto", "input", plan.inputTypes(), inputs);
        check("runInto", "result", resultTypes, into);
        Executable.requireApart(inputs, into);
        Frame frame = frames.take();
        Object[] arrays = frame.arrays();
        // Backwards, so that of several results that are one buffer the first one's array is used.
        for (int i = results.length - 1; i >= 0; i--) {
            if (results[i].buffer().kind() == Buffer.Kind.OUTPUT) {
                arrays[results[i].buffer().slot()] = Storage.array(into.get(i));
            }
        }
        run(frame, inputs);
        for (int i = 0; i < results.length; i++) {
            Object made = arrays[results[i].buffer().slot()];
            Object wanted = Storage.array(into.get(i));
            if (made != wanted) {
                System.arraycopy(made, 0, wanted, 0, results[i].size());
            }
        }
        release(frame);
    }

    private void run(Frame frame, List<Tensor> inputs) {
        Object[] arrays = frame.arrays();
        for (int i = 0; i < inputs.size(); i++) {
            arrays[i] = Storage.array(inputs.get(i));
        }
        for (Stage stage : stages) {
            stage.run(frame);
        }
    }

    private void release(Frame frame) {
        frame.forget(plan.inputTypes().size(), fresh);
        frames.giveBack(frame);
    }

    private static Tensor wrap(DType dtype, Shape shape, Object array) {
        return switch (array) {
            case double[] elements -> Tensor.wrap(shape, elements);
            case float[] elements -> Tensor.wrap(shape, elements);
            case int[] elements -> Tensor.wrap(shape, elements);
            case boolean[] elements -> Tensor.wrap(shape, elements);
            default -> throw new AssertionError(dtype);
        };
    }

    private static void check(String call, String role, List<TensorType> types, List<Tensor> tensors) {
        if (tensors.size() != types.size()) {
            throw new ShapeException("%s: expected %d %ss, got %d".formatted(call, types.size(), role, tensors.size()));
        }
        for (int i = 0; i < types.size(); i++) {
            if (!types.get(i).equals(tensors.get(i).type())) {
                throw new ShapeException("%s: %s %d is %s, expected %s".formatted(call, role, i, tensors.get(i).type(),
                        types.get(i)));
            }
        }
    }

    @Override
    public String explain() {
        return Explanation.of(plan);
    }
}
