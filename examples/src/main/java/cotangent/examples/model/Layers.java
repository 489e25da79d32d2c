package cotangent.examples.model;

import cotangent.dsl.Activation;
import cotangent.dsl.InvalidDataException;

/** The layers there are, by their classes in PyTorch. */
final class Layers {
    private static final String KNOWN = "Linear, Conv2d, MaxPool2d, AvgPool2d, AdaptiveAvgPool2d, GRU, LSTM, LayerNorm, "
            + "Flatten, Unflatten, Dropout, Identity, Tanh, ReLU, GELU, SiLU, Sigmoid, Softplus, and Erf, Sin and Last of our own";

    private Layers() {}

    /**
     * The layer that a text describes. Dropout does nothing, as after {@code model.eval()}.
     *
     * @throws InvalidDataException if there is no such layer, or not with these arguments
     */
    static Layer of(String name, LayerText text) {
        return switch (text.type()) {
            case "Linear" -> Dense.of(name, text);
            case "Conv2d" -> Convolution2d.of(name, text);
            case "MaxPool2d" -> Pooling.of(name, text, true);
            case "AvgPool2d" -> Pooling.of(name, text, false);
            case "AdaptiveAvgPool2d" -> Plain.globalMean(name, text);
            case "GRU" -> Recurrence.of(name, text, true);
            case "LSTM" -> Recurrence.of(name, text, false);
            case "LayerNorm" -> Normalisation.of(name, text);
            case "Flatten" -> Plain.flatten(name, text);
            case "Unflatten" -> Plain.unflatten(name, text);
            case "Last" -> Plain.last(name, text);
            case "Dropout" -> Plain.activation(name, text, Activation.IDENTITY, "p=", "inplace=");
            case "Identity" -> Plain.activation(name, text, Activation.IDENTITY);
            case "Tanh" -> Plain.activation(name, text, Activation.TANH);
            case "ReLU" -> Plain.activation(name, text, Activation.RELU, "inplace=");
            case "GELU" -> Plain.activation(name, text, Activation.GELU, "approximate=none");
            case "SiLU" -> Plain.activation(name, text, Activation.SILU, "inplace=");
            case "Sigmoid" -> Plain.activation(name, text, Activation.SIGMOID);
            case "Softplus" -> Plain.activation(name, text, Activation.SOFTPLUS, "beta=1|1.0", "threshold=20|20.0");
            case "Erf" -> Plain.activation(name, text, Activation.ERF);
            case "Sin" -> Plain.activation(name, text, Activation.SIN);
            default -> throw new InvalidDataException("layers: %s is not known; there are %s".formatted(text.label(),
                    KNOWN));
        };
    }
}
