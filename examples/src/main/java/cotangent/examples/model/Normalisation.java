package cotangent.examples.model;

import cotangent.dsl.Expr;
import cotangent.dsl.Nn;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code LayerNorm} over the last axis, with gain and bias. */
record Normalisation(String label, String name, int features, double epsilon) implements Layer {
    static Layer of(String name, LayerText text) {
        text.names("normalized_shape", "eps", "elementwise_affine", "bias");
        text.only("elementwise_affine", "True");
        text.only("bias", "True");
        return new Normalisation(text.label(), name, text.size("normalized_shape"), text.number("eps", 1e-5));
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.constant(name + ".weight", 1, features), Parameter.constant(name + ".bias", 0,
                features));
    }

    @Override
    public Signal apply(Map<String, Expr> params, Signal signal) {
        Expr x = signal.plain();
        if (x.shape().extent(-1) != features) {
            throw refused("inputs [..., %d]".formatted(features), x);
        }
        Expr gain = Objects.requireNonNull(params.get(name + ".weight"));
        Expr bias = Objects.requireNonNull(params.get(name + ".bias"));
        return new Signal(Nn.layerNorm(x, gain, bias, epsilon), false, signal.timeAxis());
    }
}
