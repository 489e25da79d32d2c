package cotangent.examples.model;

import cotangent.dsl.Expr;
import cotangent.dsl.Padding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code Conv2d}: [N, in, height, width] to [N, out, height', width']; weight [out, in, height, width]. */
record Convolution2d(String label, String name, int in, int out, int[] window, int[] stride, Padding padding,
        boolean bias) implements Layer {
    private static final int[] CHANNELS_LAST = {2, 3, 1, 0};

    static Layer of(String name, LayerText text) {
        text.names("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias",
                "padding_mode");
        text.only("dilation", "1", "(1, 1)");
        text.only("groups", "1");
        text.only("padding_mode", "zeros");
        int[] stride = text.pair("stride", 1);
        return new Convolution2d(text.label(), name, text.size("in_channels"), text.size("out_channels"), text
                .pair("kernel_size"), stride, padding(text), text.flag("bias", true));
    }

    private static Padding padding(LayerText text) {
        String word = text.word("padding", "");
        return switch (word) {
            case "same" -> Padding.SAME;
            case "valid" -> Padding.VALID;
            default -> {
                int[] amount = text.pair("padding", 0);
                yield Padding.of(amount, amount);
            }
        };
    }

    @Override
    public List<Parameter> parameters() {
        double bound = 1 / Math.sqrt((double) in * window[0] * window[1]);
        List<Parameter> parameters = new ArrayList<>();
        parameters.add(Parameter.uniform(name + ".weight", bound, CHANNELS_LAST, out, in, window[0], window[1]));
        if (bias) {
            parameters.add(Parameter.uniform(name + ".bias", bound, new int[0], out));
        }
        return parameters;
    }

    @Override
    public Signal apply(Map<String, Expr> params, Signal signal) {
        Signal images = signal.images();
        Expr x = images.value();
        if (!images.channelsLast() || x.shape().extent(-1) != in) {
            throw refused("images [N, %d, height, width]".formatted(in), signal.plain());
        }
        Expr y = x.conv(Objects.requireNonNull(params.get(name + ".weight")), stride, padding);
        return images.with(bias ? y.plus(Objects.requireNonNull(params.get(name + ".bias"))) : y);
    }
}
