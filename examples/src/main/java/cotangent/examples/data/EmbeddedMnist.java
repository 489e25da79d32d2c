package cotangent.examples.data;

import cotangent.dsl.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * The part of MNIST that is shipped: the first 3,000 training digits averaged down to 7 x 7 pixels, and the first 512 test
 * digits at 28 x 28 (see NOTICE beside the files; made by {@link MakeEmbeddedMnist}).
 */
public final class EmbeddedMnist {
    /** How many training digits there are at 7 x 7. */
    public static final int POOLED_COUNT = 3_000;
    /** How many test digits there are at 28 x 28. */
    public static final int FULL_SIZE_COUNT = 512;

    static final String POOLED_IMAGES = "mnist7x7-train-images-idx3-short.gz";
    static final String POOLED_LABELS = "mnist7x7-train-labels-idx1-ubyte.gz";
    static final String FULL_SIZE_IMAGES = "mnist28x28-test-images-idx3-ubyte.gz";
    static final String FULL_SIZE_LABELS = "mnist28x28-test-labels-idx1-ubyte.gz";

    private EmbeddedMnist() {}

    /** The first training digits at 7 x 7: [samples, 49], from 0 to 1, F32 or F64. */
    public static DataSet pooled(int samples, DType dtype) {
        Idx sums = file(POOLED_IMAGES);
        return Mnist.pooled(new Mnist.BlockSums(sums.shape(), sums::get), file(POOLED_LABELS), samples, dtype);
    }

    /** The first test digits at 28 x 28: [samples, 784], from 0 to 1, F32 or F64. */
    public static DataSet fullSize(int samples, DType dtype) {
        return Mnist.fullSize(file(FULL_SIZE_IMAGES), file(FULL_SIZE_LABELS), samples, dtype);
    }

    private static Idx file(String name) {
        try (InputStream stream = EmbeddedMnist.class.getResourceAsStream(name)) {
            return Idx.read(Objects.requireNonNull(stream, name).readAllBytes(), name);
        } catch (IOException failure) {
            throw new UncheckedIOException("the program's own file " + name + " cannot be read", failure);
        }
    }
}
