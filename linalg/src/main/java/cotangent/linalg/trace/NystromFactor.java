package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.CholeskyFactorization;

/**
 * Nyström's approximation F·Fᵀ of a positive semidefinite A from A·Ω alone: with Y = AΩ and ΩᵀY = RᵀR, F = Y·R⁻¹.
 *
 * <p>It is that of A + ν·I for a shift ν of the size of rounding, without which ΩᵀY need not be positive definite as
 * computed (J. A. Tropp, A. Yurtsever, M. Udell and V. Cevher, Fixed-rank approximation of a positive-semidefinite matrix from
 * streaming data, NIPS 2017, algorithm 3). It matches A + ν·I on the range of Ω, and is at most as large.
 *
 * @param factor F, float64 [n, k]
 * @param r      R, upper triangular [k, k], row-major; zero where A·Ω is
 * @param shift  ν; 0 where A·Ω is zero
 */
record NystromFactor(Tensor factor, double[] r, double shift) {
    /** How much the shift may grow before the operator is to blame and not rounding. */
    private static final double MOST_GROWTH = 1e6;

    /**
     * The approximation.
     *
     * @param probes Ω, [n, k]
     * @param images A·Ω
     * @throws InvalidDataException if ΩᵀAΩ is not positive semidefinite to within rounding
     */
    static NystromFactor of(String estimator, Tensor probes, Tensor images) {
        int n = probes.shape().extent(0);
        double size = Math.sqrt(Columns.sumOfSquares(images) / n);
        int k = probes.shape().extent(1);
        if (size == 0) {
            return new NystromFactor(Tensor.wrap(Shape.of(n, k), new double[n * k]), new double[k * k], 0);
        }
        double least = 2 * images.dtype().unitRoundoff() * size;
        Tensor vectors = Columns.wide(probes);
        for (double shift = least; shift <= MOST_GROWTH * least; shift *= 4) {
            Tensor shifted = shifted(vectors, Columns.wide(images), shift);
            double[] r = triangle(vectors, shifted);
            if (CholeskyFactorization.factor(k, r) < 0) {
                double[] f = Columns.widened(shifted).clone();
                Trsm.dtrsm(Side.RIGHT, Triangle.UPPER, Diagonal.GENERAL, n, k, 1, r, 0, k, 1, f, 0, k);
                return new NystromFactor(Tensor.wrap(Shape.of(n, k), f), r, shift);
            }
        }
        throw new InvalidDataException(
                "%s: the operator is not positive semidefinite: vᵀAv is negative for some v; use "
                        .formatted(estimator) + "XTrace or HutchPlusPlus, which take any square operator");
    }

    private static Tensor shifted(Tensor probes, Tensor images, double shift) {
        double[] sum = Columns.widened(images).clone();
        double[] vectors = Columns.widened(probes);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += shift * vectors[i];
        }
        return Tensor.wrap(images.shape(), sum);
    }

    /** The symmetric part of ΩᵀY. */
    private static double[] triangle(Tensor probes, Tensor images) {
        int k = probes.shape().extent(1);
        double[] gram = Columns.widened(Columns.multiply(Columns.transposed(probes), images));
        double[] symmetric = new double[k * k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                symmetric[i * k + j] = 0.5 * (gram[i * k + j] + gram[j * k + i]);
            }
        }
        return symmetric;
    }
}
