package cotangent.dsl;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a layer's weights and biases start. The normal ones are not truncated. Fan-in is the number of inputs that one
 * output adds up, fan-out the number of outputs that one input reaches. Float32 parameters are the rounded float64 ones.
 */
public enum Initializer {
    /** N(0, 2 / fan-in), biases 0 (He, Zhang, Ren and Sun 2015, equation 10); also named {@code he}. */
    HE_NORMAL("he-normal", "he"),
    /** U(-a, a) of the same variance: {@code a = sqrt(6 / fan-in)}; biases 0. */
    HE_UNIFORM("he-uniform"),
    /** N(0, 2 / (fan-in + fan-out)), biases 0 (Glorot and Bengio 2010, equation 12); also named {@code glorot}. */
    GLOROT_NORMAL("glorot-normal", "glorot"),
    /** U(-a, a) of the same variance: {@code a = sqrt(6 / (fan-in + fan-out))} (equation 16); biases 0. */
    GLOROT_UNIFORM("glorot-uniform"),
    /** N(0, 1 / fan-in), biases 0 (LeCun, Bottou, Orr and Müller 1998, section 4.6); also named {@code lecun}. */
    LECUN_NORMAL("lecun-normal", "lecun"),
    /** U(-a, a) of the same variance: {@code a = sqrt(3 / fan-in)}; biases 0. */
    LECUN_UNIFORM("lecun-uniform"),
    /** PyTorch's default for Linear layers: weights and biases U(-a, a) with {@code a = 1 / sqrt(fan-in)}. */
    PYTORCH_LINEAR("pytorch-linear", "pytorch"),
    /** Weights and biases N(0, 1), for layers that scale them when they are used (Jacot, Gabriel and Hongler 2018). */
    NTK("ntk");

    private final String label;
    private final String shortName;

    Initializer(String label) {
        this(label, label);
    }

    Initializer(String label, String shortName) {
        this.label = label;
        this.shortName = shortName;
    }

    /**
     * The initializer with a name.
     *
     * @throws CotangentException if there is none, naming those there are
     */
    public static Initializer named(String name) {
        return Arrays.stream(values())
                .filter(initializer -> initializer.label.equals(name)
                        || initializer.shortName.equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new CotangentException(
                                "no initializer named \"%s\"; there are %s".formatted(name, names())));
    }

    /** All names, separated by commas. */
    public static String names() {
        return Arrays.stream(values())
                .flatMap(initializer -> Stream.of(initializer.label, initializer.shortName))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /**
     * Weights of a dense layer, [in, out], or of a convolution, [spatial..., channels, filters].
     *
     * @throws ShapeException if the shape has fewer than two axes or the dtype is not floating point
     */
    public Tensor weights(Key key, Shape shape, DType dtype) {
        if (shape.rank() < 2) {
            throw new ShapeException("weights: expected [in, out] or [spatial..., channels, filters], got " + shape);
        }
        double field = shape.select(Axes.range(0, shape.rank() - 2)).size();
        double in = field * shape.extent(-2);
        double out = field * shape.extent(-1);
        return switch (this) {
            case HE_NORMAL -> normal(key, shape, dtype, Math.sqrt(2 / in));
            case HE_UNIFORM -> uniform(key, shape, dtype, Math.sqrt(6 / in));
            case GLOROT_NORMAL -> normal(key, shape, dtype, Math.sqrt(2 / (in + out)));
            case GLOROT_UNIFORM -> uniform(key, shape, dtype, Math.sqrt(6 / (in + out)));
            case LECUN_NORMAL -> normal(key, shape, dtype, Math.sqrt(1 / in));
            case LECUN_UNIFORM -> uniform(key, shape, dtype, Math.sqrt(3 / in));
            case PYTORCH_LINEAR -> uniform(key, shape, dtype, Math.sqrt(1 / in));
            case NTK -> normal(key, shape, dtype, 1);
        };
    }

    /** Biases of a layer with the given fan-in, [out]. */
    public Tensor biases(Key key, int fanIn, int out, DType dtype) {
        Shape shape = Shape.of(out);
        return switch (this) {
            case PYTORCH_LINEAR -> uniform(key, shape, dtype, Math.sqrt(1.0 / fanIn));
            case NTK -> normal(key, shape, dtype, 1);
            default -> Tensor.zeros(dtype, out);
        };
    }

    private static Tensor normal(Key key, Shape shape, DType dtype, double deviation) {
        double[] numbers = key.normal(shape, DType.F64).toDoubles();
        Arrays.setAll(numbers, i -> numbers[i] * deviation);
        return rounded(shape, dtype, numbers);
    }

    private static Tensor uniform(Key key, Shape shape, DType dtype, double bound) {
        double[] numbers = key.uniform(shape, DType.F64).toDoubles();
        Arrays.setAll(numbers, i -> (2 * numbers[i] - 1) * bound);
        return rounded(shape, dtype, numbers);
    }

    private static Tensor rounded(Shape shape, DType dtype, double[] numbers) {
        return switch (dtype) {
            case F64 -> Tensor.wrap(shape, numbers);
            case F32 -> {
                float[] result = new float[numbers.length];
                for (int i = 0; i < result.length; i++) {
                    result[i] = (float) numbers[i];
                }
                yield Tensor.wrap(shape, result);
            }
            case I32, BOOL -> throw new ShapeException("parameters are f32 or f64, not " + dtype);
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
