package cotangent.linalg.dynamics;

import java.util.Arrays;

/**
 * A clock that runs in steps of descent.
 *
 * <p>Without momentum Σ weight·(1 − hλ)^2s is convex in s, as every term is, and either falls for ever or falls to a least
 * value and rises; so its first crossing is found by doubling and bisection. With momentum it may oscillate: the first
 * million steps are looked at one by one, and a crossing beyond them is found by bisection, where it need not be the first.
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
        return momentum == 0 ? crossing(measure, squares) : oscillating(measure, squares);
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

    private double oscillating(Measure measure, double squares) {
        long high = 1;
        double sum = heavy(measure, high);
        while (sum > squares && sum < Double.POSITIVE_INFINITY && high < MOST) {
            high *= 2;
            sum = heavy(measure, high);
        }
        boolean reached = sum <= squares;
        Scan scan = Scan.of(this, measure, squares, reached ? Math.min(high, MOST_SCANNED) : MOST_SCANNED);
        if (scan.first < Double.POSITIVE_INFINITY || !reached) {
            return scan.first;
        }
        long low = MOST_SCANNED;
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            boolean below = heavy(measure, middle) <= squares;
            low = below ? low : middle;
            high = below ? middle : high;
        }
        return high;
    }

    private double heavy(Measure measure, long steps) {
        return measure.left(new Decay.HeavyBall(step, momentum, steps));
    }

    /**
     * Steps with momentum, one after the other.
     *
     * @param first number of steps after which the sum was at most what was asked for; ∞ where it never was
     * @param least sum seen
     */
    private record Scan(double first, double least) {
        static Scan of(StepClock clock, Measure measure, double squares, long most) {
            int m = measure.nodes().length;
            double[] now = new double[m];
            double[] before = new double[m];
            Arrays.fill(now, 1);
            Arrays.fill(before, 1);
            double least = measure.total();
            double sum = least;
            for (long s = 1; s <= most && sum < Double.POSITIVE_INFINITY; s++) {
                sum = 0;
                for (int i = 0; i < m; i++) {
                    double next = (1 + clock.momentum - clock.step * measure.nodes()[i]) * now[i] - clock.momentum
                            * before[i];
                    before[i] = now[i];
                    now[i] = next;
                    sum += measure.weights()[i] * next * next;
                }
                least = Math.min(least, sum);
                if (sum <= squares) {
                    return new Scan(s, least);
                }
            }
            return new Scan(Double.POSITIVE_INFINITY, least);
        }
    }

    @Override
    public double infimum(Measure measure) {
        if (largest < 2 * (1 + momentum)) {
            return measure.left(new Decay.Forever());
        }
        if (momentum > 0) {
            return Scan.of(this, measure, 0, MOST_SCANNED).least;
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
