package cotangent.linalg.dense;

import cotangent.dsl.kernel.PoleSums;

/**
 * The singular values of diag(d) + e₀zᵀ, d ascending from 0: the roots of 1 + Σ zⱼ²/(dⱼ² − σ²) = 0, one in each interval
 * (dᵢ, dᵢ₊₁) and the last in (dₖ₋₁, √(dₖ₋₁² + ‖z‖²)).
 *
 * <p>As {@link SecularEquation}, with the fit in σ² and the unknown still the distance τ of σ from the nearer pole, so that
 * dⱼ² − σ² = ((dⱼ − dᵢ) − τ)((dⱼ + dᵢ) + τ) keeps its relative accuracy.
 */
final class SingularSecularEquation {

    private static final double EPSILON = 0x1p-53;
    private static final int ITERATIONS = 120;

    private final int k;
    private final double[] d;
    private final double[] z;
    /** dⱼ − (the origin) and dⱼ + (the origin). */
    private final double[] offset;

    private final double[] total;
    private final double[] sums = new double[2];

    private double psi;
    private double phi;
    private double psiSlope;
    private double phiSlope;

    SingularSecularEquation(int k, double[] d, double[] z) {
        this.k = k;
        this.d = d;
        this.z = z;
        this.offset = new double[k];
        this.total = new double[k];
    }

    /** Returns root i and writes dⱼ² − σᵢ² to {@code differences} for every j. */
    double solve(int i, double[] differences, int at) {
        boolean last = i == k - 1;
        int left = last ? Math.max(0, k - 2) : i;
        int right = last ? k - 1 : i + 1;
        int split = last ? k - 1 : i + 1;
        double square = Vectors.dot(k, z, 0, z, 0);
        double width = last ? squareToDistance(d[i], square) : d[right] - d[left];
        int origin = i;
        shiftTo(origin);
        double tau = width;
        if (k > 1) {
            double middle = 0.5 * width;
            double f = evaluate(middle, split);
            double low = f < 0 ? middle : 0;
            double high = f < 0 ? width : middle;
            double middleSquare = middle * (2 * d[i] + middle); // σ² − dᵢ² there
            if (f < 0 && !last) {
                origin = right;
                shiftTo(origin);
                low = -middle;
                high = 0;
            }
            tau = guess(f, middleSquare, left, right, origin, last);
            if (!(tau > low && tau < high)) {
                tau = SecularEquation.inside(low, high);
            }
            tau = iterate(tau, low, high, d[origin], left, right, split, last);
        }
        for (int j = 0; j < k; j++) {
            differences[at + j] = (offset[j] - tau) * (total[j] + tau);
        }
        return d[origin] + tau;
    }

    /** The change of σ that changes σ² by {@code change}. */
    private static double squareToDistance(double sigma, double change) {
        return change / (sigma + Math.sqrt(sigma * sigma + change));
    }

    private void shiftTo(int origin) {
        double pole = d[origin];
        for (int j = 0; j < k; j++) {
            offset[j] = d[j] - pole;
            total[j] = d[j] + pole;
        }
    }

    private double evaluate(double tau, int split) {
        PoleSums.dsums(split, z, offset, total, 0, tau, sums);
        psi = sums[0];
        psiSlope = sums[1];
        PoleSums.dsums(k - split, z, offset, total, split, tau, sums);
        phi = sums[0];
        phiSlope = sums[1];
        return 1 + psi + phi;
    }

    /** The root of the two-pole function through f at the middle, whose other poles count as a constant. */
    private double guess(double f, double middleSquare, int left, int right, int origin, boolean last) {
        double gap = (d[right] - d[left]) * (d[right] + d[left]);
        double leftWeight = z[left] * z[left];
        double rightWeight = z[right] * z[right];
        double c = last ? f + leftWeight / (gap + middleSquare) + rightWeight / middleSquare
                : f + leftWeight / middleSquare - rightWeight / (gap - middleSquare);
        double leftPole = origin == left ? 0 : -gap;
        double rightPole = origin == left ? gap : 0;
        double a = c * (leftPole + rightPole) + leftWeight + rightWeight;
        double b = c * leftPole * rightPole + leftWeight * rightPole + rightWeight * leftPole;
        return squareToDistance(d[origin], SecularEquation.quadraticRoot(a, b, c, last));
    }

    private double iterate(double start, double from, double to, double pole, int left, int right, int split,
            boolean last) {
        double tau = start;
        double low = from;
        double high = to;
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double f = evaluate(tau, split);
            double sigma = pole + tau;
            double slope = psiSlope + phiSlope;
            double rounding = EPSILON * (8 * (1 + Math.abs(psi) + Math.abs(phi)) + 2 * sigma * Math.abs(tau) * slope);
            if (Math.abs(f) <= rounding) {
                break;
            }
            if (f < 0) {
                low = tau;
            } else {
                high = tau;
            }
            double leftGap = (offset[left] - tau) * (total[left] + tau);
            double rightGap = (offset[right] - tau) * (total[right] + tau);
            double c = f - leftGap * psiSlope - rightGap * phiSlope;
            double a = (leftGap + rightGap) * f - leftGap * rightGap * slope;
            double b = leftGap * rightGap * f;
            double step = SecularEquation.quadraticRoot(a, b, last ? Math.abs(c) : c, last);
            if (!(step * f < 0)) {
                step = -f / slope;
            }
            double next = tau + squareToDistance(sigma, step); // NaN where the step leads below zero
            if (!(next > low && next < high)) {
                next = SecularEquation.inside(low, high);
            }
            if (next == tau) {
                break;
            }
            tau = next;
        }
        return tau;
    }
}
