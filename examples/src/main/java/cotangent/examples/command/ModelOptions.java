package cotangent.examples.command;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Initializer;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Backends;
import cotangent.examples.data.DataSet;
import cotangent.examples.data.DataSets;
import cotangent.examples.data.Inputs;
import cotangent.examples.data.MlpFile;
import cotangent.examples.data.ParameterFile;
import cotangent.examples.model.Sequential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which model, with which parameters, on which data. */
final class ModelOptions {
    private static final int DEFAULT_SAMPLES = 200;
    private static final String DEFAULT_MODEL = "49-32-32-10";
    private static final Pattern WIDTHS = Pattern.compile("0*[1-9]\\d{0,6}(-0*[1-9]\\d{0,6})+");

    @Option(names = "--model", paramLabel = "WIDTHS", description = "Layer widths of the network, input first (default: 49-32-32-10).")
    private @Nullable String model;

    @Option(names = "--layers", paramLabel = "TEXT", description = {"Layers of your own, the PyTorch way, such as",
            "\"Conv2d(1, 8, 3), ReLU, Flatten, Linear(200, 10)\",", "or a .txt file with what str(model) prints; see",
            "docs/own-model.md (default: --model, or what the", "file of --params says)."})
    private @Nullable String layers;

    @Option(names = "--activation", paramLabel = "NAME", description = "Nonlinearity between the widths: tanh, relu, gelu, silu, sigmoid, softplus, erf, sin or identity (default: tanh).")
    private @Nullable String activation;

    @Option(names = "--init", paramLabel = "NAME", description = "How the parameters start: he, he-uniform, glorot, glorot-uniform, lecun, lecun-uniform, pytorch or ntk (default: he; of layers: pytorch).")
    private @Nullable String init;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the parameters and of the probes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--dtype", paramLabel = "f32|f64", description = "Precision (default: ${DEFAULT-VALUE}).")
    private String dtype = "f64";

    @Option(names = "--data", paramLabel = "NAME", description = "mnist7x7 or mnist28x28 (default: ${DEFAULT-VALUE}).")
    private String data = "mnist7x7";

    @Option(names = "--samples", paramLabel = "N", description = "How many samples of it, from the first (default: 200, or all of --inputs).")
    private @Nullable Integer samples;

    @Option(names = "--mnist", paramLabel = "DIR", description = "Read the full MNIST from standard IDX files, plain or .gz (default: the digits that come along).")
    private @Nullable Path mnist;

    @Option(names = "--inputs", paramLabel = "FILE.npy", description = "Inputs of your own: [samples, features], or as the first layer takes them (default: --data).")
    private @Nullable Path inputs;

    @Option(names = "--params", paramLabel = "FILE", description = {"Parameters of your own, .npz or .safetensors:",
            "W1, b1, ... as [in,out], or by PyTorch's names,", "0.weight, 0.bias, ... (default: --init)."})
    private @Nullable Path params;

    @Option(names = "--backend", paramLabel = "NAME", description = "What computes: simd, reference or tornado; see `./cotangent devices` (default: the fastest on this CPU).")
    private @Nullable String backend;

    /** What runs the model. */
    Backend backend() {
        return backend == null ? Backends.byDefault() : Backends.named(backend);
    }

    DType dtype() {
        return Choice.of("--dtype", dtype, List.of("f32", "f64")).equals("f32") ? DType.F32 : DType.F64;
    }

    long seed() {
        return seed;
    }

    /** The model as a function of (parameters, inputs). */
    Fn fn() {
        return sequential().map(Sequential::fn).orElseGet(() -> mlp().fn()).on(backend());
    }

    /** Where the samples lie in the inputs. */
    int sampleAxis() {
        return sequential().map(Sequential::sampleAxis).orElse(0);
    }

