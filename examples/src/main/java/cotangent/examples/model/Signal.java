package cotangent.examples.model;

import cotangent.dsl.Expr;

/**
 * What flows from layer to layer, in PyTorch's order of axes but for images between convolutions.
 *
 * @param value        of the layer before
 * @param channelsLast whether these are images [N, height, width, channels], as convolutions take them here
 * @param timeAxis     where times lie, or -1 if there are none
 */
record Signal(Expr value, boolean channelsLast, int timeAxis) {
    static Signal of(Expr input) {
        return new Signal(input, false, -1);
    }

    /** Another value with its axes in the same places. */
    Signal with(Expr other) {
        return new Signal(other, channelsLast, timeAxis);
    }

    /** Images as convolutions take them; what is no image stays. */
    Signal images() {
        return channelsLast || value.rank() != 4 ? this : new Signal(value.transpose(0, 2, 3, 1), true, timeAxis);
    }

    /** The value as PyTorch has it, images as [N, channels, height, width]. */
    Expr plain() {
        return channelsLast ? value.transpose(0, 3, 1, 2) : value;
    }
}
