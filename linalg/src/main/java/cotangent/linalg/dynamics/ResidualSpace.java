package cotangent.linalg.dynamics;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.Reorthogonalization;
import cotangent.linalg.dense.SymmetricEigen;
import cotangent.linalg.krylov.LanczosRecurrence;
import cotangent.linalg.krylov.TridiagonalFunction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;

/**
 * The Krylov space of one column of the residual, seen after any number of its steps.
 *
 * <p>What is left of a residual after a long time is what the kernel's smallest eigenvalues, or 0, hold of it, where Ritz
 * values come last: a projection whose Ritz values are all far from 0 yet says that nothing is left, step after step. So
 * functions are taken of the projection bordered to have the eigenvalue 0, which interpolates them there too, and the
 * projection itself serves to judge them.
 */
final class ResidualSpace {
    private final int n;
    private final DType dtype;
    private final int columns;
    private final int column;
    private final double norm;
    private final LanczosRecurrence recurrence;
    private final Map<Integer, SymmetricEigen> projections = new HashMap<>();
    private final Map<Integer, SymmetricEigen> bordered = new HashMap<>();

    private ResidualSpace(Start start, int column, double norm, double[] direction) {
        this.n = start.size();
        this.dtype = start.dtype();
        this.columns = start.columns();
        this.column = column;
        this.norm = norm;
        this.recurrence = new LanczosRecurrence(direction, Reorthogonalization.FULL, true, start.dtype()
                .unitRoundoff());
    }

    static ResidualSpace ofColumn(Start start, int column) {
        int n = start.size();
        double[] direction = new double[n];
        for (int i = 0; i < n; i++) {
            direction[i] = start.residual()[i * start.columns() + column];
        }
        double norm = Dots.dnrm2(n, direction, 0);
        for (int i = 0; i < n && norm > 0; i++) {
            direction[i] /= norm;
        }
        return new ResidualSpace(start, column, norm, direction);
    }

    /** ‖r‖. */
    double norm() {
        return norm;
    }

    boolean finished() {
        return recurrence.finished();
    }

    int steps() {
        return recurrence.size();
    }

    double[] current() {
        return recurrence.current();
    }

    void advance(double[] product) {
        recurrence.advance(product);
    }

    /** Whether more steps than these would say more. */
    boolean growsBeyond(int steps) {
        return !recurrence.finished() || recurrence.size() > steps;
    }

    private SymmetricEigen projection(int steps) {
        int m = Math.min(steps, recurrence.size());
        return projections.computeIfAbsent(m, size -> eigen(recurrence.alpha(), recurrence.beta(), size));
    }

    private static SymmetricEigen eigen(double[] alpha, double[] beta, int m) {
        double[] t = new double[m * m];
        for (int i = 0; i < m; i++) {
            t[i * m + i] = alpha[i];
            if (i + 1 < m) {
                t[i * m + i + 1] = beta[i];
                t[(i + 1) * m + i] = beta[i];
            }
        }
        SymmetricEigen eigen = SymmetricEigen.decompose(m, t);
        if (eigen == null) {
            throw new NotConvergedException("dynamics: the QR iteration did not converge on a projection of size " + m
                    + "; please report the kernel");
        }
        return eigen;
    }

    private SymmetricEigen positive(int steps, double threshold) {
        SymmetricEigen eigen = projection(steps);
        return new SymmetricEigen(Positive.of(n, dtype, threshold, eigen.values()), eigen.vectors());
    }

    double largest(int steps) {
        double[] values = projection(steps).values();
        return values[values.length - 1];
    }

    int rank(int steps, double threshold) {
        return (int) Arrays.stream(positive(steps, threshold).values()).filter(value -> value > 0).count();
    }

    /**
     * How far f(K) r is from its limit, as far as can be seen.
     *
     * @param distance the larger of how far it moved between two numbers of steps, and of what the node at 0 changes;
     *                 infinite where there were no steps before, 0 where the space is invariant
     * @param size     ‖f(K) r‖
     * @param largest  max|f|·‖r‖
     */
    record Movement(double distance, double size, double largest) {}

