package cotangent.dsl;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A multilayer perceptron: dense layers with a nonlinearity between them and none after the last.
 *
 * <p>Its parameters are named W1, b1, W2, b2, ...; layer i has weights [in, out] and biases [out]. With the initializer
 * {@code ntk} each layer computes {@code sigmaW / sqrt(in) * x W + sigmaB * b} (Jacot, Gabriel and Hongler 2018, section
 * 2), with every other one {@code x W + b}. Immutable: the methods that choose something give a changed copy.
 */
public final class Mlp {
    private final int[] widths;
    private final Activation activation;
    private final Initializer initializer;
    private final DType dtype;
    private final double sigmaW;
    private final double sigmaB;

    private Mlp(int[] widths, Activation activation, Initializer initializer, DType dtype, double sigmaW,
            double sigmaB) {
        this.widths = widths;
        this.activation = activation;
        this.initializer = initializer;
        this.dtype = dtype;
        this.sigmaW = sigmaW;
        this.sigmaB = sigmaB;
    }

    /**
     * A perceptron with the given widths, tanh, he-normal initialisation and F64 parameters.
     *
     * @throws ShapeException if there are fewer than two widths or one is not positive
     */
    static Mlp of(int... widths) {
        if (widths.length < 2 || Arrays.stream(widths).anyMatch(width -> width < 1)) {
            throw new ShapeException("mlp: expected at least two positive widths such as 49, 32, 10, got " + Arrays
                    .toString(widths));
        }
        return new Mlp(widths.clone(), Activation.TANH, Initializer.HE_NORMAL, DType.F64, 1, 0.1);
    }

    /** The nonlinearity between layers. */
    public Mlp activation(Activation chosen) {
        return new Mlp(widths, chosen, initializer, dtype, sigmaW, sigmaB);
    }

    /**
     * The nonlinearity between layers, by name.
     *
     * @throws CotangentException if there is none of this name
     */
    public Mlp activation(String name) {
        return activation(Activation.named(name));
    }

    /** How the parameters start. */
    public Mlp initializer(Initializer chosen) {
        return new Mlp(widths, activation, chosen, dtype, sigmaW, sigmaB);
    }

    /**
     * How the parameters start, by name.
     *
     * @throws CotangentException if there is none of this name
     */
    public Mlp initializer(String name) {
        return initializer(Initializer.named(name));
    }

    /**
     * The parameterisation of the neural tangent kernel with its two scales; the initializer {@code ntk} alone stands for
     * 1 and 0.1.
     *
     * @param weightScale sigmaW, which multiplies {@code x W / sqrt(in)}
     * @param biasScale   sigmaB, which multiplies the biases
     */
    public Mlp ntk(double weightScale, double biasScale) {
        return new Mlp(widths, activation, Initializer.NTK, dtype, weightScale, biasScale);
    }

    /**
     * The parameters' dtype.
     *
     * @throws ShapeException if it is not F32 or F64
     */
    public Mlp dtype(DType chosen) {
        if (!chosen.isFloating()) {
            throw new ShapeException("mlp: parameters are f32 or f64, not " + chosen);
        }
        return new Mlp(widths, activation, initializer, chosen, sigmaW, sigmaB);
    }

    /** Number of features from the input to the output. */
    public int[] widths() {
        return widths.clone();
    }

    /** Number of dense layers. */
    public int layers() {
        return widths.length - 1;
    }

    /** Fresh parameters; layer i takes its weights from {@code key.fold(2i)}, its biases from {@code key.fold(2i + 1)}. */
    public Params init(Key key) {
        Map<String, Tensor> entries = new LinkedHashMap<>();
        for (int i = 0; i < layers(); i++) {
            Shape shape = Shape.of(widths[i], widths[i + 1]);
            entries.put("W" + (i + 1), initializer.weights(key.fold(2L * i), shape, dtype));
            entries.put("b" + (i + 1), initializer.biases(key.fold(2L * i + 1), widths[i], widths[i + 1], dtype));
        }
        return Params.of(entries);
    }

    /** The model as a function of (parameters, inputs [..., features]). */
    public Fn fn() {
        return Fn.of("mlp", this::apply);
    }

    /**
     * The model's outputs, inside a function that is being traced.
     *
     * @param params W1, b1, W2, b2, ...
     * @param x      [..., features]
     * @return [..., outputs]
     * @throws ShapeException if a parameter is missing or a shape does not fit
     */
    public Expr apply(Expr params, Expr x) {
        Expr value = x;
        for (int i = 0; i < layers(); i++) {
            value = layer(params, i, i == 0 ? value : activation.apply(value));
        }
        return value;
    }

    private Expr layer(Expr params, int i, Expr x) {
        Expr weights = entry(params, "W" + (i + 1), Shape.of(widths[i], widths[i + 1]));
        Expr biases = entry(params, "b" + (i + 1), Shape.of(widths[i + 1]));
        if (initializer == Initializer.NTK) {
            Expr product = x.matmul(weights).times(sigmaW / Math.sqrt(widths[i]));
            // scaled sample by sample, so that each sample's use of the biases can be told from the others'
            return product.plus(biases.broadcastTo(product.shape()).times(sigmaB));
        }
        return Nn.dense(x, weights, biases);
    }

    private Expr entry(Expr params, String name, Shape shape) {
        Expr entry = params.get(name);
        if (!entry.shape().equals(shape)) {
            throw new ShapeException(
                    "mlp %s: expected %s to be %s, got %s".formatted(this, name, shape, entry.shape()));
        }
        return entry;
    }

    /** The widths and the activation, such as {@code 49-32-32-10 tanh}. */
    @Override
    public String toString() {
        return Arrays.stream(widths).mapToObj(Integer::toString).collect(Collectors.joining("-")) + " " + activation;
    }
}
