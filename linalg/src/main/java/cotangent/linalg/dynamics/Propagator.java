package cotangent.linalg.dynamics;

import cotangent.linalg.Estimate;
import cotangent.linalg.operator.CountingOperator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Functions of a kernel K times the initial residual r. Safe to use from many threads; what it returns does not depend on
 * earlier calls.
 */
sealed interface Propagator permits DensePropagator, KrylovPropagator {
    /**
     * f(K) r for some functions f.
     *
     * @param blocks    [n, k] for each function
     * @param errors    estimated norm of each block's error; 0 where there is none but rounding
     * @param converged whether all errors are within the tolerance
     * @param level     that they were found at
     */
    record Applied(double[][] blocks, double[] errors, boolean converged, int level) {
        double[] block(int position) {
            return blocks[position];
        }
    }

    /**
     * f(K) r; f is called at eigenvalues or Ritz values, none negative, and exactly 0 for those that rounding cannot tell
     * from 0.
     *
     * @param relativeToStart whether the tolerance is relative to ‖r‖ where that is larger than the result
     */
    Applied apply(List<DoubleUnaryOperator> functions, boolean relativeToStart);

    /** The residual's spectral measure, the better the higher the level. */
    Measure.Bracket measure(int level);

    /** Whether there is a better measure than that of a level. */
    boolean hasMore(int level);

    /** How many eigenvalues, or Ritz values at a level, are told from 0. */
    int rank(int level);

    /** The kernel's largest eigenvalue. */
    Estimate largestEigenvalue();

    /** The k leading eigenpairs with coefficients of the residual. */
    Leading leading(int k);

    /** Size up to which an eigenvalue is taken for 0. */
    double threshold();

    /** The operator whose products are counted. */
    CountingOperator counted();

    /** How results are found, in words. */
    String route();

    /**
     * Leading eigenpairs.
     *
     * @param values       [count], descending
     * @param residuals    ‖K v − λ v‖; 0 where they are rounding
     * @param vectors      [n, count]
     * @param coefficients Vᵀ r, [count, k]
     */
    record Leading(double[] values, double[] residuals, double[] vectors, double[] coefficients) {}
}
