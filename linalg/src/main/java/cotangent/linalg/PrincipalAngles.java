package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.OrthonormalBasis;

/**
 * The principal angles between two subspaces: how far one must be turned to lie in the other, direction by direction.
 *
 * <p>Å. Björck and G. H. Golub, Numerical methods for computing angles between linear subspaces, Math. Comp. 27 (1973): from the
 * cosines, singular values of QₐᵀQ_b, where they are below √½, and from the sines, those of (I − QₐQₐᵀ)Q_b, where these are, so
 * that small angles keep their digits.
 *
 * @param angles F64 [k], ascending, in radians from 0 to π/2; k is the smaller of the two dimensions
 */
public record PrincipalAngles(Tensor angles) {
    /**
     * The angles between the spans of two matrices' columns; about 8·n·p² flops.
     *
     * @param a [n, p] of independent columns, F32 or F64
     * @param b [n, q] of independent columns
     * @throws ShapeException       if they are no matrices of as many rows, or have more columns than rows
     * @throws InvalidDataException if an entry is NaN or infinite
     */
    public static PrincipalAngles between(Tensor a, Tensor b) {
        OrthonormalBasis first = basis(a);
        OrthonormalBasis second = basis(b);
        int n = a.shape().extent(0);
        if (b.shape().extent(0) != n) {
            throw new ShapeException("principal angles: expected as many rows in both, got %s and %s".formatted(a
                    .shape(), b.shape()));
        }
        boolean wide = first.size() >= second.size();
        OrthonormalBasis large = wide ? first : second;
        Tensor small = (wide ? second : first).block(DType.F64);
        Tensor cosines = Svd.values(large.coefficients(small));
        Tensor sines = Svd.values(large.complement(small));
        int k = small.shape().extent(1);
        double[] angles = new double[k];
        for (int i = 0; i < k; i++) {
            double sine = k - 1 - i < sines.shape().size() ? sines.get(k - 1 - i) : 0;
            angles[i] = sine * sine < 0.5 ? Math.asin(sine) : Math.acos(Math.min(1, cosines.get(i)));
        }
        return new PrincipalAngles(Tensor.wrap(Shape.of(k), angles));
    }

    private static OrthonormalBasis basis(Tensor matrix) {
        MatrixArgument argument = MatrixArgument.shared("principal angles", matrix);
        if (argument.columns() > argument.rows()) {
            throw new ShapeException("principal angles: expected at most %d independent columns, got %s".formatted(
                    argument.rows(), matrix.shape()));
        }
        return OrthonormalBasis.spanning(matrix);
    }

    /** The largest angle, in radians; 0 for a subspace of no dimension. */
    public double largest() {
        int k = angles.shape().extent(0);
        return k == 0 ? 0 : angles.get(k - 1);
    }

    /** ‖sin Θ‖₂, the sine of the largest angle: for equal dimensions ‖P_a − P_b‖₂ of the projections. */
    public double sine() {
        return Math.sin(largest());
    }

    /** ‖sin Θ‖_F, the root of the sum of the squared sines: for equal dimensions ‖P_a − P_b‖_F/√2. */
    public double sineFrobenius() {
        double sum = 0;
        for (double angle : angles.toDoubles()) {
            sum = Math.hypot(sum, Math.sin(angle));
        }
        return sum;
    }

    @Override
    public String toString() {
        return "principal angles " + Summary.ofVector(angles);
    }
}
