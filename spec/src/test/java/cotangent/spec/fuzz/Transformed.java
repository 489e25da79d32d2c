package cotangent.spec.fuzz;

import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.autodiff.Batching;
import cotangent.dsl.autodiff.ForwardMode;
import cotangent.dsl.autodiff.ProbeAxis;
import cotangent.dsl.autodiff.ReverseMode;
import cotangent.dsl.ir.Graph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Random graphs after a transformation, with inputs for what it adds. */
final class Transformed {
    /** Entries of a batch. */
    static final int BATCH = 3;

    private Transformed() {}

    /** The graph with inputs that are not floating point made constants, and only the floating-point outputs. */
    static Sample differentiable(Sample sample) {
        List<Expr> inputs = new ArrayList<>();
        List<Tensor> arguments = new ArrayList<>();
        Map<Expr, Expr> constants = new HashMap<>();
        for (int i = 0; i < sample.inputs().size(); i++) {
            Expr input = sample.graph().inputs().get(i);
            if (input.dtype().isFloating()) {
                inputs.add(input);
                arguments.add(sample.inputs().get(i));
            } else {
                constants.put(input, Expr.of(sample.inputs().get(i)));
            }
        }
        List<Expr> outputs = sample.graph().outputs().stream().filter(output -> output.dtype().isFloating()).toList();
        return new Sample(sample.seed(), Graph.of(inputs, Graph.substitute(outputs, constants)), arguments);
    }

    /** Values and tangents of a random graph, for random tangents of its inputs. */
    static Sample jvp(long seed) {
        return jvp(differentiable(RandomGraphs.of(seed)));
    }

    static Sample jvp(Sample sample) {
        return jvp(sample, normal(sample, sample.graph().inputTypes()));
    }

    static Sample jvp(Sample sample, List<Tensor> directions) {
        Graph graph = sample.graph();
        List<Expr> tangents = inputs(graph.inputTypes());
        List<Expr> outputs = new ArrayList<>(graph.outputs());
        outputs.addAll(ReverseMode.dense(ForwardMode.tangents(graph, tangents), graph.outputTypes()));
        return extended(sample, tangents, directions, outputs);
    }

    /** Values and the inputs' cotangents of a random graph, for random cotangents of its outputs. */
    static Sample vjp(long seed) {
        return vjp(differentiable(RandomGraphs.of(seed)));
    }

    static Sample vjp(Sample sample) {
        return vjp(sample, normal(sample, sample.graph().outputTypes()));
    }

    static Sample vjp(Sample sample, List<Tensor> directions) {
        Graph graph = sample.graph();
        List<Expr> cotangents = inputs(graph.outputTypes());
        List<Expr> outputs = new ArrayList<>(graph.outputs());
        int[] all = IntStream.range(0, graph.inputs().size()).toArray();
        outputs.addAll(ReverseMode.cotangents(graph, all, cotangents));
        return extended(sample, cotangents, directions, outputs);
    }

    /** A random graph over a batch: each input has it in front, or is shared. */
    static Sample vmap(long seed) {
        return vmap(RandomGraphs.of(seed));
    }

    static Sample vmap(Sample sample) {
        return vmap(sample, ProbeAxis.BEFORE_FEATURES);
    }

    static Sample vmap(Sample sample, ProbeAxis home) {
        SplittableRandom random = new SplittableRandom(sample.seed());
        RandomTensors tensors = new RandomTensors(random);
        int[] axes = new int[sample.inputs().size()];
        List<Tensor> arguments = new ArrayList<>();
        for (int i = 0; i < axes.length; i++) {
            Tensor input = sample.inputs().get(i);
            axes[i] = random.nextInt(4) == 0 ? -1 : 0;
            arguments.add(axes[i] < 0 ? input : batch(input, tensors));
        }
        return new Sample(sample.seed(), Batching.vmap(sample.graph(), axes, BATCH, 0, home), arguments);
    }

    /** The tensor and others of its type; integers, which may be indices, are repeated as they are. */
    private static Tensor batch(Tensor input, RandomTensors tensors) {
        Tensor[] parts = new Tensor[BATCH];
        for (int i = 0; i < BATCH; i++) {
            parts[i] = i > 0 && input.dtype().isFloating() ? tensors.draw(input.type()) : input;
        }
        return Tensor.stack(0, parts);
    }

    private static List<Expr> inputs(List<TensorType> types) {
        return types.stream().map(Expr::input).toList();
    }

    private static List<Tensor> normal(Sample sample, List<TensorType> types) {
        RandomTensors tensors = new RandomTensors(new SplittableRandom(sample.seed()));
        return types.stream().map(tensors::normal).toList();
    }

    private static Sample extended(Sample sample, List<Expr> added, List<Tensor> values, List<Expr> outputs) {
        List<Expr> inputs = new ArrayList<>(sample.graph().inputs());
        inputs.addAll(added);
        List<Tensor> arguments = new ArrayList<>(sample.inputs());
        arguments.addAll(values);
        return new Sample(sample.seed(), Graph.of(inputs, outputs), arguments);
    }
}
