package cotangent.linalg.krylov;

import cotangent.linalg.dense.SymmetricEigen;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;

/** Functions of small symmetric matrices by their eigenvectors. */
public final class TridiagonalFunction {
    private TridiagonalFunction() {}

    /** f(T) e₁ = S f(Θ) Sᵀ e₁; 2·m² flops. */
    public static double[] firstColumn(SymmetricEigen eigen, DoubleUnaryOperator f) {
        double[] vectors = Objects.requireNonNull(eigen.vectors());
        int m = eigen.values().length;
        double[] column = new double[m];
        for (int j = 0; j < m; j++) {
            double weight = f.applyAsDouble(eigen.values()[j]) * vectors[j];
            for (int i = 0; i < m; i++) {
                column[i] += weight * vectors[i * m + j];
            }
        }
        return column;
    }
}
