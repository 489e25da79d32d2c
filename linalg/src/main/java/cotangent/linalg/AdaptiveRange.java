package cotangent.linalg;

import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.krylov.Orthonormal;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;

/**
 * A range finder that goes on until the rest of the operator is small: blocks of random vectors, the part of whose products
 * outside the basis says how small it is before it joins the basis.
 *
 * <p>N. Halko, P.-G. Martinsson and J. A. Tropp, Finding structure with randomness, SIAM Review 53 (2011), algorithm 4.2 and equation 4.3
 * in blocks: for b fresh Gaussian vectors ‖(I − QQᵀ)A‖₂ ≤ 10·√(2/π)·max‖(I − QQᵀ)Aω‖ but for a probability of 10⁻ᵇ.
 *
 * @param basis  Q, float64, [rows, l]
 * @param images A·Q for a symmetric A, else Aᵀ·Q
 * @param error  that bound of ‖(I − QQᵀ)A‖₂
 * @param scale  ‖A‖₂ from below
 * @param whole  whether the basis would have been as large as the smaller side: the matrix is as cheap then
 */
record AdaptiveRange(Tensor basis, Tensor images, double error, double scale, boolean whole) {
    private static final double FACTOR = 10 * Math.sqrt(2 / Math.PI);

    /**
     * Grows a range until its error is within a tolerance relative to its scale, or its basis at the limit.
     *
     * @param finder    for seed and listener
     * @param tolerance relative
     * @param blockSize b
     */
    static AdaptiveRange grow(RangeFinder finder, CountingOperator operator, double tolerance, int blockSize,
            int maxRank) {
        LinearOperator adjoint = operator.adjoint();
        int side = Math.min(operator.rows(), operator.columns());
        long planned = 2L * Math.min(maxRank, side) + blockSize;
        Tensor basis = RangeFinder.none(operator.rows());
        Tensor images = RangeFinder.none(operator.columns());
        double scale = 0;
        for (int drawn = 0;; drawn += blockSize) {
            Tensor block = finder.product(operator, operator, finder.random(operator, drawn, drawn + blockSize),
                    planned);
            int size = basis.shape().extent(1);
            double error = FACTOR * largestOutside(basis, Columns.wide(block));
            if (error <= tolerance * scale || size >= maxRank) {
                return new AdaptiveRange(basis, images, error, scale, false);
            }
            if (size + blockSize >= side) {
                return new AdaptiveRange(basis, images, error, scale, true);
            }
            Tensor further = Orthonormal.extension(basis, Columns.wide(block));
            if (further == null) {
                return new AdaptiveRange(basis, images, error, scale, false);
            }
            Tensor image = finder.wideProduct(operator, adjoint, further, planned);
            scale = Math.max(scale, Svd.values(image).get(0));
            basis = Columns.join(basis, further);
            images = Columns.join(images, image);
        }
    }

    private static double largestOutside(Tensor basis, Tensor block) {
        double[] norms = Orthonormal.norms(Orthonormal.complement(basis, block));
        return Arrays.stream(norms).max().orElse(0);
    }
}
