package cotangent.examples.command;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
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
    private static final Pattern WIDTHS = Pattern.compile("0*[1-9]\\d{0,6}(-0*[1-9]\\d{0,6})+");

    @Option(names = "--model", paramLabel = "WIDTHS", description = "Layer widths of the network, input first (default: ${DEFAULT-VALUE}).")
    private String model = "49-32-32-10";

    @Option(names = "--activation", paramLabel = "NAME", description = "Nonlinearity between layers: tanh, relu, gelu, silu, sigmoid, softplus, erf, sin or identity (default: ${DEFAULT-VALUE}).")
    private String activation = "tanh";

    @Option(names = "--init", paramLabel = "NAME", description = "How the parameters start: he, he-uniform, glorot, glorot-uniform, lecun, lecun-uniform, pytorch or ntk (default: ${DEFAULT-VALUE}).")
    private String init = "he";

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

    @Option(names = "--inputs", paramLabel = "FILE.npy", description = "Inputs of your own, [samples, features] (default: --data).")
    private @Nullable Path inputs;

    @Option(names = "--params", paramLabel = "FILE", description = {"Parameters of your own, .npz or .safetensors:",
            "W1, b1, ... as [in,out], or PyTorch's", "0.weight, 0.bias, ... as [out,in] (default: --init)."})
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

    Mlp mlp() {
        if (!WIDTHS.matcher(model).matches()) {
            throw new InvalidDataException("--model: expected layer widths such as 49-32-32-10, got \"" + model + "\"");
        }
        int[] widths = Arrays.stream(model.split("-")).mapToInt(Integer::parseInt).toArray();
        return Nn.mlp(widths)
                .activation(Choice.of("--activation", activation, words(Activation.names())))
                .initializer(Choice.of(
                        "--init", init, words(Initializer.names())))
                .dtype(dtype());
    }

    private static List<String> words(String listed) {
        return List.of(listed.split(", "));
    }

    Params params() {
        return params == null ? fresh() : params(params);
    }

    private Params fresh() {
        int[] widths = mlp().widths();
        double bytes = 0;
        for (int i = 1; i < widths.length; i++) {
            bytes += (1.0 + widths[i - 1]) * widths[i] * Double.BYTES;
        }
        if (bytes > 0.25 * Runtime.getRuntime().maxMemory()) {
            throw new InvalidDataException(
                    "--model: the parameters of %s take %.1f GiB, more than a quarter of the JVM's memory; "
                            .formatted(model, bytes / (1L << 30)) + "choose smaller widths");
        }
        return mlp().init(Key.of(seed));
    }

    /** The parameters of the same model from a file. */
    Params params(Path file) {
        return MlpFile.read(file, dtype(), mlp().widths());
    }

    /** [samples, features], checked against the model's first width. */
    Tensor inputs() {
        if (samples != null && samples < 1) {
            throw new InvalidDataException("--samples: expected at least 1, got " + samples);
        }
        Tensor read = inputs == null ? digits() : own(inputs);
        int features = mlp().widths()[0];
        if (read.shape().extent(1) != features) {
            throw new InvalidDataException(
                    "--model: the data has %d features a sample, but %s takes %d".formatted(read.shape()
                            .extent(1), model, features));
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

    private Tensor own(Path file) {
        if (mnist != null) {
            throw new InvalidDataException("--inputs and --mnist: expected one of them, got both");
        }
        Tensor all = Inputs.read(file, dtype());
        int available = all.shape().extent(0);
        if (samples != null && samples > available) {
            throw new InvalidDataException("--samples: expected at most the %d of %s, got %d".formatted(available, file,
                    samples));
        }
        return samples == null ? all : all.slice(0, 0, samples);
    }

    String describe(int count) {
        String source = inputs == null ? data : String.valueOf(inputs.getFileName());
        String start = params == null ? init + " initialisation, seed " + seed : "from " + params.getFileName();
        return "%s network (%s, %s), %d sample%s of %s".formatted(mlp(), dtype(), start, count, count == 1 ? "" : "s",
                source);
    }
}