    Movement movement(int before, int after, double threshold, DoubleUnaryOperator f) {
        SymmetricEigen eigen = extended(after, threshold);
        double[] now = TridiagonalFunction.firstColumn(eigen, f);
        double size = norm * Dots.dnrm2(now.length, now, 0);
        double largest = norm * Arrays.stream(eigen.values()).map(f).map(Math::abs).max().orElse(0);
        if (!growsBeyond(after)) {
            return new Movement(0, size, largest);
        }
        if (before == 0) {
            return new Movement(Double.POSITIVE_INFINITY, size, largest);
        }
        double moved = distance(now, TridiagonalFunction.firstColumn(extended(before, threshold), f));
        double changed = distance(now, TridiagonalFunction.firstColumn(positive(after, threshold), f));
        return new Movement(norm * Math.max(moved, changed), size, largest);
    }

    private static double distance(double[] longer, double[] shorter) {
        double[] difference = longer.clone();
        Dots.daxpy(shorter.length, -1, shorter, 0, difference, 0);
        return Dots.dnrm2(difference.length, difference, 0);
    }

    /** Writes ‖r‖·V f(T) e₁ for each function to this column of its block. */
    void combine(int steps, double threshold, List<DoubleUnaryOperator> functions, double[][] blocks) {
        SymmetricEigen eigen = extended(steps, threshold);
        int rows = Math.min(eigen.values().length, Math.min(steps, recurrence.size()));
        int count = functions.size();
        double[] coefficients = new double[rows * count];
        double[] beyond = new double[count];
        for (int t = 0; t < count; t++) {
            double[] first = TridiagonalFunction.firstColumn(eigen, functions.get(t));
            for (int i = 0; i < rows; i++) {
                coefficients[i * count + t] = norm * first[i];
            }
            beyond[t] = first.length > rows ? norm * first[rows] : 0;
        }
        double[] combined = new double[Shape.of(n, count).size()];
        double[] vectors = recurrence.kept().elements();
        Gemm.dgemm(n, count, rows, 1, vectors, 0, 1, n, coefficients, 0, count, 1, 0, combined, 0, count);
        boolean kept = rows < recurrence.size();
        double[] next = kept ? vectors : recurrence.current();
        int offset = kept ? rows * n : 0;
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < count; t++) {
                double end = beyond[t] == 0 ? 0 : beyond[t] * next[offset + i];
                blocks[t][i * columns + column] = combined[i * count + t] + end;
            }
        }
    }

    /** Gauss' rule, and Gauss and Radau's with a node at 0. */
    Measure.Bracket measure(int steps, double threshold) {
        return new Measure.Bracket(rule(positive(steps, threshold)), rule(extended(steps, threshold)), !growsBeyond(
                steps));
    }

    /**
     * The projection bordered by the next vector, so that 0 is an eigenvalue (G. H. Golub, Some modified matrix eigenvalue
     * problems, SIAM Review 15, 1973, section 7); the projection itself where the space is invariant.
     */
    private SymmetricEigen extended(int steps, double threshold) {
        return growsBeyond(steps)
                ? bordered.computeIfAbsent(steps, m -> border(positive(m, threshold), threshold))
                : positive(steps, threshold);
    }

    private SymmetricEigen border(SymmetricEigen eigen, double threshold) {
        int m = eigen.values().length;
        double[] vectors = Objects.requireNonNull(eigen.vectors());
        double[] beta = Arrays.copyOf(recurrence.beta(), m);
        double corner = 0;
        for (int i = 0; i < m; i++) {
            double last = beta[m - 1] * vectors[(m - 1) * m + i];
            // a Ritz value at 0 has converged: its coupling is rounding, and what it would add to the corner without meaning
            corner += eigen.values()[i] > 0 ? last / eigen.values()[i] * last : 0;
        }
        double[] alpha = Arrays.copyOf(recurrence.alpha(), m + 1);
        alpha[m] = corner;
        SymmetricEigen whole = eigen(alpha, beta, m + 1);
        // the node at 0 comes out within rounding of the corner
        double[] nodes = Arrays.stream(whole.values()).map(node -> node <= threshold ? 0 : node).toArray();
        nodes[0] = 0;
        return new SymmetricEigen(nodes, whole.vectors());
    }

    private Measure rule(SymmetricEigen eigen) {
        double[] vectors = Objects.requireNonNull(eigen.vectors());
        double[] weights = new double[eigen.values().length];
        for (int i = 0; i < weights.length; i++) {
            double first = norm * vectors[i];
            weights[i] = first * first;
        }
        return new Measure(eigen.values(), weights);
    }
}
