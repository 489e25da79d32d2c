package cotangent.dsl.reference;

import cotangent.dsl.Axes;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.reference.Enclosure.Balls;
import cotangent.dsl.reference.Enclosure.Decisions;
import java.util.Arrays;
import java.util.Optional;

/** A tensor as the oracle knows it: each element's value, and how far a correct implementation may be from it. */
public final class BoundedTensor {
    private final TensorType type;
    private final double[] values;
    private final double[] bounds;

    private BoundedTensor(TensorType type, double[] values, double[] bounds) {
        this.type = type;
        this.values = values;
        this.bounds = bounds;
    }

    BoundedTensor(TensorType type, Enclosure enclosure) {
        this.type = type;
        switch (enclosure) {
            case Balls balls -> {
                this.values = balls.centers();
                this.bounds = balls.radii();
            }
            case Decisions decisions -> {
                this.values = Elements.toTensor(decisions.values(), type).toDoubles();
                this.bounds = new double[values.length];
                for (int i = 0; i < bounds.length; i++) {
                    bounds[i] = decisions.isDecided(i) ? 0 : Double.POSITIVE_INFINITY;
                }
            }
        }
    }

    /** Dtype and shape. */
    public TensorType type() {
        return type;
    }

    /** The oracle's value of the element at a row-major offset; BOOL gives 0 or 1. */
    public double value(int offset) {
        return values[offset];
    }

    /** How far a correct implementation's element may be from {@link #value}; infinite where that cannot be told. */
    public double bound(int offset) {
        return bounds[offset];
    }

    /** The part at a position of the first axis, which vanishes. */
    public BoundedTensor entry(int position) {
        TensorType part = type.with(type.shape().without(Axes.of(0)));
        int from = position * part.size();
        int to = from + part.size();
        return new BoundedTensor(part, Arrays.copyOfRange(values, from, to), Arrays.copyOfRange(bounds, from, to));
    }

    /** How many elements have a finite bound. */
    public int judgedCount() {
        return (int) Arrays.stream(bounds).filter(Double::isFinite).count();
    }

    /**
     * What is wrong with an implementation's result, if anything: another type, or an element outside its bound. NaN and
     * infinities must match where they are certain.
     */
    public Optional<String> disagreement(Tensor actual) {
        if (!actual.type().equals(type)) {
            return Optional.of("expected " + type + ", got " + actual.type());
        }
        double[] numbers = actual.toDoubles();
        for (int i = 0; i < numbers.length; i++) {
            if (!agrees(i, numbers[i], 0)) {
                return Optional.of("element %s of %s is %s, expected %s within %s".formatted(position(i), type,
                        numbers[i], values[i], bounds[i]));
            }
        }
        return Optional.empty();
    }

    /** Where two computations of the same quantity lie further apart than both bounds together allow, if anywhere. */
    public Optional<String> disagreement(BoundedTensor other) {
        if (!other.type.equals(type)) {
            return Optional.of("expected " + type + ", got " + other.type);
        }
        for (int i = 0; i < values.length; i++) {
            if (!agrees(i, other.values[i], other.bounds[i])) {
                return Optional.of("element %s of %s is %s within %s and %s within %s".formatted(position(i), type,
                        values[i], bounds[i], other.values[i], other.bounds[i]));
            }
        }
        return Optional.empty();
    }

    private boolean agrees(int i, double number, double bound) {
        if (bounds[i] == Double.POSITIVE_INFINITY || bound == Double.POSITIVE_INFINITY) {
            return true;
        }
        if (Double.isNaN(values[i])) {
            return Double.isNaN(number);
        }
        // The surcharge pays for the rounding of the sum and of the difference.
        return number == values[i] || Math.abs(number - values[i]) <= (bounds[i] + bound) * (1 + 0x1p-40);
    }

    private String position(int offset) {
        Shape shape = type.shape();
        int[] strides = shape.strides();
        int[] position = new int[strides.length];
        for (int axis = 0; axis < position.length; axis++) {
            position[axis] = offset / strides[axis] % shape.extent(axis);
        }
        return Arrays.toString(position);
    }
}