    /** The model of layers, if there is one: as --layers says, or else the file of the parameters. */
    private Optional<Sequential> sequential() {
        if (layers != null) {
            if (model != null || activation != null) {
                throw new InvalidDataException("--layers and %s: expected one of them, got both; with --layers each "
                        .formatted(model == null ? "--activation" : "--model") + "activation is a layer of its own");
            }
            return Optional.of(Sequential.of(layers.endsWith(".txt") ? text(Path.of(layers)) : layers));
        }
        Path file = params;
        return model == null && file != null && ParameterFile.texts(file).containsKey(Sequential.METADATA)
                ? Optional.of(Sequential.of(file))
                : Optional.empty();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new InvalidDataException("--layers: %s is no text file that can be read".formatted(file), unreadable);
        }
    }

    private String widths() {
        return model == null ? DEFAULT_MODEL : model;
    }

    private String init() {
        return init == null ? "he" : init;
    }

    private Mlp mlp() {
        String model = widths();
        if (!WIDTHS.matcher(model).matches()) {
            throw new InvalidDataException("--model: expected layer widths such as 49-32-32-10, got \"" + model + "\"");
        }
        int[] widths = Arrays.stream(model.split("-")).mapToInt(Integer::parseInt).toArray();
        return Nn.mlp(widths)
                .activation(
                        Choice.of("--activation", activation == null ? "tanh" : activation, words(Activation.names())))
                .initializer(Choice.of(
                        "--init", init(), words(Initializer.names())))
                .dtype(dtype());
    }

    private static List<String> words(String listed) {
        return List.of(listed.split(", "));
    }

    Params params() {
        return params == null ? fresh() : params(params);
    }

    private Params fresh() {
        Optional<Sequential> sequential = sequential();
        if (sequential.isPresent()) {
            if (init != null && !init.startsWith("pytorch")) {
                throw new InvalidDataException(
                        "--init: layers of --layers start as in PyTorch, got \"%s\"".formatted(init));
            }
            requireRoom("--layers", (double) sequential.get().size());
            return sequential.get().init(Key.of(seed), dtype());
        }
        int[] widths = mlp().widths();
        double numbers = 0;
        for (int i = 1; i < widths.length; i++) {
            numbers += (1.0 + widths[i - 1]) * widths[i];
        }
        requireRoom("--model", numbers);
        return mlp().init(Key.of(seed));
    }

    private static void requireRoom(String option, double numbers) {
        double bytes = numbers * Double.BYTES;
        if (bytes > 0.25 * Runtime.getRuntime().maxMemory()) {
            throw new InvalidDataException(
                    "%s: the parameters take %.1f GiB, more than a quarter of the JVM's memory; choose smaller widths"
                            .formatted(option, bytes / (1L << 30)));
        }
    }

    /** The parameters of the same model from a file. */
    Params params(Path file) {
        return sequential().map(sequential -> sequential.params(file, dtype()))
                .orElseGet(() -> MlpFile.read(file, dtype(), mlp().widths()));
    }

    /** The samples, checked against the model's first width if it has one. */
    Tensor inputs() {
        if (samples != null && samples < 1) {
            throw new InvalidDataException("--samples: expected at least 1, got " + samples);
        }
        Optional<Sequential> sequential = sequential();
        if (sequential.isPresent()) {
            return inputs == null ? sequential.get().arranged(digits()) : own(inputs, Inputs.readAny(inputs, dtype()));
        }
        Tensor read = inputs == null ? digits() : own(inputs, Inputs.read(inputs, dtype()));
        int features = mlp().widths()[0];
        if (read.shape().extent(1) != features) {
            throw new InvalidDataException(
                    "--model: the data has %d features a sample, but %s takes %d".formatted(read.shape()
                            .extent(1), widths(), features));
        }
        return read;
    }

    private Tensor digits() {
        return dataSet().inputs();
    }

    private DataSet dataSet() {
        String name = Choice.of("--data", data, DataSets.names());
        return DataSets.load(name, Optional.ofNullable(mnist), samples == null ? DEFAULT_SAMPLES : samples, dtype());
    }

    /** Whether the samples have labels. */
    boolean labelled() {
        return inputs == null;
    }

    /** The classes of the samples, I32. */
    Tensor labels() {
        if (!labelled()) {
            throw new InvalidDataException(
                    "--statistics: the samples of --inputs have no labels to align with; take --data");
        }
        return dataSet().labels();
    }

    private Tensor own(Path file, Tensor all) {
        if (mnist != null) {
            throw new InvalidDataException("--inputs and --mnist: expected one of them, got both");
        }
        int axis = sampleAxis();
        int available = all.shape().extent(axis);
        if (samples != null && samples > available) {
            throw new InvalidDataException("--samples: expected at most the %d of %s, got %d".formatted(available, file,
                    samples));
        }
        return samples == null ? all : all.slice(axis, 0, samples);
    }

    String describe(Tensor read) {
        int count = read.shape().extent(sampleAxis());
        String source = inputs == null ? data : String.valueOf(inputs.getFileName());
        Optional<Sequential> sequential = sequential();
        String name = sequential.map(Sequential::toString).orElseGet(() -> mlp().toString());
        String start = params == null
                ? "%s initialisation, seed %d".formatted(sequential.isPresent() ? "pytorch" : init(), seed)
                : "from " + params.getFileName();
        return "%s network (%s, %s), %d sample%s of %s".formatted(name, dtype(), start, count, count == 1 ? "" : "s",
                source);
    }
}
