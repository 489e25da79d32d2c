package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Distribution;
import cotangent.dsl.kernel.Philox;

/**
 * The check that an operator's two products belong together: ⟨Av, u⟩ = ⟨v, Aᵀu⟩ for normal random v and u.
 *
 * @param forward   ⟨Av, u⟩
 * @param adjoint   ⟨v, Aᵀu⟩
 * @param tolerance what rounding explains of their difference: 4 (rows + columns) ε (‖Av‖‖u‖ + ‖v‖‖Aᵀu‖), with ε twice the
 *                  unit roundoff of the operator's dtype. An inner product of length n errs by n ε/2 of its norms at most,
 *                  and a product with a matrix of n columns by n ε/2 ‖|A|‖‖v‖, where ‖Av‖ of a normal v is near ‖A‖_F
 */
public record AdjointTest(double forward, double adjoint, double tolerance) {
    private static final long STREAM = 0x61646a6f696e74L;

    /** Tests an operator on one pair of vectors drawn from a seed; one product with A and one with its transpose. */
    public static AdjointTest of(LinearOperator operator, long seed) {
        double[] v = normal(seed, 0, operator.columns(), operator.dtype());
        double[] u = normal(seed, 1, operator.rows(), operator.dtype());
        double[] product = operator.matvec(vector(v, operator.dtype())).toDoubles();
        double[] transposed = operator.rmatvec(vector(u, operator.dtype())).toDoubles();
        double sizes = Math.sqrt(dot(product, product) * dot(u, u)) + Math.sqrt(dot(v, v) * dot(transposed,
                transposed));
        double epsilon = 2 * operator.dtype().unitRoundoff();
        return new AdjointTest(dot(product, u), dot(v, transposed), 4.0 * (operator.rows() + operator.columns())
                * epsilon * sizes);
    }

    /** Whether the two agree up to rounding; NaN does not. */
    public boolean passed() {
        return Math.abs(forward - adjoint) <= tolerance;
    }

    private static double[] normal(long seed, int probe, int n, DType dtype) {
        double[] elements = new double[n];
        if (n > 0) {
            Philox.fill(Distribution.NORMAL, seed, STREAM, probe, elements, 0, 1, n, 0);
        }
        for (int i = 0; i < n && dtype == DType.F32; i++) {
            elements[i] = (float) elements[i];
        }
        return elements;
    }

    private static Tensor vector(double[] elements, DType dtype) {
        if (dtype == DType.F64) {
            return Tensor.wrap(Shape.of(elements.length), elements);
        }
        float[] rounded = new float[elements.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) elements[i];
        }
        return Tensor.wrap(Shape.of(rounded.length), rounded);
    }

    private static double dot(double[] left, double[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }
}
