package cotangent.linalg.kernel;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The positive numbers that a kernel can be told, in order.
 *
 * @param names  such as {@code lengthscale}
 * @param values one per name
 */
public record Hyperparameters(List<String> names, double[] values) {
    /** Of a kernel that has none. */
    public static final Hyperparameters NONE = new Hyperparameters(List.of(), new double[0]);

    /**
     * Checks them.
     *
     * @throws ShapeException       if there are more or fewer values than names
     * @throws InvalidDataException if a value is not positive and finite
     */
    public Hyperparameters {
        names = List.copyOf(names);
        values = values.clone();
        if (names.size() != values.length) {
            throw new ShapeException("hyperparameters: %d names for %d values".formatted(names.size(), values.length));
        }
        for (int i = 0; i < values.length; i++) {
            requirePositive(names.get(i), values[i]);
        }
    }

    /** How many there are. */
    public int count() {
        return values.length;
    }

    /** These and then others. */
    Hyperparameters and(Hyperparameters others) {
        List<String> joined = new ArrayList<>(names);
        joined.addAll(others.names);
        return new Hyperparameters(joined, join(values, others.values));
    }

    void requireCount(int given) {
        if (given != values.length) {
            throw new ShapeException("hyperparameters: expected %d values %s, got %d".formatted(values.length, names,
                    given));
        }
    }

    static double requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("%s: expected a positive number, got %s".formatted(name, value));
        }
        return value;
    }

    static double[] join(double[] left, double[] right) {
        double[] joined = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, joined, left.length, right.length);
        return joined;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hyperparameters that && names.equals(that.names) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * names.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            text.append(String.format(Locale.ROOT, "%s%s %.4g", i == 0 ? "" : ", ", names.get(i), values[i]));
        }
        return text.toString();
    }
}
