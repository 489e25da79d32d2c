package cotangent.linalg.dense;

/**
 * The elementary reflector H = I − τ v vᵀ with v₀ = 1 and H x = β e₀.
 *
 * <p>β takes the sign opposite to x₀, so that x₀ − β suffers no cancellation; τ lies in [1, 2], or is 0 where x is
 * already a multiple of e₀ (H = I). Golub and Van Loan, <i>Matrix Computations</i>, 4th ed., section 5.1.
 */
final class Reflector {

    /** Below this |β| the quotient 1/(x₀ − β) may overflow, and x is scaled up first. */
    private static final double SAFE_MINIMUM = 0x1p-970;

    private Reflector() {}

    /**
     * Overwrites {@code x} with v and returns τ; β is written to {@code beta[betaOff]}.
     *
     * @param n the length of {@code x}, at least 1
     */
    static double generate(int n, double[] x, int xOff, double[] beta, int betaOff) {
        double head = x[xOff];
        double tail = Vectors.norm(n - 1, x, xOff + 1);
        x[xOff] = 1;
        if (tail == 0) {
            beta[betaOff] = head;
            return 0;
        }
        double norm = Vectors.hypotenuse(head, tail);
        int lift = 0;
        if (norm < SAFE_MINIMUM) {
            lift = -PowerOfTwo.exponentOf(norm);
            head = Math.scalb(head, lift);
            for (int i = 1; i < n; i++) {
                x[xOff + i] = Math.scalb(x[xOff + i], lift);
            }
            // the norm was rounded to a subnormal number: take it again where it is exact
            norm = Vectors.hypotenuse(head, Vectors.norm(n - 1, x, xOff + 1));
        }
        double b = head >= 0 ? -norm : norm;
        Vectors.scale(n - 1, 1 / (head - b), x, xOff + 1);
        beta[betaOff] = Math.scalb(b, -lift);
        return (b - head) / b;
    }
}
