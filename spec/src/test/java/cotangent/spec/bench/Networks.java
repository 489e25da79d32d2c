package cotangent.spec.bench;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ntk.EmpiricalNtk;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The networks whose tangent kernels are measured. */
final class Networks {
    private Networks() {}

    /**
     * The kernel of a network at random parameters and inputs.
     *
     * @param widths of a tanh network's layers, input first, or {@code gru-inputs-states-steps}
     */
    static EmpiricalNtk kernel(String widths, DType type, int samples) {
        return widths.startsWith("gru-") ? recurrent(widths, type, samples) : layered(widths, type, samples);
    }

    /** The widths, input first. */
    static int[] layers(String widths) {
        return Arrays.stream(widths.split("-")).mapToInt(Integer::parseInt).toArray();
    }

    private static EmpiricalNtk layered(String widths, DType type, int samples) {
        int[] layers = layers(widths);
        Mlp mlp = Nn.mlp(layers).activation(Activation.TANH).dtype(type);
        return EmpiricalNtk.of(mlp.fn(), mlp.init(Key.of(0)), Key.of(1).normal(Shape.of(samples, layers[0]), type));
    }

    /** Of all hidden states: gru-inputs-states-steps. */
    private static EmpiricalNtk recurrent(String widths, DType type, int samples) {
        int[] sizes = Arrays.stream(widths.split("-")).skip(1).mapToInt(Integer::parseInt).toArray();
        int states = sizes[1];
        Params parameters = Params.of(Map.of());
        int[][] shapes = {{3 * states, sizes[0]}, {3 * states, states}, {3 * states}, {3 * states}};
        for (int i = 0; i < shapes.length; i++) {
            parameters = parameters.with(List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh").get(i), Key.of(3 + i)
                    .normal(Shape.of(shapes[i]), type)
                    .times(1 / Math.sqrt(states)));
        }
        Fn gru = Fn.of("gru", (p, x) -> Nn.gru(p, x, Expr.of(Tensor.zeros(type, samples, states))).get(0));
        return EmpiricalNtk.of(gru, parameters, Key.of(1).normal(Shape.of(sizes[2], samples, sizes[0]), type));
    }
}
