package cotangent.linalg.trace;

import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Split;
import java.util.Arrays;

/**
 * An orthonormal basis Q of the range of a sketch that grows block by block, with A·Q, and with what is known of the norm of
 * the rest PAP, P = I − QQᵀ, at each size; 2 products a direction.
 */
final class GrowingSketch {
    private final MeteredOperator operator;
    private Tensor ranges;
    private Tensor basis;
    private Tensor swept;
    private double fresh = Double.NaN;
    private double freshForms = Double.NaN;

    GrowingSketch(MeteredOperator operator) {
        this.operator = operator;
        this.ranges = operator.none(operator.columns());
        this.basis = ranges;
        this.swept = ranges;
    }

    int size() {
        return basis.shape().extent(1);
    }

    /**
     * Adds directions. What the new images have beyond the old basis is a sample of the rest before it grew, see
     * {@link #freshSquare}.
     */
    void grow(int directions) {
        int k = size();
        int n = operator.columns();
        Tensor vectors = operator.sketchVectors(0, n, k, k + directions);
        Tensor images = Columns.wide(operator.product(vectors));
        fresh = squareBeyond(Columns.wide(vectors), images) / directions;
        freshForms = Arrays.stream(Columns.dots(Columns.wide(vectors), images)).sum() / directions;
        ranges = Columns.join(ranges, images);
        // Householder's first k columns depend on the first k columns only: the old basis is kept, and stays orthonormal
        Tensor whole = OrthonormalBasis.spanning(ranges).block(operator.dtype());
        Tensor more = Columns.range(whole, k, k + directions);
        swept = Columns.join(swept, Columns.wide(operator.product(more)));
        basis = Columns.join(basis, Columns.wide(more));
    }

    private double squareBeyond(Tensor vectors, Tensor images) {
        if (size() == 0) {
            return Columns.sumOfSquares(images);
        }
        Tensor coefficients = Columns.inner(basis, vectors);
        Tensor rest = Columns.minus(images, Columns.multiply(swept, coefficients));
        Tensor inside = Columns.inner(basis, rest);
        return Columns.sumOfSquares(Columns.minus(rest, Columns.multiply(basis, inside)));
    }

    /** An unbiased estimate of ‖PAP‖_F² for the basis before the last block, from that block alone. */
    double freshSquare() {
        return fresh;
    }

    /** An unbiased estimate of tr A, from the last block's vectors alone: the mean of vᵀAv. */
    double freshTrace() {
        return freshForms;
    }

    /**
     * By how much less than ‖A‖_F² the square of ‖PAP‖_F is, for the first j directions at position j: 2‖AQ‖² − ‖QᵀAQ‖², which
     * holds for a symmetric A and steers for others.
     */
    double[] captured() {
        int k = size();
        double[] compressed = Columns.widened(compressed());
        double[] lengths = Columns.dots(swept, swept);
        double[] captured = new double[k + 1];
        for (int j = 0; j < k; j++) {
            double corner = compressed[j * k + j] * compressed[j * k + j];
            for (int i = 0; i < j; i++) {
                corner += compressed[i * k + j] * compressed[i * k + j] + compressed[j * k + i] * compressed[j * k + i];
            }
            captured[j + 1] = captured[j] + 2 * lengths[j] - corner;
        }
        return captured;
    }

    /** QᵀAQ, float64. */
    Tensor compressed() {
        return Columns.inner(basis, swept);
    }

    /** tr QᵀAQ. */
    double knownTrace() {
        double trace = 0;
        for (double entry : Columns.dots(basis, swept)) {
            trace += entry;
        }
        return trace;
    }

    Split split() {
        return new Split.Deflation(basis, knownTrace());
    }
}
