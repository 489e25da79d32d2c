package cotangent.examples.traces;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.MnistFiles;
import cotangent.examples.experiment.WarmUp;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An experiment on the kernel of one model. */
abstract class SubjectOptions extends Experiment {
    static final int FULL_SEEDS = 50;

    @Option(names = "--full", description = "The published size, over 50 seeds (default: a size of seconds, fewer seeds).")
    private boolean full;

    @Option(names = "--seeds", paramLabel = "N", description = "Estimates of each kind (default: 16; with --full 50).")
    private @Nullable Integer seeds;

    @Option(names = "--dtype", paramLabel = "f32|f64", description = "Precision (default: ${DEFAULT-VALUE}).")
    private String dtype = "f32";

    @Option(names = "--seed", paramLabel = "N", description = "Of the network and its inputs (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private MnistFiles mnist = new MnistFiles();

    @Option(names = "--warm-up", paramLabel = "MS", description = "For the JVM's compiler, before what is timed (default: ${DEFAULT-VALUE}).")
    private int warmUp = 1_000;

    WarmUp warmUp() {
        return new WarmUp(Math.clamp(warmUp, 0, 60_000));
    }

    boolean full() {
        return full;
    }

    int seeds() {
        int number = seeds != null ? seeds : full ? FULL_SEEDS : 16;
        if (number < 4 || number > 10_000) {
            throw new InvalidDataException("--seeds: expected a number from 4 to 10000, got " + number);
        }
        return number;
    }

    long seed() {
        return seed;
    }

    DType dtype() {
        return switch (dtype.toLowerCase(Locale.ROOT)) {
            case "f32" -> DType.F32;
            case "f64" -> DType.F64;
            default -> throw new InvalidDataException("--dtype: expected f32 or f64, got \"%s\"".formatted(dtype));
        };
    }

    /** The model of a family at the size asked for. */
    TraceModel model(Family family) {
        return TraceModel.of(family, full ? family.full() : family.small(), dtype(), seed, mnist());
    }

    Optional<Path> mnist() {
        return mnist.directory();
    }
}
