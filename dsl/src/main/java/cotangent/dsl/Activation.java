package cotangent.dsl;

import java.util.Arrays;
import java.util.stream.Collectors;

/** An elementwise nonlinearity, by name. */
public enum Activation {
    /** {@code x}. */
    IDENTITY("identity"),
    /** Hyperbolic tangent. */
    TANH("tanh"),
    /** {@code max(x, 0)}. */
    RELU("relu"),
    /** {@code x * Phi(x)}, the exact form. */
    GELU("gelu"),
    /** {@code x * sigmoid(x)}. */
    SILU("silu"),
    /** {@code 1 / (1 + exp(-x))}. */
    SIGMOID("sigmoid"),
    /** {@code log(1 + exp(x))}. */
    SOFTPLUS("softplus"),
    /** The error function. */
    ERF("erf"),
    /** Sine. */
    SIN("sin");

    private final String label;

    Activation(String label) {
        this.label = label;
    }

    /**
     * The activation with a name.
     *
     * @throws CotangentException if there is none, naming those there are
     */
    public static Activation named(String name) {
        return Arrays.stream(values())
                .filter(activation -> activation.label.equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new CotangentException(
                                "no activation named \"%s\"; there are %s".formatted(name, names())));
    }

    /** All names, separated by commas. */
    public static String names() {
        return Arrays.stream(values()).map(Activation::toString).collect(Collectors.joining(", "));
    }

    /** The nonlinearity applied to every element. */
    public <V extends Array<V>> V apply(V x) {
        return switch (this) {
            case IDENTITY -> x;
            case TANH -> x.tanh();
            case RELU -> x.relu();
            case GELU -> x.gelu();
            case SILU -> x.silu();
            case SIGMOID -> x.sigmoid();
            case SOFTPLUS -> x.softplus();
            case ERF -> x.erf();
            case SIN -> x.sin();
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
