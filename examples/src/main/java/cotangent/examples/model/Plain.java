package cotangent.examples.model;

import cotangent.dsl.Activation;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BiFunction;

/** A layer without parameters. */
record Plain(String label, BiFunction<Layer, Signal, Signal> step) implements Layer {
    @Override
    public Signal apply(Map<String, Expr> params, Signal signal) {
        return step.apply(this, signal);
    }

    /** An elementwise function; of the options that leave it as it is here, any, given with their values. */
    static Layer activation(String name, LayerText text, Activation activation, String... options) {
        text.names(
                Arrays.stream(options).map(option -> option.substring(0, option.indexOf('='))).toArray(String[]::new));
        for (String option : options) {
            int equals = option.indexOf('=');
            if (!option.endsWith("=")) {
                text.only(option.substring(0, equals), option.substring(equals + 1).split("\\|", -1));
            }
        }
        return new Plain(text.label(), (layer, signal) -> signal.with(activation.apply(signal.value())));
    }

    /** {@code Flatten}: all axes from {@code start_dim} on become one. */
    static Layer flatten(String name, LayerText text) {
        text.names("start_dim", "end_dim");
        text.only("end_dim", "-1");
        text.only("start_dim", "1");
        return new Plain(text.label(), (layer, signal) -> {
            Expr x = signal.plain();
            int samples = x.shape().extent(0);
            return Signal.of(x.reshape(samples, x.shape().size() / Math.max(1, samples)));
        });
    }

    /** {@code Unflatten}: axis 1 becomes several. */
    static Layer unflatten(String name, LayerText text) {
        text.names("dim", "unflattened_size");
        text.only("dim", "1");
        int[] sizes = text.sizes("unflattened_size");
        return new Plain(text.label(), (layer, signal) -> {
            Expr x = signal.plain();
            if (x.rank() != 2 || x.shape().extent(1) != Arrays.stream(sizes).reduce(1, Math::multiplyExact)) {
                throw layer.refused("inputs [N, product of %s]".formatted(Arrays.toString(sizes)), x);
            }
            return Signal.of(x.reshape(Shape.of(x.shape().extent(0)).then(Shape.of(sizes))));
        });
    }

    /** {@code AdaptiveAvgPool2d(1)}: the mean over height and width. */
    static Layer globalMean(String name, LayerText text) {
        text.names("output_size");
        text.only("output_size", "1", "(1, 1)");
        text.required("output_size");
        return new Plain(text.label(), (layer, signal) -> {
            Signal images = signal.images();
            if (!images.channelsLast()) {
                throw layer.refused("images [N, channels, height, width]", signal.plain());
            }
            return images.with(images.value().mean(1).mean(1).expandDims(1).expandDims(1));
        });
    }

    /** {@code Last}: of the states of a recurrent layer, those of the last time. */
    static Layer last(String name, LayerText text) {
        text.names();
        return new Plain(text.label(), (layer, signal) -> {
            Expr x = signal.plain();
            if (signal.timeAxis() < 0) {
                throw layer.refused("the states of a GRU or LSTM before it", x);
            }
            return Signal.of(x.at(signal.timeAxis(), x.shape().extent(signal.timeAxis()) - 1));
        });
    }
}
