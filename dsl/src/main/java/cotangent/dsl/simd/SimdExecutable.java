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
    private final FramePool frames;

    private SimdExecutable(Plan plan, int bits, Form form) {
        this.plan = plan;
        this.stages = plan.steps().stream().map(step -> stage(step, bits, form)).toArray(Stage[]::new);
        this.fresh = plan.fresh().toArray(Buffer[]::new);
        this.results = plan.results().toArray(View[]::new);
        this.frames = new FramePool(plan);
    }

    /** The graph compiled for vectors of the given size in bits. */
    static SimdExecutable compile(Graph graph, int bits, Form form) {
        return new SimdExecutable(Planner.plan(graph, constant -> new SimdExecutable(Planner.plan(constant, null), bits,
                Form.SCALAR).run(List.of())), bits, form);
    }

    static Stage stage(Step step, int bits, Form form) {
        return switch (step) {
            case Step.Loop loop -> new LoopStage(loop, bits, form);
            case Step.Product product -> ProductStage.of(product);
            case Step.Copy copy -> new StridedCopy(copy.from(), copy.to());
            case Step.Fill fill -> new FillStage(fill.to(), fill.value());
            case Step.Scan scan -> new ScanStage(scan, bits, form);
            case Step.Primitive primitive -> Primitives.stage(primitive);
        };
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs) {
        check(inputs);
        Frame frame = frames.take();
        Object[] arrays = frame.arrays();
        for (int i = 0; i < inputs.size(); i++) {
            arrays[i] = Storage.array(inputs.get(i));
        }
        for (Buffer buffer : fresh) {
            arrays[buffer.slot()] = Frame.allocate(buffer.dtype(), buffer.size());
        }
        for (Stage stage : stages) {
            stage.run(frame);
        }
        List<Tensor> outputs = new ArrayList<>(results.length);
        for (View result : results) {
            outputs.add(wrap(result.dtype(), result.shape(), arrays[result.buffer().slot()]));
        }
        frame.forget(inputs.size(), fresh);
        frames.giveBack(frame);
        return outputs;
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

    private void check(List<Tensor> inputs) {
        List<TensorType> types = plan.inputTypes();
        if (inputs.size() != types.size()) {
            throw new ShapeException("run: expected %d inputs, got %d".formatted(types.size(), inputs.size()));
        }
        for (int i = 0; i < types.size(); i++) {
            if (!types.get(i).equals(inputs.get(i).type())) {
                throw new ShapeException("run: input %d is %s, expected %s".formatted(i, inputs.get(i).type(), types
                        .get(i)));
            }
        }
    }

    @Override
    public String explain() {
        return Explanation.of(plan);
    }
}
