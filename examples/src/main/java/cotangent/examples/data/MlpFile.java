package cotangent.examples.data;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The parameters of a multilayer perceptron from an .npz or .safetensors file.
 *
 * <p>Two layouts are known: {@code W1, b1, W2, b2, ...} with weights [in, out]; and that of PyTorch's Sequential,
 * {@code 0.weight, 0.bias, 2.weight, ...}, with or without a common prefix, with weights [out, in], which are transposed.
 */
public final class MlpFile {
    private static final Pattern PYTORCH = Pattern.compile("(.*\\.)?(\\d{1,6})\\.(weight|bias)");

    /** How many names an error lists. */
    private static final int MOST_NAMES = 8;

    /** The names under which a file holds a layer. */
    private record Layer(String weights, String bias) {}

    private final Path file;
    private final DType dtype;
    private final int[] widths;

    private MlpFile(Path file, DType dtype, int[] widths) {
        this.file = file;
        this.dtype = dtype;
        this.widths = widths;
    }

    /**
     * The parameters as {@code W1, b1, W2, b2, ...} with weights [in, out] and biases [out], F32 or F64.
     *
     * @param widths the model's layers from input to output, such as 49, 32, 32, 10
     * @throws InvalidDataException if the file is malformed, a name is missing or not known, a shape is not the model's,
     *         or a number is not finite or not exact in the type asked for
     */
    public static Params read(Path file, DType dtype, int... widths) {
        return new MlpFile(file, dtype, widths.clone()).params(ParameterFile.read(file));
    }

    private Params params(Map<String, Tensor> arrays) {
        boolean pytorch = arrays.keySet().stream().anyMatch(name -> PYTORCH.matcher(name).matches());
        List<Layer> layers = pytorch ? pytorchLayers(arrays) : plainLayers();
        requireNames(arrays, layers);
        Map<String, Tree> params = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            int in = widths[i];
            int out = widths[i + 1];
            Tensor weights = array(arrays, layer.weights(), pytorch ? Shape.of(out, in) : Shape.of(in, out));
            params.put("W" + (i + 1), pytorch ? transposed(weights) : weights);
            params.put("b" + (i + 1), array(arrays, layer.bias(), Shape.of(out)));
        }
        return Params.of(params);
    }

    private List<Layer> plainLayers() {
        return IntStream.range(1, widths.length).mapToObj(i -> new Layer("W" + i, "b" + i)).toList();
    }

    /** The layers in the order of their numbers, which skip the activations between them. */
    private List<Layer> pytorchLayers(Map<String, Tensor> arrays) {
        SortedMap<Integer, Layer> layers = new TreeMap<>();
        for (String name : arrays.keySet()) {
            Matcher matcher = PYTORCH.matcher(name);
            if (matcher.matches()) {
                String stem = name.substring(0, matcher.end(2));
                Layer layer = new Layer(stem + ".weight", stem + ".bias");
                Layer other = layers.putIfAbsent(Integer.valueOf(matcher.group(2)), layer);
                if (other != null && !other.equals(layer)) {
                    throw refused("expected the layers of one model, got both " + other.weights() + " and " + layer
                            .weights());
                }
            }
        }
        if (layers.size() != widths.length - 1) {
            throw refused("expected %d layers for a model %s, got %d: %s".formatted(widths.length - 1, model(), layers
                    .size(), some(layers.values().stream().map(Layer::weights).toList())));
        }
        return List.copyOf(layers.values());
    }

    private void requireNames(Map<String, Tensor> arrays, List<Layer> layers) {
        List<String> expected = layers.stream().flatMap(layer -> Stream.of(layer.weights(), layer.bias())).toList();
        List<String> missing = expected.stream().filter(name -> !arrays.containsKey(name)).toList();
        List<String> unknown = arrays.keySet().stream().filter(name -> !expected.contains(name)).toList();
        if (!missing.isEmpty() || !unknown.isEmpty()) {
            throw refused("expected %s for a model %s%s%s".formatted(some(expected), model(), missing.isEmpty() ? ""
                    : "; missing: " + some(missing), unknown.isEmpty() ? "" : "; not known: " + some(unknown)));
        }
    }

    private Tensor array(Map<String, Tensor> arrays, String name, Shape expected) {
        Tensor array = Objects.requireNonNull(arrays.get(name));
        if (!array.shape().equals(expected)) {
            throw refused("expected %s of shape %s for a model %s, got %s".formatted(name, expected, model(), array
                    .shape()));
        }
        return FloatingArrays.convert(array, dtype, file + ", " + name);
    }

    private static Tensor transposed(Tensor matrix) {
        int rows = matrix.shape().extent(0);
        int columns = matrix.shape().extent(1);
        Shape shape = Shape.of(columns, rows);
        if (matrix.dtype() == DType.F32) {
            float[] from = matrix.toFloats();
            float[] to = new float[from.length];
            for (int i = 0; i < to.length; i++) {
                to[i] = from[i % rows * columns + i / rows];
            }
            return Tensor.wrap(shape, to);
        }
        double[] from = matrix.toDoubles();
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i % rows * columns + i / rows];
        }
        return Tensor.wrap(shape, to);
    }

    private String model() {
        return Arrays.stream(widths).mapToObj(Integer::toString).collect(Collectors.joining("-"));
    }

    private static String some(List<String> names) {
        String text = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return names.size() > MOST_NAMES ? text + ", ..." : text;
    }

    private InvalidDataException refused(String what) {
        return new InvalidDataException(file + ": " + what);
    }
}
