package cotangent.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.autodiff.CheckGrads;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Convolution and pooling against loops over their definition, in small integers, so that every sum is exact. */
class ConvolutionTest {
    private static Tensor integers(Random random, int... extents) {
        Shape shape = Shape.of(extents);
        return Tensor.wrap(shape, random.doubles(shape.size(), -4, 4).map(value -> Math.rint(value) + 0.0).toArray());
    }

    /** What is done with the elements of one window that lie inside the input. */
    private interface Window {
        double of(int n, int top, int left, int channel);
    }

    private static Tensor eachWindow(int batch, int rows, int columns, int channels, int[] stride, Padding.Amount[] pad,
            Window window) {
        Shape shape = Shape.of(batch, rows, columns, channels);
        double[] out = new double[shape.size()];
        int i = 0;
        for (int n = 0; n < batch; n++) {
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    for (int channel = 0; channel < channels; channel++) {
                        out[i++] = window.of(n, r * stride[0] - pad[0].low(), c * stride[1] - pad[1].low(), channel);
                    }
                }
            }
        }
        return Tensor.wrap(shape, out);
    }

    private static double at(Tensor x, int n, int row, int column, int channel, double outside) {
        boolean inside = row >= 0 && row < x.shape().extent(1) && column >= 0 && column < x.shape().extent(2);
        return inside ? x.get(n, row, column, channel) : outside;
    }

    @Property
    void agreeWithLoops(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int kh,
            @ForAll @IntRange(min = 1, max = 3) int kw, @ForAll @IntRange(min = 1, max = 3) int sh,
            @ForAll @IntRange(min = 1, max = 3) int sw, @ForAll @IntRange(max = 2) int kind) {
        Random random = new Random(seed);
        Tensor x = integers(random, 2, 3 + random.nextInt(4), 3 + random.nextInt(4), 2);
        Tensor kernel = integers(random, kh, kw, 2, 3);
        int[] stride = {sh, sw};
        int[] window = {kh, kw};
        Padding padding = kind == 0 ? Padding.VALID : kind == 1 ? Padding.SAME
                : Padding.of(new int[]{0, kw - 1},
                        new int[]{kh - 1, 0});
        Padding.Amount[] pad = {padding.amount(0, 2, x.shape().extent(1), kh, sh),
                padding.amount(1, 2, x.shape()
                        .extent(
                                2),
                        kw, sw)};
        Tensor convolved = x.conv(kernel, stride, padding);
        int rows = convolved.shape().extent(1);
        int columns = convolved.shape().extent(2);
        if (padding == Padding.SAME) {
            assertThat(rows).isEqualTo(Math.ceilDiv(x.shape().extent(1), sh));
            assertThat(columns).isEqualTo(Math.ceilDiv(x.shape().extent(2), sw));
        }
        assertThat(convolved.plus(0)).isEqualTo(eachWindow(2, rows, columns, 3, stride, pad, (n, top, left, filter) -> {
            double sum = 0;
            for (int i = 0; i < kh * kw * 2; i++) {
                int r = i / (2 * kw);
                int c = i / 2 % kw;
                sum += at(x, n, top + r, left + c, i % 2, 0) * kernel.get(r, c, i % 2, filter) + 0.0;
            }
            return sum;
        }));
        assertThat(x.maxPool(window, stride, padding)).isEqualTo(eachWindow(2, rows, columns, 2, stride, pad, (n, top,
                left, channel) -> {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < kh * kw; i++) {
                largest = Math.max(largest, at(x, n, top + i / kw, left + i % kw, channel, largest));
            }
            return largest;
        }));
        assertThat(x.avgPool(window, stride, padding)).isEqualTo(eachWindow(2, rows, columns, 2, stride, pad, (n, top,
                left, channel) -> {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < kh * kw; i++) {
                double value = at(x, n, top + i / kw, left + i % kw, channel, Double.NaN);
                sum += Double.isNaN(value) ? 0 : value;
                count += Double.isNaN(value) ? 0 : 1;
            }
            return sum / count;
        }));
    }

    @Test
    void runOverOneOrThreeSpatialAxes() {
        Tensor line = Tensor.of(Shape.of(1, 4, 1), 1., 2, 3, 4);
        assertThat(line.conv(Tensor.of(Shape.of(2, 1, 1), 1., 10)))
                .isEqualTo(Tensor.of(Shape.of(1, 3, 1), 21., 32, 43));
        assertThat(line.maxPool(2)).isEqualTo(Tensor.of(Shape.of(1, 2, 1), 2., 4));
        assertThat(line.avgPool(2)).isEqualTo(Tensor.of(Shape.of(1, 2, 1), 1.5, 3.5));
        Tensor cube = Tensor.ones(DType.F32, 1, 3, 3, 3, 2);
        assertThat(cube.conv(Tensor.ones(DType.F32, 3, 3, 3, 2, 1), 1, Padding.SAME).get(0, 0, 1, 1, 0)).isEqualTo(36);
        assertThat(cube.avgPool(new int[]{2}, new int[]{1}, Padding.SAME)).isEqualTo(cube);
    }

    @Test
    void haveCorrectDerivatives() {
        Random random = new Random(3);
        Fn net = Fn.of("conv", (x, k) -> x.conv(k, 2, Padding.SAME)
                .tanh()
                .avgPool(new int[]{2}, new int[]{1},
                        Padding.of(1))
                .square()
                .sum());
        CheckGrads.check(net, 1, integers(random, 2, 5, 4, 2).times(0.1), integers(random, 3, 3, 2, 3).times(0.1));
        Fn pool = Fn.of("pool", x -> x.maxPool(new int[]{2, 3}, new int[]{1, 2}, Padding.SAME).square().sum());
        CheckGrads.check(pool, 1, Key.of(1).normal(1, 5, 6, 2));
    }

    @Test
    void sharesATieEvenly() {
        Fn pool = Fn.of("pool", x -> x.maxPool(2).sum());
        assertThat(pool.grad().apply(Tensor.of(Shape.of(1, 2, 2, 1), 3., 3, 1, 3)).asTensor()).isEqualTo(Tensor.ones(
                DType.F64, 1).dividedBy(3).times(Tensor.of(Shape.of(1, 2, 2, 1), 1., 1, 0, 1)));
    }

    @Test
    void refuseWhatDoesNotFit() {
        Tensor image = Tensor.zeros(DType.F64, 2, 5, 5, 3);
        assertThatThrownBy(() -> image.conv(Tensor.zeros(DType.F64, 3, 3, 4, 8))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("[2, 5, 5, 3]")
                .hasMessageContaining("[3, 3, 4, 8]")
                .hasMessageContaining(
                        "ConvolutionTest.java:");
        assertThatThrownBy(() -> image.conv(Tensor.zeros(DType.F64, 6, 3, 3, 8))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("extent 6")
                .hasMessageContaining("5 on spatial axis 0");
        assertThatThrownBy(() -> image.conv(Tensor.zeros(DType.F64, 3, 3, 3, 8), 0, Padding.SAME)).isInstanceOf(
                ShapeException.class).hasMessageContaining("positive stride");
        assertThatThrownBy(() -> image.maxPool(new int[]{2, 2, 2}, new int[]{1}, Padding.SAME)).isInstanceOf(
                ShapeException.class).hasMessageContaining("one window or 2");
        assertThatThrownBy(() -> Padding.of(-1)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("non-negative");
        assertThatThrownBy(() -> Padding.named("FULL")).isInstanceOf(CotangentException.class)
                .hasMessageContaining(
                        "SAME, VALID");
        assertThatThrownBy(() -> Tensor.zeros(DType.F64, 2, 5).avgPool(2)).isInstanceOf(ShapeException.class);
    }
}
