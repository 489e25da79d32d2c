package cotangent.examples.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the files of {@link EmbeddedMnist} from the full set; run by hand, once:
 *
 * <pre>java cotangent.examples.data.MakeEmbeddedMnist MNIST_DIRECTORY TARGET_DIRECTORY</pre>
 *
 * <p>Pooled digits are kept as the sums of 16 pixels, which are integers of 12 bits, so that their averages are exact.
 */
final class MakeEmbeddedMnist {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final int SHORT = 0x0B;

    private MakeEmbeddedMnist() {}

    public static void main(String[] arguments) throws IOException {
        make(Path.of(arguments[0]), Path.of(arguments[1]));
    }

    static void make(Path mnist, Path target) throws IOException {
        int pooled = EmbeddedMnist.POOLED_COUNT;
        write(target.resolve(EmbeddedMnist.POOLED_IMAGES), SHORT, Mnist.blockSums(Mnist.Split.TRAIN.images(
                mnist))::get, pooled, Mnist.POOLED_EDGE, Mnist.POOLED_EDGE);
        write(target.resolve(EmbeddedMnist.POOLED_LABELS), UNSIGNED_BYTE, Mnist.Split.TRAIN.labels(mnist)::get, pooled);
        int fullSize = EmbeddedMnist.FULL_SIZE_COUNT;
        write(target.resolve(EmbeddedMnist.FULL_SIZE_IMAGES), UNSIGNED_BYTE, Mnist.Split.TEST.images(mnist)::get,
                fullSize, Mnist.EDGE, Mnist.EDGE);
        write(target.resolve(EmbeddedMnist.FULL_SIZE_LABELS), UNSIGNED_BYTE, Mnist.Split.TEST.labels(mnist)::get,
                fullSize);
    }

    private static void write(Path path, int type, IntUnaryOperator element, int... extents) throws IOException {
        int size = 1;
        for (int extent : extents) {
            size *= extent;
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * extents.length + size * (type == SHORT ? 2 : 1));
        bytes.putShort((short) 0).put((byte) type).put((byte) extents.length);
        for (int extent : extents) {
            bytes.putInt(extent);
        }
        for (int i = 0; i < size; i++) {
            if (type == SHORT) {
                bytes.putShort((short) element.applyAsInt(i));
            } else {
                bytes.put((byte) element.applyAsInt(i));
            }
        }
        try (OutputStream file = Files.newOutputStream(path); OutputStream packed = new Packed(file)) {
            packed.write(bytes.array());
        }
    }

    /** A gzip stream that packs as small as it can. */
    private static final class Packed extends GZIPOutputStream {
        Packed(OutputStream file) throws IOException {
            super(file);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
