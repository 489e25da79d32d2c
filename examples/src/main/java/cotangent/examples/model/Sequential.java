package cotangent.examples.model;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.examples.data.ParameterFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A model of layers in a row, as PyTorch's {@code Sequential}: described by what PyTorch prints of it, or by the same written by
 * hand; with parameters from a file that PyTorch or JAX wrote, or fresh ones.
 *
 * <p>Inputs have PyTorch's axes: [N, features], images [N, channels, height, width], and sequences [times, N, features] or,
 * with {@code batch_first=True}, [N, times, features]. Dropout does nothing, as after {@code model.eval()}. docs/own-model.md
 * shows the way from PyTorch and from JAX.
 */
public final class Sequential {
    /** Under this name a .safetensors file holds the description of its layers. */
    public static final String METADATA = "layers";

    private static final int MOST_NAMES = 8;

    private final List<Layer> layers;

    private Sequential(List<Layer> layers) {
        this.layers = layers;
    }

    /**
     * The model that a text describes: {@code "Linear(49, 32), Tanh, Linear(32, 10)"}, or what {@code str(model)} gives.
     *
     * @throws InvalidDataException if it cannot be read, or names a layer or an argument that is not known
     */
    public static Sequential of(String text) {
        List<Layer> layers = new ArrayList<>();
        LayerParser.parse(text).forEach((name, layer) -> layers.add(Layers.of(name, layer)));
        return new Sequential(layers);
    }

    /**
     * The model that a .safetensors file describes itself, in its metadata under {@code layers}.
     *
     * @throws InvalidDataException if the file is malformed, or does not
     */
    public static Sequential of(Path file) {
        String text = ParameterFile.texts(file).get(METADATA);
        if (text == null) {
            throw new InvalidDataException(
                    ("%s: expected a description of the layers in the metadata, as from save_file(..., "
                            + "metadata={\"layers\": str(model)})").formatted(file));
        }
        return of(text);
    }

    /**
     * The model's parameters from a file, by PyTorch's names, with or without a common prefix.
     *
     * <p>They keep their names; the axes of weights are put as the operations here take them, which no statistic of the
     * kernel depends on: of {@code Linear} as [in, out], of {@code Conv2d} as [height, width, in, out].
     *
     * @throws InvalidDataException if the file is malformed, a tensor is missing or not known, a shape is not the model's, or
     *         a number is not finite or not exact in the type asked for
     */
    public Params params(Path file, DType dtype) {
        Map<String, Tensor> tensors = ParameterFile.read(file);
        List<Parameter> expected = parameters();
        String prefix = prefix(expected, tensors);
        requireNames(file, expected.stream().map(parameter -> prefix + parameter.name()).toList(), tensors);
        Map<String, Tensor> params = new LinkedHashMap<>();
        for (Layer layer : layers) {
            for (Parameter parameter : layer.parameters()) {
                String name = prefix + parameter.name();
                Tensor stored = Objects.requireNonNull(tensors.get(name));
                if (!stored.shape().equals(parameter.shape())) {
                    throw new InvalidDataException(
                            "%s: expected %s of shape %s for %s, got %s".formatted(file, name, parameter
                                    .shape(), layer.label(), stored.shape()));
                }
                params.put(parameter.name(),
                        parameter.arranged(ParameterFile.floating(stored, dtype, file + ", " + name)));
            }
        }
        return Params.of(params);
    }

    private List<Parameter> parameters() {
        return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
    }

    /** What stands before all names in the file: empty unless the file has all of them under one prefix. */
    private static String prefix(List<Parameter> expected, Map<String, Tensor> tensors) {
        if (expected.isEmpty()) {
            return "";
        }
        String first = expected.getFirst().name();
        return tensors.keySet()
                .stream()
                .filter(name -> name.equals(first) || name.endsWith("." + first))
                .map(name -> name.substring(0, name.length() - first.length()))
                .filter(prefix -> expected.stream()
                        .allMatch(parameter -> tensors.containsKey(prefix + parameter.name())))
                .findFirst()
                .orElse("");
    }

    private static void requireNames(Path file, List<String> expected, Map<String, Tensor> tensors) {
        List<String> missing = expected.stream().filter(name -> !tensors.containsKey(name)).toList();
        List<String> unknown = tensors.keySet().stream().filter(name -> !expected.contains(name)).toList();
        if (!missing.isEmpty() || !unknown.isEmpty()) {
            throw new InvalidDataException(
                    "%s: expected %s for these layers%s%s; a layer's number or name is its tensors' prefix"
                            .formatted(file, some(expected), missing.isEmpty() ? "" : "; missing: " + some(missing),
                                    unknown
                                            .isEmpty() ? "" : "; not known: " + some(unknown)));
        }
    }

    private static String some(List<String> names) {
        String text = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return names.isEmpty() ? "no tensors" : names.size() > MOST_NAMES ? text + ", ..." : text;
    }

    /** Fresh parameters with PyTorch's default distributions, in the order of {@link #params}. */
    public Params init(Key key, DType dtype) {
        Map<String, Tensor> params = new LinkedHashMap<>();
        parameters().forEach(parameter -> params.put(parameter.name(), parameter.init(key.fold(params.size()), dtype)));
        return Params.of(params);
    }

    /** Number of scalar parameters. */
    public long size() {
        return parameters().stream().mapToLong(parameter -> parameter.shape().size()).sum();
    }

    /** The model as a function of (parameters, inputs). */
    public Fn fn() {
        return Fn.of("sequential", this::apply);
    }

    /**
     * The model's outputs, inside a function that is being traced.
     *
     * @throws InvalidDataException if a layer meets a shape that it cannot take
     */
    public Expr apply(Expr params, Expr inputs) {
        Map<String, Expr> byName = new LinkedHashMap<>();
        parameters().forEach(parameter -> byName.put(parameter.name(), params.get(parameter.name())));
        Signal signal = Signal.of(inputs);
        for (Layer layer : layers) {
            signal = layer.apply(byName, signal);
        }
        return signal.plain();
    }

    /** Where the samples lie in the inputs: 1 for sequences with the times first, else 0. */
    public int sampleAxis() {
        return layers.getFirst() instanceof Recurrence first && !first.batchFirst() ? 1 : 0;
    }

    /**
     * Square images, one per row, as the first layer takes them: a convolution with one channel as images, a recurrent layer
     * row by row of pixels; for every other layer as they are.
     *
     * @param rows [N, edge·edge]
     */
    public Tensor arranged(Tensor rows) {
        int samples = rows.shape().extent(0);
        int edge = (int) Math.round(Math.sqrt(rows.shape().extent(1)));
        return switch (layers.getFirst()) {
            case Convolution2d first when first.in() == 1 -> rows.reshape(samples, 1, edge, edge);
            case Recurrence first when first.batchFirst() -> rows.reshape(samples, edge, edge);
            case Recurrence first -> rows.reshape(samples, edge, edge).swapAxes(0, 1);
            default -> rows;
        };
    }

    /** The classes of the layers, such as {@code Conv2d-ReLU-Flatten-Linear}. */
    @Override
    public String toString() {
        return layers.stream()
                .map(Layer::label)
                .map(label -> label.substring(label.indexOf(' ') + 1).replaceAll("(?s)\\(.*", ""))
                .collect(Collectors.joining("-"));
    }
}
