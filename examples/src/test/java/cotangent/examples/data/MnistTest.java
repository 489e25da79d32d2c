package cotangent.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MnistTest {
    private static final int COUNT = 5;

    @TempDir
    private Path folder;

    /** The sums were computed by NumPy from the full set: of every pixel times its place modulo 1009. */
    @Test
    void shipsTheDigitsThatNumpyFindsInTheFullSet() {
        DataSet pooled = DataSets.load("mnist7x7", Optional.empty(), EmbeddedMnist.POOLED_COUNT, DType.F64);
        assertThat(pooled.inputs().type()).hasToString("f64[3000, 49]");
        assertThat(checksum(pooled.inputs(), 4080)).isEqualTo(39_587_602_161L);
        assertThat(firstLabels(pooled)).containsExactly(5, 0, 4, 1, 9, 2, 1, 3, 1, 4);
        assertThat(classCounts(pooled)).containsExactly(285, 339, 299, 295, 325, 274, 306, 329, 261, 287);
        DataSet fullSize = DataSets.load("mnist28x28", Optional.empty(), EmbeddedMnist.FULL_SIZE_COUNT, DType.F64);
        assertThat(fullSize.inputs().type()).hasToString("f64[512, 784]");
        assertThat(checksum(fullSize.inputs(), 255)).isEqualTo(6_206_216_304L);
        assertThat(firstLabels(fullSize)).containsExactly(7, 2, 1, 0, 4, 1, 4, 9, 5, 9);
        assertThat(classCounts(fullSize)).containsExactly(42, 69, 56, 48, 56, 52, 44, 50, 40, 55);
    }

    private static long checksum(Tensor inputs, int scale) {
        double[] values = inputs.toDoubles();
        long sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += Math.round(values[i] * scale) * (i % 1009);
        }
        return sum;
    }

    private static int[] firstLabels(DataSet data) {
        return Arrays.copyOf(data.labels().toInts(), 10);
    }

    private static int[] classCounts(DataSet data) {
        int[] counts = new int[10];
        Arrays.stream(data.labels().toInts()).forEach(label -> counts[label]++);
        return counts;
    }

    @Test
    void roundsPixelsOnce() {
        double[] exact = EmbeddedMnist.pooled(100, DType.F64).inputs().toDoubles();
        float[] rounded = EmbeddedMnist.pooled(100, DType.F32).inputs().toFloats();
        for (int i = 0; i < exact.length; i++) {
            assertThat(rounded[i]).isEqualTo((float) exact[i]);
        }
    }

    @Test
    void takesTheFirstSamples() {
        DataSet data = EmbeddedMnist.pooled(20, DType.F32);
        assertThat(data.take(7)).isEqualTo(EmbeddedMnist.pooled(7, DType.F32));
        assertThat(data.take(20)).isEqualTo(data);
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> data.take(21))
                .withMessage(
                        "mnist7x7: expected 1 to 20 samples, got 21");
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> EmbeddedMnist.pooled(0, DType.F32))
                .withMessage("mnist7x7: expected 1 to 3000 samples, got 0");
    }

    @Test
    void namesTheDataSetsThereAre() {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> DataSets.load("cifar", Optional.empty(),
                1, DType.F32)).withMessage("expected a data set named one of mnist7x7, mnist28x28, got \"cifar\"");
    }

    @ParameterizedTest
    @EnumSource
    void readsTheStandardFiles(Mnist.Split split) throws IOException {
        byte[] pixels = new byte[COUNT * 784];
        new Random(1).nextBytes(pixels);
        String prefix = split == Mnist.Split.TRAIN ? "train" : "t10k";
        write(prefix + "-images-idx3-ubyte.gz", ByteBuffer.allocate(16 + pixels.length)
                .putInt(0x803)
                .putInt(COUNT)
                .putInt(28)
                .putInt(28)
                .put(pixels)
                .array());
        write(prefix + "-labels.idx1-ubyte", ByteBuffer.allocate(8 + COUNT)
                .putInt(0x801)
                .putInt(COUNT)
                .put(
                        new byte[]{3, 1, 4, 1, 5})
                .array());

        DataSet fullSize = Mnist.fullSize(folder, split, COUNT, DType.F64);
        assertThat(fullSize.labels()).isEqualTo(Tensor.of(3, 1, 4, 1, 5));
        for (int i = 0; i < pixels.length; i++) {
            assertThat(fullSize.inputs().get(i / 784, i % 784)).isEqualTo((pixels[i] & 255) / 255.0);
        }

        DataSet pooled = Mnist.pooled(folder, split, 3, DType.F64);
        assertThat(pooled.inputs().type()).hasToString("f64[3, 49]");
        assertThat(pooled.labels()).isEqualTo(Tensor.of(3, 1, 4));
        for (int image = 0; image < 3; image++) {
            for (int block = 0; block < 49; block++) {
                double sum = 0;
                for (int i = 0; i < 16; i++) {
                    int row = block / 7 * 4 + i / 4;
                    int column = block % 7 * 4 + i % 4;
                    sum += fullSize.inputs().get(image, row * 28 + column);
                }
                // The mean of 16 numbers of at most 1, added one by one: 16 roundings of at most 16 * 2^-53 each.
                assertThat(pooled.inputs().get(image, block)).isCloseTo(sum / 16, within(16 * 0x1p-53));
            }
        }
    }

    private void write(String name, byte[] bytes) throws IOException {
        try (OutputStream file = Files.newOutputStream(folder.resolve(name));
                OutputStream stream = name.endsWith(".gz") ? new GZIPOutputStream(file) : file) {
            stream.write(bytes);
        }
    }

    @Test
    void refusesFilesThatDoNotFit() throws IOException {
        refuses("expected the MNIST file train-images-idx3-ubyte or train-images-idx3-ubyte.gz in this directory");
        write("train-images-idx3-ubyte",
                ByteBuffer.allocate(16 + 784).putInt(0x803).putInt(1).putInt(28).putInt(28).array());
        write("train-labels-idx1-ubyte", ByteBuffer.allocate(10).putInt(0x801).putInt(2).array());
        refuses("expected a label for each of 1 images, got labels of shape [2]");
        write("train-labels-idx1-ubyte", ByteBuffer.allocate(9).putInt(0x801).putInt(1).put((byte) 10).array());
        refuses("expected labels from 0 to 9, label 0 is 10");
        write("train-images-idx3-ubyte",
                ByteBuffer.allocate(16 + 784).putInt(0x803).putInt(1).putInt(56).putInt(14).array());
        refuses("expected images of shape [N, 28, 28], got [1, 56, 14]");
        write("train-images-idx3-ubyte", ByteBuffer.allocate(16).putInt(0x803).putInt(0).putInt(28).putInt(28).array());
        refuses("expected images of shape [N, 28, 28], got [0, 28, 28]");
    }

    private void refuses(String message) {
        assertThatExceptionOfType(InvalidDataException.class).isThrownBy(() -> DataSets.load("mnist7x7", Optional.of(
                folder), 1, DType.F32)).withMessageContaining(message);
    }

    /** The program that made the shipped files, run on a full set of random digits. */
    @Test
    void makesFilesThatHoldWhatTheFullSetHolds() throws IOException {
        byte[] pixels = new byte[EmbeddedMnist.POOLED_COUNT * 784];
        new Random(2).nextBytes(pixels);
        for (String prefix : new String[]{"train", "t10k"}) {
            write(prefix + "-images-idx3-ubyte", ByteBuffer.allocate(16 + pixels.length)
                    .putInt(0x803)
                    .putInt(
                            EmbeddedMnist.POOLED_COUNT)
                    .putInt(28)
                    .putInt(28)
                    .put(pixels)
                    .array());
            write(prefix + "-labels-idx1-ubyte",
                    ByteBuffer.allocate(8 + EmbeddedMnist.POOLED_COUNT)
                            .putInt(0x801)
                            .putInt(
                                    EmbeddedMnist.POOLED_COUNT)
                            .array());
        }
        Path target = Files.createDirectory(folder.resolve("target"));
        MakeEmbeddedMnist.make(folder, target);
        Idx sums = Idx.read(target.resolve(EmbeddedMnist.POOLED_IMAGES));
        Idx labels = Idx.read(target.resolve(EmbeddedMnist.POOLED_LABELS));
        assertThat(Mnist.pooled(new Mnist.BlockSums(sums.shape(), sums::get), labels, 3000, DType.F32)).isEqualTo(Mnist
                .pooled(folder, Mnist.Split.TRAIN, 3000, DType.F32));
        assertThat(Mnist.fullSize(Idx.read(target.resolve(EmbeddedMnist.FULL_SIZE_IMAGES)), Idx.read(target.resolve(
                EmbeddedMnist.FULL_SIZE_LABELS)), 512, DType.F32))
                .isEqualTo(Mnist.fullSize(folder, Mnist.Split.TEST, 512,
                        DType.F32));
    }
}
