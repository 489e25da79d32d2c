package cotangent.linalg.dense;

import cotangent.dsl.kernel.PoleSums;

/**
 * The eigenvalues of D + ρ z zᵀ, D diagonal and ascending, ρ positive: the roots of 1/ρ + Σ zⱼ²/(dⱼ − λ) = 0, one in each
 * interval (dᵢ, dᵢ₊₁) and the last in (dₖ₋₁, dₖ₋₁ + ρ‖z‖²).
 *
 * <p>Each root is found as a distance τ from the nearer pole, so that every difference dⱼ − λ keeps its relative accuracy.
 * The iteration fits a function with the two neighbouring poles to value and both partial derivatives, the "middle way" of
 * Li, <i>Solving secular equations stably and efficiently</i> (LAPACK Working Note 89, 1993), inside a bracket that falls
 * back to bisection. It stops once |f| is within the rounding error of its own evaluation.
 */
final class SecularEquation {

    private static final double EPSILON = 0x1p-53;
    private static final int ITERATIONS = 120;

    private final int k;
    private final double[] d;
    private final double[] z;
    private final double inverseRho;
    /** dⱼ − (the origin). */
    private final double[] offset;

    private final double[] sums = new double[2];

    /** f = 1/ρ + ψ + φ at the last point: ψ over the poles up to the split, φ over those beyond. */
    private double psi;
    private double phi;
    private double psiSlope;
    private double phiSlope;

    SecularEquation(int k, double[] d, double[] z, double rho) {
        this.k = k;
        this.d = d;
        this.z = z;
        this.inverseRho = 1 / rho;
        this.offset = new double[k];
    }

    /** Returns root i and writes dⱼ − λᵢ to {@code delta} for every j. */
    double solve(int i, double[] delta, int deltaOff) {
        boolean last = i == k - 1;
        int left = last ? Math.max(0, k - 2) : i;
        int right = last ? k - 1 : i + 1;
        int split = last ? k - 1 : i + 1;
        double gap = d[right] - d[left];
        double width = last ? Vectors.dot(k, z, 0, z, 0) / inverseRho : gap;
        int origin = last ? k - 1 : i;
        shiftTo(origin);
        double middle = 0.5 * width;
        double f = evaluate(middle, split);
        double low = 0;
        double high = width;
        if (f < 0 && !last) {
            origin = i + 1;
            shiftTo(origin);
            low = -middle;
            high = 0;
        } else if (f < 0) {
            low = middle;
        } else {
            high = middle;
        }
        double tau = k == 1 ? width : guess(f, middle, left, right, gap, origin, last);
        if (!(tau > low && tau < high) && k > 1) {
            tau = inside(low, high);
        }
        tau = k == 1 ? width : iterate(tau, low, high, left, right, split, last);
        for (int j = 0; j < k; j++) {
            delta[deltaOff + j] = offset[j] - tau;
        }
        return d[origin] + tau;
    }

    private void shiftTo(int origin) {
        double pole = d[origin];
        for (int j = 0; j < k; j++) {
            offset[j] = d[j] - pole;
        }
    }

    private double evaluate(double tau, int split) {
        PoleSums.dsums(split, z, offset, 0, tau, sums);
        psi = sums[0];
        psiSlope = sums[1];
        PoleSums.dsums(k - split, z, offset, split, tau, sums);
        phi = sums[0];
        phiSlope = sums[1];
        return inverseRho + psi + phi;
    }

    /** The root of the two-pole function through f at the middle, whose other poles count as a constant. */
    private double guess(double f, double middle, int left, int right, double gap, int origin, boolean last) {
        double leftSquare = z[left] * z[left];
        double rightSquare = z[right] * z[right];
        double c = last ? f + leftSquare / (gap + middle) + rightSquare / middle
                : f + leftSquare / middle - rightSquare / (gap - middle);
        double leftPole = origin == left ? 0 : -gap;
        double rightPole = origin == left ? gap : 0;
        double a = c * (leftPole + rightPole) + leftSquare + rightSquare;
        double b = c * leftPole * rightPole + leftSquare * rightPole + rightSquare * leftPole;
        return quadraticRoot(a, b, c, last);
    }

    /** The root of cη² − aη + b that lies between two poles, or beyond both. */
    static double quadraticRoot(double a, double b, double c, boolean beyond) {
        double root = Math.sqrt(Math.abs(a * a - 4 * b * c));
        if (beyond) {
            return a >= 0 ? (a + root) / (2 * c) : 2 * b / (a - root);
        }
        return a <= 0 ? (a - root) / (2 * c) : 2 * b / (a + root);
    }

    private double iterate(double start, double from, double to, int left, int right, int split, boolean last) {
        double tau = start;
        double low = from;
        double high = to;
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double f = evaluate(tau, split);
            double slope = psiSlope + phiSlope;
            double rounding = EPSILON * (8 * (inverseRho + Math.abs(psi) + Math.abs(phi)) + Math.abs(tau) * slope);
            if (Math.abs(f) <= rounding) {
                break;
            }
            if (f < 0) {
                low = tau;
            } else {
                high = tau;
            }
            double leftGap = offset[left] - tau;
            double rightGap = offset[right] - tau;
            double c = f - leftGap * psiSlope - rightGap * phiSlope;
            double a = (leftGap + rightGap) * f - leftGap * rightGap * slope;
            double b = leftGap * rightGap * f;
            double step = quadraticRoot(a, b, last ? Math.abs(c) : c, last);
            if (!(step * f < 0)) {
                step = -f / slope;
            }
            double next = tau + step;
            if (!(next > low && next < high)) {
                next = inside(low, high);
            }
            if (next == tau) {
                break;
            }
            tau = next;
        }
        return tau;
    }

    /** A point between the bounds, by ratio where they differ in size: roots may lie very close to a pole at 0. */
    static double inside(double low, double high) {
        if (low >= 0) {
            return low == 0 ? high / 16 : high > 4 * low ? Math.sqrt(low) * Math.sqrt(high) : 0.5 * (low + high);
        }
        if (high <= 0) {
            return -inside(-high, -low);
        }
        return 0.5 * (low + high);
    }
}
