package cotangent.linalg.infinite;

import java.util.List;

/** What makes a layer of others. */
sealed interface Operation {
    /** The network's input. */
    record Input() implements Operation {}

    /** Weights of variance {@code weightVariance} over the number of inputs, and biases where {@code biased}. */
    record Dense(Layer input, double weightVariance, double biasVariance, boolean biased) implements Operation {}

    /** A nonlinearity of Gaussian units. */
    record Activated(DualActivation activation, Layer input) implements Operation {}

    /** A multiple. */
    record Scaled(Layer input, double factor) implements Operation {}

    /** The sum of two layers that are not correlated. */
    record Sum(Layer left, Layer right) implements Operation {}

    /** The layers it is made of. */
    default List<Layer> inputs() {
        return switch (this) {
            case Input() -> List.of();
            case Dense dense -> List.of(dense.input());
            case Activated activated -> List.of(activated.input());
            case Scaled scaled -> List.of(scaled.input());
            case Sum sum -> List.of(sum.left(), sum.right());
        };
    }

    /** A short description for messages. */
    default String label() {
        return switch (this) {
            case Input() -> "the input";
            case Dense dense -> "dense(%s%s)".formatted(dense.weightVariance(), dense.biased()
                    ? ", " + dense.biasVariance()
                    : "");
            case Activated activated -> activated.activation().toString();
            case Scaled scaled -> "times(" + scaled.factor() + ")";
            case Sum ignored -> "plus";
        };
    }
}
