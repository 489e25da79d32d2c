package cotangent.examples.training;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.examples.data.DataSet;
import cotangent.examples.data.EmbeddedMnist;
import cotangent.examples.data.Mnist;
import cotangent.examples.experiment.MnistFiles;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which digits a command trains on: those that come along, or the full MNIST. */
public final class Digits {
    /** Kinds of digits. */
    public static final int CLASSES = 10;
    private static final String POOLED = "mnist7x7";
    private static final String FULL_SIZE = "mnist28x28";

    @Option(names = "--data", paramLabel = "NAME", description = "mnist7x7 or mnist28x28 (default: ${DEFAULT-VALUE}).")
    private String name = POOLED;

    @Mixin
    private MnistFiles mnist = new MnistFiles();

    /** The options, none of them set. */
    public Digits() {}

    /** Some to learn and others to test. */
    record Sets(DataSet training, DataSet test) {}

    /**
     * The first digits in F64: of the full set those of its two parts, else the ones to test come after the others.
     *
     * @throws InvalidDataException if there are fewer, there is no such data set, or a file is malformed
     */
    Sets load(int training, int test) {
        boolean pooled = name.equals(POOLED);
        if (!pooled && !name.equals(FULL_SIZE)) {
            throw new InvalidDataException("--data: expected %s or %s, got \"%s\"".formatted(POOLED, FULL_SIZE, name));
        }
        Optional<Path> full = mnist.directory();
        if (full.isPresent()) {
            return new Sets(read(full.get(), Mnist.Split.TRAIN, pooled, training), read(full.get(), Mnist.Split.TEST,
                    pooled, test));
        }
        DataSet all = pooled ? EmbeddedMnist.pooled(training + test, DType.F64)
                : EmbeddedMnist.fullSize(training + test, DType.F64);
        return new Sets(all.take(training), all.take(training, test));
    }

    private static DataSet read(Path directory, Mnist.Split split, boolean pooled, int count) {
        return pooled ? Mnist.pooled(directory, split, count, DType.F64)
                : Mnist.fullSize(directory, split, count, DType.F64);
    }

    /** The classes as rows of zeros and a one, [N, 10]. */
    static Tensor oneHot(DataSet digits) {
        return digits.labels().oneHot(CLASSES, DType.F64);
    }

    /** The share of rows of outputs of which the largest is not that of the digit. */
    static double error(Tensor outputs, DataSet digits) {
        int[] guessed = outputs.argmax(1).toInts();
        int[] actual = digits.labels().toInts();
        int wrong = 0;
        for (int i = 0; i < guessed.length; i++) {
            wrong += guessed[i] == actual[i] ? 0 : 1;
        }
        return (double) wrong / guessed.length;
    }
}
