package cotangent.examples.traces;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Initializer;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.examples.data.DataSet;
import cotangent.examples.data.DataSets;
import cotangent.linalg.ntk.EmpiricalNtk;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A model at its parameters and inputs, started as PyTorch does by default: weights and biases of a dense layer uniform within
 * 1/√(fan-in), of a recurrent one within 1/√(states).
 *
 * @param family     which
 * @param title      in words
 * @param fn         of (parameters, inputs)
 * @param params     at the start
 * @param inputs     samples along the sample axis
 * @param sampleAxis of the inputs
 */
record TraceModel(Family family, String title, Fn fn, Params params, Tensor inputs, int sampleAxis) {
    private static final int MLP_FEATURES = 100;
    static final int GRU_FEATURES = 10;
    private static final int FLAT_FEATURES = 4_096;
    private static final int PIXELS = 784;
    private static final int CLASSES = 10;

    /** The kernel over all outputs; nothing is computed yet. */
    EmpiricalNtk kernel() {
        return EmpiricalNtk.of(fn, params, inputs).sampleAxes(sampleAxis);
    }

    /** Number of samples. */
    int samples() {
        return inputs.shape().extent(sampleAxis);
    }

    /** Numbers that are trained. */
    int parameters() {
        return params.leaves().stream().mapToInt(leaf -> leaf.shape().size()).sum();
    }

    /**
     * A model.
     *
     * @param mnist where the full set of digits lies; else those shipped serve
     */
    static TraceModel of(Family family, Family.Size size, DType dtype, long seed, Optional<Path> mnist) {
        Key key = Key.of(seed);
        return switch (family) {
            case MLP -> mlp(size, dtype, key);
            case GRU -> gru(size, dtype, key);
            case MNIST -> mnist(size, dtype, key, mnist);
            case FLAT -> flat(size, dtype, key);
        };
    }

    private static TraceModel mlp(Family.Size size, DType dtype, Key key) {
        int[] widths = new int[size.depth() + 1];
        Arrays.fill(widths, size.width());
        widths[0] = MLP_FEATURES;
        Mlp layers = started(dtype, widths);
        Fn fn = Fn.of("mlp", (params, x) -> layers.apply(params, x).relu());
        String title = "%d-layer ReLU MLP ending in ReLU, width %d, %d inputs, %d samples".formatted(size.depth(), size
                .width(), MLP_FEATURES, size.samples());
        return new TraceModel(Family.MLP, title, fn, layers.init(key.fold(0)), key.fold(1)
                .normal(Shape.of(size
                        .samples(), MLP_FEATURES), dtype),
                0);
    }

    private static Mlp started(DType dtype, int... widths) {
        return Nn.mlp(widths).activation(Activation.RELU).initializer(Initializer.PYTORCH_LINEAR).dtype(dtype);
    }

    /** Time first, as PyTorch has it. */
    private static TraceModel gru(Family.Size size, DType dtype, Key key) {
        int states = size.width();
        Map<String, Tree> params = new LinkedHashMap<>();
        params.put("weight_ih", uniform(key.fold(0), states, dtype, 3 * states, GRU_FEATURES));
        params.put("weight_hh", uniform(key.fold(1), states, dtype, 3 * states, states));
        params.put("bias_ih", uniform(key.fold(2), states, dtype, 3 * states));
        params.put("bias_hh", uniform(key.fold(3), states, dtype, 3 * states));
        Fn fn = Fn.of("gru", (p, x) -> Nn.gru(p, x, Expr.of(Tensor.zeros(dtype, x.shape().extent(1), states))).get(0));
        String title = "GRU, %d inputs, %d hidden, %d steps, %d samples".formatted(GRU_FEATURES, states, size.depth(),
                size.samples());
        return new TraceModel(Family.GRU, title, fn, Params.of(params), key.fold(4)
                .normal(Shape.of(size.depth(), size
                        .samples(), GRU_FEATURES), dtype),
                1);
    }

    private static Tensor uniform(Key key, int fanIn, DType dtype, int... extents) {
        return key.uniform(Shape.of(extents), DType.F64).times(2).minus(1).times(1 / Math.sqrt(fanIn)).cast(dtype);
    }

    private static TraceModel mnist(Family.Size size, DType dtype, Key key, Optional<Path> directory) {
        int[] widths = new int[size.depth() + 2];
        Arrays.fill(widths, size.width());
        widths[0] = PIXELS;
        widths[size.depth() + 1] = CLASSES;
        Mlp layers = started(dtype, widths);
        DataSet digits = DataSets.load("mnist28x28", directory, size.samples(), dtype);
        String title = "%s MLP on %d MNIST test digits".formatted(layers, size.samples());
        return new TraceModel(Family.MNIST, title, layers.fn(), layers.init(key.fold(0)), digits.inputs(), 0);
    }

    private static TraceModel flat(Family.Size size, DType dtype, Key key) {
        Mlp layer = started(dtype, FLAT_FEATURES, size.width());
        String title = "linear layer, %d inputs, %d outputs, %d samples".formatted(FLAT_FEATURES, size.width(), size
                .samples());
        return new TraceModel(Family.FLAT, title, layer.fn(), layer.init(key.fold(0)), key.fold(1)
                .normal(Shape.of(size
                        .samples(), FLAT_FEATURES), dtype),
                0);
    }
}
