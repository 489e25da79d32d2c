package cotangent.examples.data;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The data sets by their names on the command line.
 *
 * <p>{@code mnist7x7} are training digits averaged over blocks of 4 x 4 pixels, {@code mnist28x28} test digits as they are.
 * With a directory of the full set there are more of them, and the first ones are the same.
 */
public final class DataSets {
    private enum Known {
        MNIST7X7 {
            @Override
            DataSet shipped(int samples, DType dtype) {
                return EmbeddedMnist.pooled(samples, dtype);
            }

            @Override
            DataSet from(Path mnist, int samples, DType dtype) {
                return Mnist.pooled(mnist, Mnist.Split.TRAIN, samples, dtype);
            }
        },
        MNIST28X28 {
            @Override
            DataSet shipped(int samples, DType dtype) {
                return EmbeddedMnist.fullSize(samples, dtype);
            }

            @Override
            DataSet from(Path mnist, int samples, DType dtype) {
                return Mnist.fullSize(mnist, Mnist.Split.TEST, samples, dtype);
            }
        };

        abstract DataSet shipped(int samples, DType dtype);

        abstract DataSet from(Path mnist, int samples, DType dtype);

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private DataSets() {}

    /** The names there are. */
    public static List<String> names() {
        return Arrays.stream(Known.values()).map(Known::label).toList();
    }

    /**
     * The first samples of a data set: of what is shipped, or of the full set in a directory of IDX files.
     *
     * @throws InvalidDataException if there is no data set of that name, it has fewer samples, or a file is malformed
     */
    public static DataSet load(String name, Optional<Path> mnist, int samples, DType dtype) {
        for (Known known : Known.values()) {
            if (known.label().equals(name)) {
                return mnist.map(directory -> known.from(directory, samples, dtype))
                        .orElseGet(() -> known.shipped(
                                samples, dtype));
            }
        }
        throw new InvalidDataException("expected a data set named one of %s, got \"%s\"".formatted(String.join(", ",
                names()), name));
    }
}
