package cotangent.linalg.dynamics;

import java.util.Arrays;

/**
 * A clock that runs in steps of descent.
 *
 * <p>Without momentum Σ weight·(1 − hλ)^2s is convex in s, as every term is, and either falls for ever or falls to a least value and rises; so
 * its first crossing is found by doubling and bisection. With momentum it may oscillate, and steps are looked at one by one.
 *
 * @param step     h
 * @param momentum β
 * @param largest  h·λmax
 */
record StepClock(double step, double momentum, double largest) implements Losses.Clock {
    /** Steps with momentum that are looked at. */
    private static final int MOST_SCANNED = 1_000_000;
    /** From here on not every number of steps is a double. */
    private static final long MOST = 1L << 53;

    @Override
    public double firstBelow(Measure measure, double squares) {
        if (measure.total() <= squares) {
            return 0;
        }
        // at a node of 0 nothing ever changes
        if (measure.left(new Decay.Forever()) > squares) {
            return Double.POSITIVE_INFINITY;
        }
        return momentum == 0 ? crossing(measure, squares) : scan(measure, squares);
    }

    private double left(Measure measure, long steps) {
        return measure.left(new Decay.Descent(step, steps));
    }

    private boolean falling(Measure measure, long steps) {
        return left(measure, steps + 1) < left(measure, steps);
    }

    private double crossing(Measure measure, double squares) {
        long low = 0;
        long high = 1;
        while (left(measure, high) > squares && falling(measure, high) && high < MOST) {
            low = high;
            high *= 2;
        }
        if (left(measure, high) > squares) {
            high = least(measure, low, high);
            if (left(measure, high) > squares) {
                return Double.POSITIVE_INFINITY;
            }
        }
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (left(measure, middle) <= squares) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /** The number of steps of the least sum, which falls at {@code low} or ends there. */
    private long least(Measure measure, long low, long high) {
        long from = low;
        long to = high;
        while (from < to) {
            long middle = (from + to) >>> 1;
            if (falling(measure, middle)) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private double scan(Measure measure, double squares) {
        int m = measure.nodes().length;
        double[] now = new double[m];
        double[] before = new double[m];
        Arrays.fill(now, 1);
        Arrays.fill(before, 1);
        for (int s = 1; s <= MOST_SCANNED; s++) {
            double sum = 0;
            for (int i = 0; i < m; i++) {
                double next = (1 + momentum - step * measure.nodes()[i]) * now[i] - momentum * before[i];
                before[i] = now[i];
                now[i] = next;
                sum += measure.weights()[i] * next * next;
            }
            if (sum <= squares) {
                return s;
            }
            if (!(sum < Double.POSITIVE_INFINITY)) {
                break;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public double infimum(Measure measure) {
        if (momentum > 0 || largest < 2) {
            return measure.left(new Decay.Forever());
        }
        long high = 1;
        while (falling(measure, high) && high < MOST) {
            high *= 2;
        }
        return left(measure, least(measure, 0, high));
    }

    @Override
    public boolean alternates() {
        return momentum == 0 && largest <= 1;
    }

    @Override
    public double between(double low, double high) {
        return high;
    }
}
