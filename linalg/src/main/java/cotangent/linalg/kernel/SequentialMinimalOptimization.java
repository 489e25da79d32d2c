package cotangent.linalg.kernel;

import cotangent.linalg.probe.CancelledException;

/**
 * The dual of a support-vector machine, min ½αᵀQα − Σα with Qᵢⱼ = yᵢyⱼKᵢⱼ, 0 ≤ α ≤ C and yᵀα = 0, two variables at a time.
 *
 * <p>The pair is chosen by second-order information: the first violates the optimality conditions most, the second promises, with the
 * first, the largest decrease (R.-E. Fan, P.-H. Chen and C.-J. Lin, Working set selection using second order information for training
 * support vector machines, J. Mach. Learn. Res. 6, 2005, WSS 2). It works with the errors Fₜ = yₜ − Σ αₛyₛKₜₛ: optimal is where no sample that
 * may move up has an F above that of one that may move down; the largest such difference is the violation. A direction without
 * curvature, which only a kernel that is not positive definite has, is given a tiny one, as the paper does.
 *
 * <p>When the violation is within the tolerance F is computed anew from the support vectors, and the work goes on where rounding had
 * hidden more. Cost: two rows of K and some 4n operations an iteration.
 */
final class SequentialMinimalOptimization {
    private static final double TINY_CURVATURE = 1e-12;
    private static final int CHECK = 1024;

    private final KernelRows kernel;
    private final int n;
    private final byte[] y;
    private final double c;
    private final double tolerance;
    private final double[] alpha;
    private final double[] errors;
    private double highest;
    private double lowest;

    private SequentialMinimalOptimization(KernelRows kernel, byte[] y, double c, double tolerance) {
        this.kernel = kernel;
        this.n = kernel.size();
        this.y = y;
        this.c = c;
        this.tolerance = tolerance;
        this.alpha = new double[n];
        this.errors = new double[n];
        for (int t = 0; t < n; t++) {
            errors[t] = y[t];
        }
    }

    /**
     * The dual's solution.
     *
     * @param alpha      α, one per sample
     * @param bias       b of the decision function Σ αₛyₛk(·, xₛ) + b
     * @param violation  the largest violation of the optimality conditions
     * @param primal     ½‖w‖² + C Σ max(0, 1 − yf)
     * @param dual       Σα − ½‖w‖²
     * @param iterations pairs
     * @param converged  whether the violation is within the tolerance
     */
    record Solution(double[] alpha, double bias, double violation, double primal, double dual, long iterations,
            boolean converged) {}

    /**
     * Solves.
     *
     * @param y      signs
     * @param iterations at most
     */
    static Solution solve(KernelRows kernel, byte[] y, double c, double tolerance, long iterations) {
        return new SequentialMinimalOptimization(kernel, y, c, tolerance).run(iterations);
    }

    private Solution run(long most) {
        long iteration = 0;
        boolean recomputed = true;
        while (iteration < most) {
            if (iteration % CHECK == 0) {
                CancelledException.throwIfInterrupted("support vectors", iteration, most);
            }
            int up = first();
            if (!(highest - lowest > tolerance)) {
                if (recomputed) {
                    break;
                }
                recompute();
                recomputed = true;
                continue;
            }
            int down = second(up);
            move(up, down);
            recomputed = false;
            iteration++;
        }
        if (!recomputed) {
            recompute();
            first();
        }
        return solution(iteration);
    }

    private boolean mayRise(int t) {
        return y[t] > 0 ? alpha[t] < c : alpha[t] > 0;
    }

    private boolean mayFall(int t) {
        return y[t] > 0 ? alpha[t] > 0 : alpha[t] < c;
    }

    /** The sample that may rise with the highest error; notes it and the lowest error of those that may fall. */
    private int first() {
        int best = -1;
        highest = Double.NEGATIVE_INFINITY;
        lowest = Double.POSITIVE_INFINITY;
        for (int t = 0; t < n; t++) {
            if (mayRise(t) && errors[t] > highest) {
                highest = errors[t];
                best = t;
            }
            if (mayFall(t) && errors[t] < lowest) {
                lowest = errors[t];
            }
        }
        return best;
    }

    /** The sample that may fall with the largest decrease b²/a of the objective along the pair. */
    private int second(int up) {
        double[] row = kernel.row(up);
        double own = kernel.diagonal(up);
        int best = -1;
        double most = 0;
        for (int t = 0; t < n; t++) {
            double b = highest - errors[t];
            if (b > 0 && mayFall(t)) {
                double gain = b * b / curvature(own + kernel.diagonal(t) - 2 * row[t]);
                if (gain > most) {
                    most = gain;
                    best = t;
                }
            }
        }
        return best;
    }

    private static double curvature(double a) {
        return a > 0 ? a : TINY_CURVATURE;
    }

    /** The best step along the pair within the box; what reaches a bound is set on it. */
    private void move(int up, int down) {
        double[] rowUp = kernel.row(up);
        double[] rowDown = kernel.row(down);
        double roomUp = y[up] > 0 ? c - alpha[up] : alpha[up];
        double roomDown = y[down] > 0 ? alpha[down] : c - alpha[down];
        double wanted = (errors[up] - errors[down]) / curvature(kernel.diagonal(up) + kernel.diagonal(down) - 2
                * rowUp[down]);
        double step = Math.min(wanted, Math.min(roomUp, roomDown));
        alpha[up] = step < roomUp ? alpha[up] + y[up] * step : y[up] > 0 ? c : 0;
        alpha[down] = step < roomDown ? alpha[down] - y[down] * step : y[down] > 0 ? 0 : c;
        for (int t = 0; t < n; t++) {
            errors[t] -= (rowUp[t] - rowDown[t]) * step;
        }
    }

    private void recompute() {
        for (int t = 0; t < n; t++) {
            errors[t] = y[t];
        }
        for (int s = 0; s < n; s++) {
            if (alpha[s] > 0) {
                double[] row = kernel.row(s);
                double weight = alpha[s] * y[s];
                for (int t = 0; t < n; t++) {
                    errors[t] -= weight * row[t];
                }
            }
        }
    }

    private Solution solution(long iterations) {
        double bias = bias();
        double squares = 0;
        double sum = 0;
        double loss = 0;
        for (int t = 0; t < n; t++) {
            double value = y[t] - errors[t];
            squares += alpha[t] * y[t] * value;
            sum += alpha[t];
            loss += Math.max(0, 1 - y[t] * (value + bias));
        }
        double violation = Math.max(0, highest - lowest);
        return new Solution(alpha, bias, violation, 0.5 * squares + c * loss, sum - 0.5 * squares, iterations,
                violation <= tolerance);
    }

    /** The mean error of samples between the bounds, where the conditions say it is b; without any, the middle of what they allow. */
    private double bias() {
        double sum = 0;
        int count = 0;
        for (int t = 0; t < n; t++) {
            if (alpha[t] > 0 && alpha[t] < c) {
                sum += errors[t];
                count++;
            }
        }
        return count > 0 ? sum / count : 0.5 * (highest + lowest);
    }
}
