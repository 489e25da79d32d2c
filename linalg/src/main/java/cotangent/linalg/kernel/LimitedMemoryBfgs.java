package cotangent.linalg.kernel;

import cotangent.linalg.NotConvergedException;
import cotangent.linalg.probe.CancelledException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Function;

/**
 * A minimum of a smooth function of a few variables by the limited-memory BFGS method (D. C. Liu and J. Nocedal, On the limited memory BFGS
 * method for large scale optimization, Mathematical Programming 45, 1989), with the last 8 steps and step lengths by halving until
 * Armijo's condition holds; no coordinate moves by more than 2 at once, a factor of 7 for what a logarithm stands for.
 */
final class LimitedMemoryBfgs {
    private static final int MEMORY = 8;
    private static final int HALVINGS = 25;
    private static final double ARMIJO = 1e-4;
    private static final double LONGEST = 2;

    /** A place where the function has no value. */
    static final Place IMPOSSIBLE = new Place() {
        @Override
        public double value() {
            return Double.POSITIVE_INFINITY;
        }

        @Override
        public double[] gradient() {
            return new double[0];
        }

        @Override
        public boolean stationary() {
            return false;
        }
    };

    /** The function at a point. */
    interface Place {
        double value();

        double[] gradient();

        /** Whether the gradient is small enough. */
        boolean stationary();
    }

    /** The last place, and what it took to get there. */
    record Outcome(Place place, int iterations, int evaluations) {}

    private record Step(double[] moved, double[] turned, double product) {}

    private LimitedMemoryBfgs() {}

    /**
     * Goes downhill from a point until a place is stationary, no step lowers the function or the iterations are spent.
     *
     * @throws NotConvergedException if the function has no value at the start
     */
    static Outcome minimize(Function<double[], Place> function, double[] start, int maxIterations) {
        double[] point = start.clone();
        Place place = function.apply(point);
        if (place == IMPOSSIBLE) {
            throw new NotConvergedException(
                    "hyperparameter search: no likelihood at the start; raise the noise or shorten the lengthscales");
        }
        Deque<Step> memory = new ArrayDeque<>();
        int evaluations = 1;
        for (int iteration = 0; iteration < maxIterations; iteration++) {
            CancelledException.throwIfInterrupted("hyperparameter search", iteration, maxIterations);
            if (place.stationary()) {
                return new Outcome(place, iteration, evaluations);
            }
            double[] gradient = place.gradient();
            double[] direction = direction(memory, gradient);
            double slope = dot(direction, gradient);
            double length = Math.min(1, LONGEST / largest(direction));
            Place next = IMPOSSIBLE;
            double[] candidate = point;
            for (int halving = 0; halving < HALVINGS; halving++, length /= 2) {
                candidate = plus(point, length, direction);
                next = function.apply(candidate);
                evaluations++;
                if (next.value() <= place.value() + ARMIJO * length * slope) {
                    break;
                }
            }
            if (!(next.value() < place.value())) {
                return new Outcome(place, iteration, evaluations);
            }
            remember(memory, plus(candidate, -1, point), plus(next.gradient(), -1, gradient));
            point = candidate;
            place = next;
        }
        return new Outcome(place, maxIterations, evaluations);
    }

    /** Only steps along which the gradient grew: the approximate Hessian stays positive definite. */
    private static void remember(Deque<Step> memory, double[] moved, double[] turned) {
        double product = dot(moved, turned);
        if (product > 1e-12 * Math.sqrt(dot(moved, moved) * dot(turned, turned))) {
            memory.addLast(new Step(moved, turned, product));
            if (memory.size() > MEMORY) {
                memory.removeFirst();
            }
        }
    }

    /** Minus the approximate inverse Hessian times the gradient, by the two-loop recursion. */
    private static double[] direction(Deque<Step> memory, double[] gradient) {
        double[] q = gradient.clone();
        double[] shares = new double[memory.size()];
        int i = shares.length;
        for (Iterator<Step> steps = memory.descendingIterator(); steps.hasNext();) {
            Step step = steps.next();
            shares[--i] = dot(step.moved, q) / step.product;
            q = plus(q, -shares[i], step.turned);
        }
        double scale = memory.isEmpty()
                ? 1 / Math.max(1, largest(gradient))
                : memory.getLast().product / dot(memory.getLast().turned, memory.getLast().turned);
        for (int k = 0; k < q.length; k++) {
            q[k] *= scale;
        }
        for (Step step : memory) {
            double share = dot(step.turned, q) / step.product;
            q = plus(q, shares[i++] - share, step.moved);
        }
        for (int k = 0; k < q.length; k++) {
            q[k] = -q[k];
        }
        return q;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double largest(double[] a) {
        double largest = 0;
        for (double entry : a) {
            largest = Math.max(largest, Math.abs(entry));
        }
        return largest;
    }

    private static double[] plus(double[] a, double factor, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * b[i];
        }
        return sum;
    }
}
