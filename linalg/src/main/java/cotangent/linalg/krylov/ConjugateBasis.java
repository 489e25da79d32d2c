package cotangent.linalg.krylov;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.SymmetricEigen;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The orthonormal basis S = [X, P, W] of a step of LOBPCG and its image A·S: vectors X, the directions P that led to them, and
 * new directions W.
 *
 * <p>J. A. Duersch, M. Shao, C. Yang and M. Gu, A robust and efficient implementation of LOBPCG, SIAM J. Sci. Comput. 40 (2018):
 * with the eigenvectors C of SᵀAS, the new X is S·C₁ with the first columns, and the new P is S·C₂ with C₂ what the X-free part
 * of C₁ adds to C₁, orthonormalised; so [X, P] stays orthonormal by construction. Everything is float64, row-major [n, s].
 */
public final class ConjugateBasis {
    private final int n;
    private final UnaryOperator<Tensor> operator;
    private Tensor basis;
    private Tensor images;
    private int width;
    private double[] values = new double[0];
    private double scale;

    /** The basis X only: what spans a block, at one product each. */
    public ConjugateBasis(Tensor block, UnaryOperator<Tensor> operator) {
        this.n = block.shape().extent(0);
        int k = block.shape().extent(1);
        this.operator = operator;
        this.basis = Tensor.wrap(Shape.of(n, k), ScaledQr.factor(n, k, block.toDoubles()).q());
        this.images = operator.apply(basis);
    }

    /** Positions of the wanted eigenvalues among ascending ones, most wanted first. */
    @FunctionalInterface
    public interface Order {
        /** The positions. */
        int[] of(double[] ascending);
    }

    /** Rayleigh-Ritz: the {@code wanted} best vectors of the basis become X, and P what led to them. */
    public void rotate(Order order, int wanted) {
        int s = basis.shape().extent(1);
        double[] projection = new double[s * s];
        Gemm.dgemm(s, s, n, 1, Columns.widened(basis), 0, 1, s, Columns.widened(images), 0, s, 1, 0, projection, 0, s);
        for (int i = 0; i < s; i++) {
            for (int j = 0; j < i; j++) {
                double mean = 0.5 * projection[i * s + j] + 0.5 * projection[j * s + i];
                projection[i * s + j] = mean;
                projection[j * s + i] = mean;
            }
        }
        SymmetricEigen eigen = SymmetricEigen.decompose(s, projection);
        if (eigen == null) {
            throw new NotConvergedException("Lobpcg: the QR iteration did not converge on a projection of size " + s
                    + "; please report the operator");
        }
        int[] chosen = order.of(eigen.values());
        values = new double[wanted];
        for (int j = 0; j < wanted; j++) {
            values[j] = eigen.values()[chosen[j]];
        }
        for (double value : eigen.values()) {
            scale = Math.max(scale, Math.abs(value));
        }
        double[] all = Objects.requireNonNull(eigen.vectors());
        Tensor coefficients = coefficients(s, wanted, all, chosen);
        basis = Columns.multiply(basis, coefficients);
        images = Columns.multiply(images, coefficients);
        width = wanted;
    }

    /** [C₁, C₂]: the chosen eigenvectors, and an orthonormal basis of what their X-free parts add. */
    private Tensor coefficients(int s, int wanted, double[] all, int[] chosen) {
        double[] first = new double[s * wanted];
        double[] free = new double[s * wanted];
        for (int i = 0; i < s; i++) {
            for (int j = 0; j < wanted; j++) {
                first[i * wanted + j] = all[i * s + chosen[j]];
                free[i * wanted + j] = i < width ? 0 : first[i * wanted + j];
            }
        }
        Tensor leading = Tensor.wrap(Shape.of(s, wanted), first);
        if (s == wanted || width == 0) {
            return leading;
        }
        Tensor added = Orthonormal.extension(leading, Tensor.wrap(Shape.of(s, wanted), free));
        return added == null ? leading : Columns.join(leading, added);
    }

    /** Adds new directions with their images, one product for each that is independent; false where none is. */
    public boolean extend(Tensor directions) {
        Tensor added = Orthonormal.extension(basis, directions);
        if (added == null) {
            return false;
        }
        basis = Columns.join(basis, added);
        images = Columns.join(images, operator.apply(added));
        return true;
    }

    /** The Ritz values of X, most wanted first. */
    public double[] values() {
        return values.clone();
    }

    /** The largest magnitude of a Ritz value so far. */
    public double scale() {
        return scale;
    }

    /** The first k vectors of X. */
    public Tensor leading(int k) {
        return Columns.range(basis, 0, k);
    }

    /** AX − XΘ at some positions. */
    public Tensor residual(int... positions) {
        int s = basis.shape().extent(1);
        int k = positions.length;
        double[] x = Columns.widened(basis);
        double[] y = Columns.widened(images);
        double[] block = new double[n * k];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                int at = i * s + positions[j];
                block[i * k + j] = y[at] - values[positions[j]] * x[at];
            }
        }
        return Tensor.wrap(Shape.of(n, k), block);
    }

    /** The norms of all of X's residuals. */
    public double[] residuals() {
        int[] all = new int[width];
        Arrays.setAll(all, i -> i);
        return Orthonormal.norms(residual(all));
    }
}
