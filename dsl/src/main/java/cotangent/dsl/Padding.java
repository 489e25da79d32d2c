package cotangent.dsl;

import java.util.Arrays;

/** How a convolution or a pooling treats the edges of its input. */
public final class Padding {
    /** None: windows lie wholly inside the input. */
    public static final Padding VALID = new Padding("VALID", new int[0], new int[0]);
    /** As much as gives {@code ceil(extent / stride)} windows, the odd element at the end. */
    public static final Padding SAME = new Padding("SAME", new int[0], new int[0]);

    private final String name;
    private final int[] low;
    private final int[] high;

    private Padding(String name, int[] low, int[] high) {
        this.name = name;
        this.low = low;
        this.high = high;
    }

    /** The same number of elements before and after every spatial axis. */
    public static Padding of(int amount) {
        return of(new int[]{amount}, new int[]{amount});
    }

    /**
     * Given numbers of elements before and after each spatial axis; one number stands for all axes.
     *
     * @throws ShapeException if a number is negative
     */
    public static Padding of(int[] low, int[] high) {
        if (Arrays.stream(low).anyMatch(n -> n < 0) || Arrays.stream(high).anyMatch(n -> n < 0)) {
            throw new ShapeException("padding: expected non-negative numbers, got %s and %s".formatted(Arrays.toString(
                    low), Arrays.toString(high)));
        }
        return new Padding("explicit", low.clone(), high.clone());
    }

    /**
     * The padding named SAME or VALID.
     *
     * @throws CotangentException if the name is another
     */
    public static Padding named(String name) {
        return switch (name) {
            case "SAME" -> SAME;
            case "VALID" -> VALID;
            default -> throw new CotangentException("no padding named \"%s\"; there are SAME, VALID".formatted(name));
        };
    }

    /** Elements before and after one spatial axis. */
    record Amount(int low, int high) {}

    Amount amount(int axis, int axes, int extent, int window, int stride) {
        if (this == VALID) {
            return new Amount(0, 0);
        }
        if (this == SAME) {
            int windows = Math.ceilDiv(extent, stride);
            int total = Math.max(0, (windows - 1) * stride + window - extent);
            return new Amount(total / 2, total - total / 2);
        }
        return new Amount(at(low, axis, axes), at(high, axis, axes));
    }

    private static int at(int[] amounts, int axis, int axes) {
        if (amounts.length != 1 && amounts.length != axes) {
            throw new ShapeException("padding: expected one number or %d, one per spatial axis, got %s".formatted(axes,
                    Arrays.toString(amounts)));
        }
        return amounts[amounts.length == 1 ? 0 : axis];
    }

    @Override
    public String toString() {
        return low.length == 0 ? name : Arrays.toString(low) + " and " + Arrays.toString(high);
    }
}
