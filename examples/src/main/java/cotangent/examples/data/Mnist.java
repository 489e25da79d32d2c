package cotangent.examples.data;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/**
 * The MNIST digits from the standard IDX files in a directory, plain or packed with gzip.
 *
 * <p>Y. LeCun and C. Cortes, "The MNIST database of handwritten digits": 60,000 training and 10,000 test images of 28 x 28
 * pixels of 0 to 255, with labels 0 to 9. Pixels become numbers from 0 to 1.
 */
public final class Mnist {
    /** Pixels along an edge. */
    public static final int EDGE = 28;
    /** Pixels along an edge after pooling. */
    public static final int POOLED_EDGE = 7;

    private static final int BLOCK = EDGE / POOLED_EDGE;
    private static final double WHITE = 255;

    /** Which of the two sets. */
    public enum Split {
        /** The 60,000 training digits. */
        TRAIN("train"),
        /** The 10,000 test digits. */
        TEST("t10k");

        private final String prefix;

        Split(String prefix) {
            this.prefix = prefix;
        }

        /** The set's images in the directory: [N, 28, 28], 0 to 255. */
        Idx images(Path directory) {
            return file(directory, prefix + "-images", "idx3-ubyte");
        }

        /** The set's labels in the directory: [N], 0 to 9. */
        Idx labels(Path directory) {
            return file(directory, prefix + "-labels", "idx1-ubyte");
        }
    }

    private Mnist() {}

    /** Some unpacking tools turn the last hyphen of the standard names into a dot. */
    private static Idx file(Path directory, String stem, String kind) {
        for (String separator : new String[]{"-", "."}) {
            for (String ending : new String[]{"", ".gz"}) {
                Path path = directory.resolve(stem + separator + kind + ending);
                if (Files.exists(path)) {
                    return Idx.read(path);
                }
            }
        }
        throw new InvalidDataException(
                directory + ": expected the MNIST file " + stem + "-" + kind + " or " + stem + "-"
                        + kind + ".gz in this directory, found neither");
    }

    /**
     * The first digits at full size: [samples, 784], pixels divided by 255.
     *
     * @throws InvalidDataException if a file is missing or malformed, or holds fewer samples
     */
    public static DataSet fullSize(Path directory, Split split, int samples, DType dtype) {
        return fullSize(split.images(directory), split.labels(directory), samples, dtype);
    }

    /**
     * The first digits averaged over blocks of 4 x 4 pixels: [samples, 49], divided by 255.
     *
     * @throws InvalidDataException if a file is missing or malformed, or holds fewer samples
     */
    public static DataSet pooled(Path directory, Split split, int samples, DType dtype) {
        return pooled(blockSums(split.images(directory)), split.labels(directory), samples, dtype);
    }

    static DataSet fullSize(Idx images, Idx labels, int samples, DType dtype) {
        return new Images(images.shape(), position -> images.get(position) / WHITE).dataSet("mnist28x28", EDGE, labels,
                samples, dtype);
    }

    static DataSet pooled(BlockSums sums, Idx labels, int samples, DType dtype) {
        return new Images(sums.shape, position -> sums.get(position) / (WHITE * BLOCK * BLOCK)).dataSet("mnist7x7",
                POOLED_EDGE, labels, samples, dtype);
    }

    /** Sums of pixels over blocks of 4 x 4, [N, 7, 7], 0 to 4080: integers, so that nothing is rounded on the way. */
    record BlockSums(Shape shape, IntUnaryOperator sum) {
        int get(int position) {
            return sum.applyAsInt(position);
        }
    }

    /** The sums over the blocks of full-size images. */
    static BlockSums blockSums(Idx images) {
        requireEdge("mnist7x7", images.shape(), EDGE);
        return new BlockSums(Shape.of(images.shape().extent(0), POOLED_EDGE, POOLED_EDGE), position -> {
            int row = position / POOLED_EDGE;
            int corner = row * BLOCK * EDGE + position % POOLED_EDGE * BLOCK;
            int sum = 0;
            for (int i = 0; i < BLOCK; i++) {
                for (int j = 0; j < BLOCK; j++) {
                    sum += images.get(corner + i * EDGE + j);
                }
            }
            return sum;
        });
    }

    private static void requireEdge(String name, Shape shape, int edge) {
        if (shape.rank() != 3 || shape.extent(0) == 0 || shape.extent(1) != edge || shape.extent(2) != edge) {
            throw new InvalidDataException(
                    "%s: expected images of shape [N, %d, %d], got %s".formatted(name, edge, edge,
                            shape));
        }
    }

    /** Images of the shape [N, edge, edge] with pixels from 0 to 1. */
    private record Images(Shape shape, IntToDoubleFunction pixel) {
        DataSet dataSet(String name, int edge, Idx labels, int samples, DType dtype) {
            requireEdge(name, shape, edge);
            int available = shape.extent(0);
            if (!labels.shape().equals(Shape.of(available))) {
                throw new InvalidDataException("%s: expected a label for each of %d images, got labels of shape %s"
                        .formatted(name, available, labels.shape()));
            }
            DataSet.requireCount(samples, available, name);
            Tensor inputs = inputs(Shape.of(samples, edge * edge), dtype);
            return new DataSet(name, inputs, classes(name, labels, samples));
        }

        private static Tensor classes(String name, Idx labels, int samples) {
            int[] classes = new int[samples];
            for (int i = 0; i < samples; i++) {
                classes[i] = labels.get(i);
                if (classes[i] < 0 || classes[i] > 9) {
                    throw new InvalidDataException("%s: expected labels from 0 to 9, label %d is %d".formatted(name, i,
                            classes[i]));
                }
            }
            return Tensor.wrap(Shape.of(samples), classes);
        }

        private Tensor inputs(Shape flat, DType dtype) {
            if (dtype == DType.F64) {
                double[] values = new double[flat.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = pixel.applyAsDouble(i);
                }
                return Tensor.wrap(flat, values);
            }
            float[] values = new float[flat.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) pixel.applyAsDouble(i);
            }
            return Tensor.wrap(flat, values);
        }
    }
}
