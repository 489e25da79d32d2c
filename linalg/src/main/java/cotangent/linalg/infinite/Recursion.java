package cotangent.linalg.infinite;

import cotangent.dsl.CotangentException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network's layers in the order in which kernels pass through them, and the passage itself: first what each input knows of each
 * layer, once; then what each pair of inputs knows, run by run.
 */
final class Recursion {
    private final Parameterization parameterization;
    private final List<Layer> layers = new ArrayList<>();
    private final Map<Layer, Integer> numbers = new HashMap<>();
    /** Whether s − k and s + k of a layer are asked for. */
    private final boolean[] gap;
    /** The last layer that looks at a layer. */
    private final int[] lastUse;

    Recursion(Layer output, Parameterization parameterization) {
        this.parameterization = parameterization;
        visit(output);
        this.gap = new boolean[layers.size()];
        this.lastUse = new int[layers.size()];
        for (int i = layers.size() - 1; i >= 0; i--) {
            for (Layer input : layers.get(i).operation().inputs()) {
                int at = number(input);
                lastUse[at] = Math.max(lastUse[at], i);
                gap[at] |= gap[i] || layers.get(i).operation() instanceof Operation.Activated activated
                        && activated.activation().usesGap();
            }
        }
        lastUse[layers.size() - 1] = layers.size();
        if (parameterization == Parameterization.STANDARD) {
            requireWidths();
        }
    }

    /** Depth first, by a stack of our own: networks may be thousands of layers deep. */
    private void visit(Layer output) {
        List<Layer> stack = new ArrayList<>(List.of(output));
        while (!stack.isEmpty()) {
            Layer layer = stack.getLast();
            List<Layer> missing = layer.operation()
                    .inputs()
                    .stream()
                    .filter(input -> !numbers.containsKey(input))
                    .toList();
            if (!missing.isEmpty()) {
                stack.addAll(missing);
                continue;
            }
            stack.removeLast();
            if (numbers.putIfAbsent(layer, layers.size()) == null) {
                layers.add(layer);
            }
        }
    }

    private void requireWidths() {
        for (Layer layer : layers) {
            if (layer.operation() instanceof Operation.Dense dense && !dense.input().hasWidth()
                    && !isInput(dense.input())) {
                throw new CotangentException(
                        "standard parameterization: %s takes %s, whose width is not known; write dense(width, ...)"
                                .formatted(layer, dense.input()));
            }
        }
    }

    private static boolean isInput(Layer layer) {
        return switch (layer.operation()) {
            case Operation.Input() -> true;
            case Operation.Scaled scaled -> isInput(scaled.input());
            default -> false;
        };
    }

    private int number(Layer layer) {
        Integer number = numbers.get(layer);
        if (number == null) {
            throw new AssertionError(layer);
        }
        return number;
    }

    /** Number of layers, sums and multiples included. */
    int size() {
        return layers.size();
    }

    /**
     * What each input knows of each layer.
     *
     * @param input  deviations at the input: |x| / sqrt(features)
     * @param single whether float32's accuracy will do
     */
    Spread[] spreads(double[] input, boolean single) {
        Spread[] spreads = new Spread[layers.size()];
        for (int i = 0; i < spreads.length; i++) {
            spreads[i] = switch (layers.get(i).operation()) {
                case Operation.Input() -> new Spread(input);
                case Operation.Dense dense -> Affine.dense(spreads[number(dense.input())], dense.weightVariance(), dense
                        .biasVariance());
                case Operation.Activated activated -> activated.activation()
                        .spread(spreads[number(activated.input())].deviation(), single);
                case Operation.Scaled scaled -> Affine.scaled(spreads[number(scaled.input())], scaled.factor() * scaled
                        .factor());
                case Operation.Sum sum -> Affine.sum(spreads[number(sum.left())], spreads[number(sum.right())]);
            };
        }
        return spreads;
    }

    /**
     * Passes a run of pairs through all layers.
     *
     * @param input    the pairs at the input; changed
     * @param features number of inputs of the first layer
     * @return the pairs of the last layer, to be given back to the room
     */
    Pairs pass(Strip strip, Spread[] rows, Spread[] columns, Pairs input, int features, Room room) {
        Pairs[] pairs = new Pairs[layers.size()];
        for (int i = 0; i < pairs.length; i++) {
            Operation operation = layers.get(i).operation();
            pairs[i] = operation instanceof Operation.Input ? input : room.take();
            step(i, operation, strip, rows, columns, pairs, features, room);
            for (Layer used : operation.inputs()) {
                int at = number(used);
                if (lastUse[at] == i && pairs[at] != input) {
                    room.giveBack(pairs[at]);
                }
            }
        }
        return pairs[pairs.length - 1];
    }

    private void step(int i, Operation operation, Strip strip, Spread[] rows, Spread[] columns, Pairs[] pairs,
            int features,
            Room room) {
        Strip out = strip.at(rows[i], columns[i]);
        Pairs y = pairs[i];
        switch (operation) {
            case Operation.Input() -> Arrays.fill(y.tangent, 0, strip.count(), 0);
            case Operation.Dense dense -> {
                int at = number(dense.input());
                boolean standard = parameterization == Parameterization.STANDARD;
                int inputs = isInput(dense.input()) ? features : dense.input().width();
                double gain = standard ? inputs : dense.weightVariance();
                double bias = standard ? dense.biased() ? 1 : 0 : dense.biasVariance();
                Affine.dense(out, dense, pairs[at], y, gain, bias, gap[i]);
            }
            case Operation.Activated activated -> {
                int at = number(activated.input());
                activated.activation().pass(strip.at(rows[at], columns[at]), out, pairs[at], y, gap[i], room);
            }
            case Operation.Scaled scaled -> Affine.scale(strip.count(), scaled.factor() * scaled.factor(), pairs[number(
                    scaled.input())], y);
            case Operation.Sum sum -> Affine.sum(out, pairs[number(sum.left())], pairs[number(sum.right())], y, gap[i]);
        }
    }

    /** The largest error of a cut series among all layers. */
    static double seriesError(Spread[] spreads) {
        return Arrays.stream(spreads).mapToDouble(Spread::seriesError).max().orElse(0);
    }
}
