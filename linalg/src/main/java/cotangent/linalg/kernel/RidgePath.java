package cotangent.linalg.kernel;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.Eigh;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;

/**
 * Ridge regression's prediction errors for every λ, from one eigendecomposition K = QΛQᵀ: then a λ costs 2n²(outputs + 1) flops.
 *
 * <p>With C = K + λI and α = C⁻¹y, the errors of leaving one sample out are αᵢ/(C⁻¹)ᵢᵢ, and generalised cross-validation replaces
 * (C⁻¹)ᵢᵢ by its mean (G. H. Golub, M. Heath and G. Wahba, Technometrics 21, 1979). For K that fit in memory.
 */
public final class RidgePath {
    private final int n;
    private final int outputs;
    /** Eigenvalues; rounding may have taken small ones below zero, where they are taken for zero. */
    private final double[] values;
    private final double[] vectors;
    private final double[] squares;
    /** Qᵀy, [n, outputs]. */
    private final double[] along;

    private RidgePath(int n, int outputs, double[] values, double[] vectors, double[] along) {
        this.n = n;
        this.outputs = outputs;
        this.values = values;
        this.vectors = vectors;
        this.along = along;
        this.squares = new double[vectors.length];
        for (int i = 0; i < squares.length; i++) {
            squares[i] = vectors[i] * vectors[i];
        }
    }

    /**
     * The path of a kernel's matrix and targets.
     *
     * @param kernel K, symmetric positive semidefinite, [n, n]; written out
     * @param y      [n] or [n, outputs], of K's dtype
     * @throws cotangent.dsl.ShapeException if K is not known to be symmetric, or y does not fit it
     * @throws InvalidDataException          if a number is NaN or infinite
     */
    public static RidgePath of(LinearOperator kernel, Tensor y) {
        KernelRidge.requireSymmetric("RidgePath", kernel);
        int n = kernel.rows();
        Inputs.requireTargets("RidgePath", n, kernel.dtype(), y);
        int outputs = y.rank() == 1 ? 1 : y.shape().extent(1);
        Eigh eigh = Eigh.of(Columns.wide(kernel.toDense()));
        double[] values = eigh.values().toDoubles();
        for (int i = 0; i < n; i++) {
            values[i] = Math.max(0, values[i]);
        }
        double[] q = eigh.vectors().toDoubles();
        double[] along = new double[Shape.of(n, outputs).size()];
        Gemm.dgemm(n, outputs, n, 1, q, 0, 1, n, y.toDoubles(), 0, outputs, 1, 0, along, 0, outputs);
        return new RidgePath(n, outputs, values, q, along);
    }

    /**
     * The mean squared error of leaving one sample out, over samples and outputs.
     *
     * @throws InvalidDataException if λ is not positive and finite
     */
    public double leaveOneOut(double lambda) {
        double[] alpha = weights(lambda);
        double[] inverse = new double[n];
        for (int j = 0; j < n; j++) {
            inverse[j] = 1 / (values[j] + lambda);
        }
        double[] diagonal = new double[n];
        Gemm.dgemm(n, 1, n, 1, squares, 0, n, 1, inverse, 0, 1, 1, 0, diagonal, 0, 1);
        double sum = 0;
        for (int i = 0; i < alpha.length; i++) {
            double error = alpha[i] / diagonal[i / outputs];
            sum += error * error;
        }
        return sum / alpha.length;
    }

    /**
     * The score of generalised cross-validation, an estimate of the same that no rotation of the samples changes.
     *
     * @throws InvalidDataException if λ is not positive and finite
     */
    public double generalizedCrossValidation(double lambda) {
        double[] alpha = weights(lambda);
        double trace = 0;
        for (double value : values) {
            trace += 1 / (value + lambda);
        }
        double sum = 0;
        for (double weight : alpha) {
            sum += weight * weight;
        }
        return sum / alpha.length * ((n / trace) * (n / trace));
    }

    /** The λ among these with the least leave-one-out error, the first of equals. */
    public double best(double... lambdas) {
        if (lambdas.length == 0) {
            throw new InvalidDataException("RidgePath: expected at least one lambda to choose from");
        }
        double best = lambdas[0];
        double least = Double.POSITIVE_INFINITY;
        for (double lambda : lambdas) {
            double error = leaveOneOut(lambda);
            if (error < least) {
                least = error;
                best = lambda;
            }
        }
        return best;
    }

    /** α = Q(Λ + λ)⁻¹Qᵀy, [n, outputs]. */
    private double[] weights(double lambda) {
        Hyperparameters.requirePositive("lambda", lambda);
        double[] scaled = along.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] /= values[i / outputs] + lambda;
        }
        double[] alpha = new double[scaled.length];
        Gemm.dgemm(n, outputs, n, 1, vectors, 0, n, 1, scaled, 0, outputs, 1, 0, alpha, 0, outputs);
        return alpha;
    }

    @Override
    public String toString() {
        return "ridge path of %d samples, %d outputs".formatted(n, outputs);
    }
}
