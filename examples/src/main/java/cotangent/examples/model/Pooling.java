package cotangent.examples.model;

import cotangent.dsl.Expr;
import cotangent.dsl.Padding;
import java.util.Map;

/** {@code MaxPool2d} and {@code AvgPool2d}, over windows of [N, channels, height, width]. */
record Pooling(String label, boolean largest, int[] window, int[] stride, Padding padding) implements Layer {
    private static final String[] LARGEST = {"kernel_size", "stride", "padding", "dilation", "return_indices",
            "ceil_mode"};
    private static final String[] MEAN = {"kernel_size", "stride", "padding", "ceil_mode", "count_include_pad",
            "divisor_override"};

    static Layer of(String name, LayerText text, boolean largest) {
        text.names(largest ? LARGEST : MEAN);
        text.only("dilation", "1", "(1, 1)");
        text.only("ceil_mode", "False");
        text.only("return_indices", "False");
        text.only("divisor_override", "None");
        int[] window = text.pair("kernel_size");
        int[] padding = text.pair("padding", 0);
        if (!largest && padding[0] + padding[1] > 0) {
            // Zeros of the padding count among what is averaged unless told otherwise; here they do not.
            text.required("count_include_pad");
            text.only("count_include_pad", "False");
        }
        return new Pooling(text.label(), largest, window, text.has("stride") ? text.pair("stride") : window,
                Padding.of(padding, padding));
    }

    @Override
    public Signal apply(Map<String, Expr> params, Signal signal) {
        Signal images = signal.images();
        if (!images.channelsLast()) {
            throw refused("images [N, channels, height, width]", signal.plain());
        }
        Expr x = images.value();
        return images.with(largest ? x.maxPool(window, stride, padding) : x.avgPool(window, stride, padding));
    }
}
