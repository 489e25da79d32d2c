package cotangent.examples.command;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.examples.data.DataSets;
import cotangent.examples.data.Inputs;
import cotangent.examples.data.MlpFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which model, with which parameters, on which data. */
final class ModelOptions {
    private static final Pattern WIDTHS = Pattern.compile("\\d{1,7}(-\\d{1,7})+");

    @Option(names = "--model", paramLabel = "WIDTHS", defaultValue = "49-32-32-10", description = "Layer widths of the network, input first (default: ${DEFAULT-VALUE}).")
    private String model = "";

    @Option(names = "--activation", paramLabel = "NAME", defaultValue = "tanh", description = "Nonlinearity between layers: tanh, relu, gelu, silu, ... (default: ${DEFAULT-VALUE}).")
    private String activation = "";

    @Option(names = "--init", paramLabel = "NAME", defaultValue = "he", description = "How the parameters start: he, glorot, lecun, pytorch, ntk, ... (default: ${DEFAULT-VALUE}).")
    private String init = "";

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Seed of the parameters and of the probes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--dtype", paramLabel = "f32|f64", defaultValue = "f64", description = "Precision (default: ${DEFAULT-VALUE}).")
    private String dtype = "";

    @Option(names = "--data", paramLabel = "NAME", defaultValue = "mnist7x7", description = "mnist7x7 or mnist28x28 (default: ${DEFAULT-VALUE}).")
    private String data = "";

    @Option(names = "--samples", paramLabel = "N", defaultValue = "200", description = "How many samples of it, from the first (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--mnist", paramLabel = "DIR", description = "Read the full MNIST from standard IDX files, plain or .gz.")
    private @Nullable Path mnist;

    @Option(names = "--inputs", paramLabel = "FILE.npy", description = "Inputs of your own, [samples, features], in place of --data.")
    private @Nullable Path inputs;

    @Option(names = "--params", paramLabel = "FILE", description = "Parameters of your own (.npz or .safetensors): W1,b1,... as [in,out], or PyTorch's 0.weight,0.bias,... as [out,in].")
    private @Nullable Path params;

    DType dtype() {
        return Arrays.stream(DType.values()).filter(DType::isFloating).filter(type -> type.toString().equals(dtype))
                .findFirst().orElseThrow(() -> new InvalidDataException("--dtype: expected f32 or f64, got \"" + dtype
                        + "\""));
    }

    long seed() {
        return seed;
    }

    Mlp mlp() {
        if (!WIDTHS.matcher(model).matches()) {
            throw new InvalidDataException("--model: expected layer widths such as 49-32-32-10, got \"" + model + "\"");
        }
        int[] widths = Arrays.stream(model.split("-")).mapToInt(Integer::parseInt).toArray();
        return Nn.mlp(widths).activation(Activation.named(activation)).initializer(init).dtype(dtype());
    }

    Params params() {
        return params == null ? mlp().init(Key.of(seed)) : params(params);
    }

    /** The parameters of the same model from a file. */
    Params params(Path file) {
        return MlpFile.read(file, dtype(), mlp().widths());
    }

    /** [samples, features], checked against the model's first width. */
    Tensor inputs() {
        if (samples < 1) {
            throw new InvalidDataException("--samples: expected at least 1, got " + samples);
        }
        Tensor read = inputs == null
                ? DataSets.load(data, Optional.ofNullable(mnist), samples, dtype()).inputs()
                : Inputs.read(inputs, dtype());
        int features = mlp().widths()[0];
        if (read.shape().extent(1) != features) {
            throw new InvalidDataException("the data has %d features a sample, but the model %s takes %d; change --model"
                    .formatted(read.shape().extent(1), model, features));
        }
        return read;
    }

    String describe(int count) {
        String source = inputs == null ? data : String.valueOf(inputs.getFileName());
        String start = params == null ? init + " initialisation, seed " + seed : "from " + params.getFileName();
        return "%s %s network (%s, %s), %d samples of %s".formatted(model, activation, dtype, start, count, source);
    }
}
