package cotangent.linalg.infinite;

import cotangent.dsl.Activation;
import cotangent.dsl.CotangentException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * A layer of infinitely many units, inside a network that is being written: {@code x.dense(2, 0.1).relu().dense(1)}.
 *
 * <p>Units are independent and alike; what a pair of inputs knows of a layer is the covariance of one unit's values. A layer used
 * twice is one layer, so {@code h.plus(h.relu().dense(2))} is a skip connection; a dense layer written twice is two, each with
 * weights of its own. Immutable; layers are equal if they are the same object.
 */
public final class Layer {
    private static final int UNKNOWN = 0;

    private final Operation operation;
    private final int width;
    /** The layer as a linear combination of layers that are no sums. */
    private final Map<Layer, Double> terms;

    private Layer(Operation operation, int width, Map<Layer, Double> terms) {
        this.operation = operation;
        this.width = width;
        this.terms = terms;
    }

    private static Layer term(Operation operation, int width) {
        Map<Layer, Double> terms = new LinkedHashMap<>();
        Layer layer = new Layer(operation, width, terms);
        terms.put(layer, 1.0);
        return layer;
    }

    /** The input of a network. */
    static Layer input() {
        return term(new Operation.Input(), UNKNOWN);
    }

    /** A dense layer without biases; see {@link #dense(double, double)}. */
    public Layer dense(double weightVariance) {
        return term(new Operation.Dense(this, variance("weight", weightVariance), 0, false), UNKNOWN);
    }

    /**
     * A dense layer: every unit is a sum over this layer's n units with weights of variance {@code weightVariance / n}, plus a bias.
     *
     * @param weightVariance from 0; 2 keeps the variance of a ReLU network
     * @param biasVariance   from 0; with 0 a bias starts at zero, which matters in the standard parameterisation only
     * @throws CotangentException if a variance is negative, NaN or infinite
     */
    public Layer dense(double weightVariance, double biasVariance) {
        return dense(UNKNOWN, weightVariance, biasVariance, true);
    }

    /**
     * A dense layer that has so many units in the network as it is trained, which the standard parameterisation asks for.
     *
     * @param width from 1
     * @throws CotangentException if the width is not positive, or a variance is negative, NaN or infinite
     */
    public Layer dense(int width, double weightVariance, double biasVariance) {
        if (width < 1) {
            throw new CotangentException("dense: expected a positive width, got " + width);
        }
        return dense(width, weightVariance, biasVariance, true);
    }

    private Layer dense(int units, double weightVariance, double biasVariance, boolean biased) {
        return term(new Operation.Dense(this, variance("weight", weightVariance), variance("bias", biasVariance),
                biased), units);
    }

    private static double variance(String of, double variance) {
        if (!(variance >= 0 && variance < Double.POSITIVE_INFINITY)) {
            throw new CotangentException("dense: expected a %s variance from 0, got %s".formatted(of, variance));
        }
        return variance;
    }

    /** {@code max(x, 0)} of every unit. */
    public Layer relu() {
        return activate(DualActivation.relu());
    }

    /** {@code x} where positive, {@code slope * x} where negative, of every unit. */
    public Layer leakyRelu(double slope) {
        return activate(DualActivation.leakyRelu(slope));
    }

    /** The error function of every unit. */
    public Layer erf() {
        return activate(DualActivation.erf());
    }

    /** {@code x * Phi(x)} of every unit, with the normal distribution function Phi. */
    public Layer gelu() {
        return activate(DualActivation.gelu());
    }

    /** The sine of every unit. */
    public Layer sin() {
        return activate(DualActivation.sin());
    }

    /** The cosine of every unit. */
    public Layer cos() {
        return activate(DualActivation.cos());
    }

    /** A nonlinearity of the language, by a closed form where there is one. */
    public Layer activate(Activation activation) {
        return activate(DualActivation.of(activation));
    }

    /** A nonlinearity by quadrature; see {@link DualActivation#of(String, DoubleUnaryOperator)}. */
    public Layer activate(String name, DoubleUnaryOperator function) {
        return activate(DualActivation.of(name, function));
    }

