package cotangent.dsl;

import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.SourceLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Convolution and pooling over the spatial axes of [batch, spatial..., channels], from padding, strided slices and one
 * product.
 *
 * <p>For every position of the window there is one strided slice of the input, which holds that position's element of
 * every window. Side by side along the channels they are the matrix that Chellapilla, Puri and Simard 2006 multiply by
 * the unrolled kernel (im2col), at the price of the window's size in memory.
 *
 * @param <V> the kind of value
 */
final class Convolution<V extends Array<V>> {
    private final String operation;
    private final V input;
    private final int[] window;
    private final int[] strides;
    private final Padding.Amount[] padding;
    private final int[] windows;

    private Convolution(String operation, V input, int[] window, int[] strides, Padding padding) {
        this.operation = operation;
        this.input = input;
        int spatial = input.rank() - 2;
        require(spatial >= 1, "expected [batch, spatial..., channels], got " + input.shape());
        this.window = perAxis("window", window, spatial);
        this.strides = perAxis("stride", strides, spatial);
        this.padding = new Padding.Amount[spatial];
        this.windows = new int[spatial];
        for (int i = 0; i < spatial; i++) {
            int extent = input.shape().extent(i + 1);
            this.padding[i] = padding.amount(i, spatial, extent, this.window[i], this.strides[i]);
            int padded = extent + this.padding[i].low() + this.padding[i].high();
            require(padded >= this.window[i], "the window's extent %d exceeds the padded input's %d on spatial axis %d"
                    .formatted(this.window[i], padded, i) + " (input " + input.shape() + ", padding " + padding + ")");
            this.windows[i] = (padded - this.window[i]) / this.strides[i] + 1;
        }
    }

    private int[] perAxis(String what, int[] numbers, int spatial) {
        require(numbers.length == 1 || numbers.length == spatial, "expected one %s or %d, one per spatial axis, got %s"
                .formatted(what, spatial, Arrays.toString(numbers)));
        require(Arrays.stream(numbers).allMatch(n -> n > 0), "expected a positive " + what + ", got " + Arrays
                .toString(numbers));
        return IntStream.range(0, spatial).map(i -> numbers[numbers.length == 1 ? 0 : i]).toArray();
    }

    static <V extends Array<V>> V conv(V input, V kernel, int[] strides, Padding padding) {
        int rank = input.rank();
        if (kernel.rank() != rank || rank < 3 || kernel.shape().extent(-2) != input.shape().extent(-1)) {
            throw new ShapeException(("conv: expected an input [batch, spatial..., channels] and a kernel [spatial..., "
                    + "channels, filters] with the same channels, got %s and %s (%s)").formatted(input.shape(), kernel
                            .shape(), SourceLine.current()));
        }
        int[] window = kernel.shape().select(Axes.range(0, rank - 2)).toArray();
        Convolution<V> geometry = new Convolution<>("conv", input, window, strides, padding);
        V columns = Joining.concat(-1, geometry.slices(geometry.zeroPadded()));
        V weights = kernel.reshape(columns.shape().extent(-1), kernel.shape().extent(-1));
        return columns.matmul(weights);
    }

    static <V extends Array<V>> V maxPool(V input, int[] window, int[] strides, Padding padding) {
        Convolution<V> geometry = new Convolution<>("maxPool", input, window, strides, padding);
        return Joining.stack(0, geometry.slices(geometry.padded(Double.NEGATIVE_INFINITY))).max(0);
    }

    static <V extends Array<V>> V avgPool(V input, int[] window, int[] strides, Padding padding) {
        Convolution<V> geometry = new Convolution<>("avgPool", input, window, strides, padding);
        V sum = geometry.slices(geometry.zeroPadded()).stream().reduce(Elementwise::plus).orElseThrow();
        return sum.dividedBy(input.constant(geometry.counts()));
    }

    private V zeroPadded() {
        if (Arrays.stream(padding).allMatch(amount -> amount.low() == 0 && amount.high() == 0)) {
            return input;
        }
        int[] low = new int[input.rank()];
        int[] high = new int[input.rank()];
        for (int i = 0; i < padding.length; i++) {
            low[i + 1] = padding[i].low();
            high[i + 1] = padding[i].high();
        }
        return input.pad(low, high);
    }

    private V padded(double value) {
        V result = input;
        for (int i = 0; i < padding.length; i++) {
            result = Joining.concat(i + 1,
                    List.of(block(result, i + 1, padding[i].low(), value), result, block(result, i
                            + 1, padding[i].high(), value)));
        }
        return result;
    }

    private static <V extends Array<V>> V block(V like, int axis, int extent, double value) {
        return like.constant(Tensor.scalar(value, like.dtype())).broadcastTo(like.shape().with(axis, extent));
    }

    /** One slice for each position of the window, in row-major order. */
    private List<V> slices(V padded) {
        List<V> slices = new ArrayList<>();
        int[] offset = new int[window.length];
        do {
            slices.add(slice(padded, offset));
        } while (advance(offset));
        return slices;
    }

    private V slice(V padded, int[] offset) {
        int[] starts = new int[padded.rank()];
        int[] limits = padded.shape().toArray();
        int[] steps = IntStream.generate(() -> 1).limit(padded.rank()).toArray();
        for (int i = 0; i < offset.length; i++) {
            starts[i + 1] = offset[i];
            limits[i + 1] = offset[i] + (windows[i] - 1) * strides[i] + 1;
            steps[i + 1] = strides[i];
        }
        return padded.operation(new Op.Slice(Axes.of(starts), Axes.of(limits), Axes.of(steps)));
    }

    private boolean advance(int[] offset) {
        for (int i = offset.length - 1; i >= 0; i--) {
            if (++offset[i] < window[i]) {
                return true;
            }
            offset[i] = 0;
        }
        return false;
    }

    /** How many elements of each window lie inside the input: [1, spatial..., 1]. */
    private Tensor counts() {
        Tensor counts = Tensor.ones(input.dtype(), 1);
        for (int i = 0; i < windows.length; i++) {
            double[] along = new double[windows[i]];
            int extent = input.shape().extent(i + 1);
            for (int w = 0; w < windows[i]; w++) {
                int start = w * strides[i] - padding[i].low();
                along[w] = Math.max(1, Math.min(start + window[i], extent) - Math.max(start, 0));
            }
            counts = counts.expandDims(-1).times(Tensor.of(along).cast(input.dtype()));
        }
        return counts.expandDims(-1);
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new ShapeException("%s: %s (%s)".formatted(operation, problem, SourceLine.current()));
        }
    }
}
