package cotangent.spec.bench;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Root mean square errors that the papers' theorems, or their leading terms, give for a known spectrum.
 *
 * <p>A sketch of s vectors leaves ‖A − QQᵀA‖_F² ≤ (1 + k/(s − k − 1))·Σ_{j>k} λ_j² in the mean, for every k ≤ s − 2 (N. Halko,
 * P. G. Martinsson and J. A. Tropp, SIAM Review 53, 2011, theorem 10.5); m probes of what is left have a variance of 2/m of
 * its square. Leave-one-out estimators are taken for as many independent probes as they have, which their theorems come near.
 */
final class Theory {
    private final double[] tailSquares;
    private final double[] tailSums;
    private final int n;

    /** For the eigenvalues, descending and none negative. */
    Theory(double[] values) {
        n = values.length;
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        tailSquares = new double[n + 1];
        tailSums = new double[n + 1];
        for (int k = n - 1; k >= 0; k--) {
            tailSquares[k] = tailSquares[k + 1] + sorted[n - 1 - k] * sorted[n - 1 - k];
            tailSums[k] = tailSums[k + 1] + sorted[n - 1 - k];
        }
    }

    /** ‖A − QQᵀA‖_F for a sketch of s vectors. */
    double sketched(int s) {
        double least = tailSquares[0];
        for (int k = 1; k <= s - 2; k++) {
            least = Math.min(least, (1 + k / (s - k - 1.0)) * tailSquares[k]);
        }
        return Math.sqrt(least);
    }

    /**
     * ‖A − Â‖_F for a Nyström approximation from s vectors. A − Â is at most Σ₂ + Σ₂^½Ω₂Ω₁⁺(Σ₂^½Ω₂Ω₁⁺)ᵀ, with the k leading
     * eigenvectors' part Ω₁ of Ω and the others' Ω₂; the second term's norm is about tr Σ₂·‖(Ω₁Ω₁ᵀ)⁻¹‖_F, whose mean square is
     * that of an inverse Wishart matrix, k(s − 1)/((s − k)(s − k − 1)(s − k − 3)).
     */
    double nystrom(int s) {
        double least = Math.sqrt(tailSquares[0]);
        for (int k = 1; k <= s - 4; k++) {
            double excess = s - k;
            double wishart = k * (s - 1.0) / (excess * (excess - 1) * (excess - 3));
            least = Math.min(least, Math.sqrt(tailSquares[k]) + Math.sqrt(wishart) * tailSums[k]);
        }
        return least;
    }

    /** Of the mean of m sphere probes. */
    double hutchinson(int m) {
        double centred = tailSquares[0] - tailSums[0] * tailSums[0] / n;
        return Math.sqrt(2.0 / m * Math.max(0, centred));
    }

    double hutchPlusPlus(int m) {
        int s = m / 3;
        return Math.min(hutchinson(m - 2 * s), Math.sqrt(2.0 / (m - 2 * s)) * sketched(s));
    }

    /** Z(SᵀZ)⁺Wᵀ is a sketched least-squares problem, whose residual is larger by √(1 + s/(r − s − 1)). */
    double naHutchPlusPlus(int m) {
        int s = m / 4;
        int r = m - 2 * s;
        return Math.sqrt(2.0 / s * (1 + s / (r - s - 1.0))) * sketched(s);
    }

    /** The better of the two fixed splits, no sketch and a third of the budget each: an oracle's split would be better still. */
    double aHutchPlusPlus(int m) {
        return Math.min(Math.sqrt(2.0 / m * tailSquares[0]), hutchPlusPlus(m));
    }

    double nystromPlusPlus(int m) {
        return Math.sqrt(2.0 / (m - m / 2)) * nystrom(m / 2);
    }

    double xTrace(int m) {
        return Math.sqrt(2.0 / (m / 2)) * sketched(m / 2 - 1);
    }

    double xNysTrace(int m) {
        return Math.sqrt(2.0 / m) * nystrom(m - 1);
    }

    /** Of a diagonal of the given entries, in the Euclidean norm, by m probes on what a sketch of s vectors leaves. */
    double diagonal(double[] entries, int s, int m) {
        double square = s == 0
                ? tailSquares[0] - Arrays.stream(entries).map(entry -> entry * entry).sum()
                : sketched(s) * sketched(s);
        return Math.sqrt(square / m);
    }

    /** Of ‖A‖_F² by m probes: that of the trace of A². */
    static double squaredNorm(double[] values, int m) {
        return new Theory(Arrays.stream(values).map(value -> value * value).toArray()).hutchinson(m);
    }

    /** Of tr f(A) by m sphere probes. */
    static double function(double[] values, DoubleUnaryOperator f, int m) {
        double[] image = Arrays.stream(values).map(f).toArray();
        return new Theory(image).hutchinson(m);
    }
}