    /**
     * A nonlinearity of every unit.
     *
     * @throws CotangentException if the units are not Gaussian, because an input or an activation comes here without a dense layer
     *                            between
     */
    public Layer activate(DualActivation activation) {
        for (Layer term : terms.keySet()) {
            if (!(term.operation instanceof Operation.Dense)) {
                throw new CotangentException(
                        "%s: expected Gaussian units, but %s is part of them; put a dense layer between"
                                .formatted(activation, term));
            }
        }
        return term(new Operation.Activated(activation, this), width);
    }

    /**
     * The sum of two layers: a skip connection, or branches that meet.
     *
     * @throws CotangentException if the sum's kernel does not follow from those of the two: the layers contain two activations, or an
     *                            activation beside what it is of, with no dense layer between (write such a sum as one activation); or
     *                            if both have widths and these differ
     */
    public Layer plus(Layer other) {
        Map<Layer, Double> sum = new LinkedHashMap<>(terms);
        other.terms.forEach((term, coefficient) -> sum.merge(term, coefficient, Double::sum));
        sum.values().removeIf(coefficient -> coefficient == 0);
        requireUncorrelated(sum);
        int units = commonWidth(other);
        if (other.terms.keySet().stream().noneMatch(terms::containsKey)) {
            return new Layer(new Operation.Sum(this, other), units, sum);
        }
        return combination(sum, units);
    }

    /** A linear combination, one term after the other. */
    private static Layer combination(Map<Layer, Double> sum, int units) {
        Map<Layer, Double> terms = new LinkedHashMap<>();
        Layer total = null;
        for (Map.Entry<Layer, Double> entry : sum.entrySet()) {
            Layer term = new Layer(new Operation.Scaled(entry.getKey(), entry.getValue()), units, Map.of(entry.getKey(),
                    entry.getValue()));
            terms.put(entry.getKey(), entry.getValue());
            total = total == null ? term
                    : new Layer(new Operation.Sum(total, term), units, new LinkedHashMap<>(
                            terms));
        }
        if (total == null) {
            throw new CotangentException("plus: the layers cancel, which leaves nothing");
        }
        return total;
    }

    private int commonWidth(Layer other) {
        if (width != UNKNOWN && other.width != UNKNOWN && width != other.width) {
            throw new CotangentException("plus: expected layers of one width, got %d and %d".formatted(width,
                    other.width));
        }
        return Math.max(width, other.width);
    }

    private static void requireUncorrelated(Map<Layer, Double> sum) {
        Layer special = null;
        for (Layer term : sum.keySet()) {
            if (!(term.operation instanceof Operation.Dense)) {
                if (special != null) {
                    throw new CotangentException(
                            "plus: %s and %s are correlated in a way their kernels do not tell; put a dense layer after one"
                                    .formatted(special, term));
                }
                special = term;
            }
        }
        if (special != null && special.operation instanceof Operation.Activated activated) {
            for (Layer term : sum.keySet()) {
                if (activated.input().terms.containsKey(term)) {
                    throw new CotangentException(
                            "plus: %s is of the layer it is added to; write the sum as one activation".formatted(
                                    special));
                }
            }
        }
    }

    /**
     * The layer times a number.
     *
     * @throws CotangentException if the number is zero, NaN or infinite
     */
    public Layer times(double factor) {
        if (factor == 0 || !Double.isFinite(factor)) {
            throw new CotangentException("times: expected a finite number other than zero, got " + factor);
        }
        Map<Layer, Double> scaled = new LinkedHashMap<>();
        terms.forEach((term, coefficient) -> scaled.put(term, factor * coefficient));
        return new Layer(new Operation.Scaled(this, factor), width, scaled);
    }

    /** What makes this layer of others. */
    Operation operation() {
        return operation;
    }

    /** Whether the layer has a width. */
    boolean hasWidth() {
        return width != UNKNOWN;
    }

    /** Units in the network as it is trained, 0 where unknown. */
    int width() {
        return width;
    }

    @Override
    public String toString() {
        return operation.label() + (width == UNKNOWN ? "" : ", " + width + " units");
    }
}
