package cotangent.examples.model;

import cotangent.dsl.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code Linear}: [..., in] to [..., out]; weight [out, in]. */
record Dense(String label, String name, int in, int out, boolean bias) implements Layer {
    private static final int[] TRANSPOSED = {1, 0};

    static Layer of(String name, LayerText text) {
        text.names("in_features", "out_features", "bias");
        return new Dense(text.label(), name, text.size("in_features"), text.size("out_features"), text.flag(
                "bias", true));
    }

    @Override
    public List<Parameter> parameters() {
        double bound = 1 / Math.sqrt(in);
        List<Parameter> parameters = new ArrayList<>();
        parameters.add(Parameter.uniform(name + ".weight", bound, TRANSPOSED, out, in));
        if (bias) {
            parameters.add(Parameter.uniform(name + ".bias", bound, new int[0], out));
        }
        return parameters;
    }

    @Override
    public Signal apply(Map<String, Expr> params, Signal signal) {
        Expr x = signal.plain();
        if (x.shape().extent(-1) != in) {
            throw refused("inputs [..., %d]".formatted(in), x);
        }
        Expr y = x.matmul(Objects.requireNonNull(params.get(name + ".weight")));
        return new Signal(bias ? y.plus(Objects.requireNonNull(params.get(name + ".bias"))) : y, false,
                signal.timeAxis());
    }
}
