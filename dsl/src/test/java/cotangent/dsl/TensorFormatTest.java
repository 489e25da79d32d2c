package cotangent.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class TensorFormatTest {
    /** Every array in the table made with NumPy prints as it does there. */
    @TestFactory
    Stream<DynamicTest> printsAsNumpyDoes() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        List<String> lines = resource("numpy-prints.txt").lines().filter(line -> !line.startsWith("#")).toList();
        for (int i = 0; i < lines.size();) {
            String header = lines.get(i++);
            List<String> expected = new ArrayList<>();
            while (i < lines.size() && lines.get(i).startsWith("|")) {
                expected.add(lines.get(i++).substring(1));
            }
            Tensor tensor = parse(header);
            tests.add(DynamicTest.dynamicTest(header, () -> assertThat(tensor.toString()).isEqualTo(String.join("\n",
                    expected) + "  " + tensor.type())));
        }
        assertThat(tests).hasSizeGreaterThan(150);
        return tests.stream();
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = Objects.requireNonNull(TensorFormatTest.class.getResourceAsStream(name))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Tensor parse(String header) {
        String dtype = header.substring(0, header.indexOf(' '));
        Shape shape = Shape.of(words(header.substring(header.indexOf('[') + 1, header.indexOf(']'))).mapToInt(
                Integer::parseInt).toArray());
        double[] values = words(header.substring(header.indexOf(']') + 1)).mapToDouble(Double::parseDouble).toArray();
        return tensor(dtype, shape, values);
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.split(" ", -1)).filter(word -> !word.isEmpty());
    }

    private static Tensor tensor(String dtype, Shape shape, double[] values) {
        return switch (dtype) {
            case "f64" -> Tensor.wrap(shape, values);
            case "f32" -> {
                float[] floats = new float[values.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) values[i];
                }
                yield Tensor.wrap(shape, floats);
            }
            case "i32" -> Tensor.wrap(shape, Arrays.stream(values).mapToInt(value -> (int) value).toArray());
            case "bool" -> {
                boolean[] truths = new boolean[values.length];
                for (int i = 0; i < truths.length; i++) {
                    truths[i] = values[i] != 0;
                }
                yield Tensor.wrap(shape, truths);
            }
            default -> throw new AssertionError(dtype);
        };
    }

    @Test
    void showsHeadAndTailOfLongAxes() {
        assertThat(Tensor.arange(100_000).reshape(1, 100_000)).hasToString(
                "[[0.0000e+00 1.0000e+00 2.0000e+00 ... 9.9997e+04 9.9998e+04 9.9999e+04]]  f64[1, 100000]");
        assertThat(Tensor.arange(1_000_000).reshape(1000, 1000)).hasToString("""
                [[0.00000e+00 1.00000e+00 2.00000e+00 ... 9.97000e+02 9.98000e+02
                  9.99000e+02]
                 [1.00000e+03 1.00100e+03 1.00200e+03 ... 1.99700e+03 1.99800e+03
                  1.99900e+03]
                 [2.00000e+03 2.00100e+03 2.00200e+03 ... 2.99700e+03 2.99800e+03
                  2.99900e+03]
                 ...
                 [9.97000e+05 9.97001e+05 9.97002e+05 ... 9.97997e+05 9.97998e+05
                  9.97999e+05]
                 [9.98000e+05 9.98001e+05 9.98002e+05 ... 9.98997e+05 9.98998e+05
                  9.98999e+05]
                 [9.99000e+05 9.99001e+05 9.99002e+05 ... 9.99997e+05 9.99998e+05
                  9.99999e+05]]  f64[1000, 1000]""");
    }

    @Test
    void showsLessOfEachAxisWhereRankIsHigh() {
        double[] values = new Random(1).doubles(1024).toArray();
        String text = Tensor.wrap(Shape.of(4, 4, 4, 4, 4), values).toString();
        assertThat(text).hasSizeLessThan(TensorFormat.LIMIT)
                .startsWith("[[[[[" + "%.8f".formatted(values[0]))
                .contains("...")
                .endsWith("  f64[4, 4, 4, 4, 4]");
        assertThat(Tensor.wrap(Shape.of(2, 2, 2, 2, 2, 2, 2, 2, 2, 2), values)).asString()
                .hasSizeLessThan(
                        TensorFormat.LIMIT)
                .startsWith("[[[[[[[[[[")
                .endsWith("  f64[2, 2, 2, 2, 2, 2, 2, 2, 2, 2]");
    }

    @Test
    void showsTheTypeOfAnEmptyTensor() {
        assertThat(Tensor.zeros(DType.F32, 0)).hasToString("[]  f32[0]");
        assertThat(Tensor.zeros(DType.BOOL, 3, 0)).hasToString("[]  bool[3, 0]");
        assertThat(Tensor.zeros(DType.F64, 0, Integer.MAX_VALUE)).hasToString("[]  f64[0, 2147483647]");
    }

    @Test
    void staysShortAtAnyRank() {
        int[] extents = new int[400];
        Arrays.fill(extents, 1);
        assertThat(Tensor.ones(DType.F64, extents)).asString()
                .hasSizeLessThan(TensorFormat.LIMIT)
                .startsWith(
                        "f64[1, 1, ")
                .endsWith("...] of rank 400");
        Arrays.fill(extents, 1, 400, Integer.MAX_VALUE);
        extents[0] = 0;
        assertThat(Tensor.zeros(DType.F64, extents)).asString()
                .hasSizeLessThan(TensorFormat.LIMIT)
                .startsWith(
                        "f64[0, 2147483647, ");
        int[] eight = {3, 3, 3, 3, 3, 3, 3, 3};
        assertThat(Tensor.ones(DType.I32, eight)).asString()
                .hasSizeLessThan(TensorFormat.LIMIT)
                .startsWith("[[[[[[[[1")
                .endsWith("  i32[3, 3, 3, 3, 3, 3, 3, 3]");
    }

    @Property
    void staysUnderTheLimit(@ForAll @Size(max = 5) List<@IntRange(min = 0, max = 12) Integer> extents,
            @ForAll long seed) {
        Shape shape = Shape.of(extents.stream().mapToInt(Integer::intValue).toArray());
        Random random = new Random(seed);
        double[] values = random.longs(shape.size()).mapToDouble(Double::longBitsToDouble).toArray();
        String text = Tensor.wrap(shape, values).toString();
        assertThat(text).hasSizeLessThan(TensorFormat.LIMIT).endsWith("  f64" + shape);
        long open = text.chars().filter(c -> c == '[').count();
        assertThat(text.chars().filter(c -> c == ']').count()).isEqualTo(open);
    }
}
