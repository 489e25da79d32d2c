package cotangent.linalg.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import org.junit.jupiter.api.Test;

class LinearOperatorTest {
    private static final LinearOperator WIDE = LinearOperator.of(Reference.gaussian(DType.F64, 3, 5, 1));
    private static final LinearOperator SYMMETRIC = Specimen.symmetric(DType.F64, 5).operator();

    @Test
    void tagsTravelThroughTheAlgebra() {
        LinearOperator gram = WIDE.times(WIDE.adjoint());
        LinearOperator semidefinite = LinearOperator.identity(5, DType.F64);
        assertThat(WIDE.symmetric()).isFalse();
        assertThat(SYMMETRIC.symmetric()).isTrue();
        assertThat(SYMMETRIC.positiveSemidefinite()).isFalse();
        assertThat(gram.positiveSemidefinite()).isTrue();
        assertThat(WIDE.adjoint().times(WIDE).positiveSemidefinite()).isTrue();
        assertThat(WIDE.then(WIDE.adjoint()).positiveSemidefinite()).isTrue();
        assertThat(gram.scale(2).positiveSemidefinite()).isTrue();
        assertThat(gram.scale(-2).positiveSemidefinite()).isFalse();
        assertThat(gram.scale(-2).symmetric()).isTrue();
        assertThat(gram.shift(1).positiveSemidefinite()).isTrue();
        assertThat(gram.shift(-1).positiveSemidefinite()).isFalse();
        assertThat(gram.shift(-1).symmetric()).isTrue();
        assertThat(SYMMETRIC.plus(semidefinite).symmetric()).isTrue();
        assertThat(SYMMETRIC.plus(semidefinite).positiveSemidefinite()).isFalse();
        assertThat(WIDE.times(SYMMETRIC).times(WIDE.adjoint()).symmetric()).isTrue();
        assertThat(WIDE.times(SYMMETRIC).times(WIDE.adjoint()).positiveSemidefinite()).isFalse();
        assertThat(WIDE.times(semidefinite).times(WIDE.adjoint()).positiveSemidefinite()).isTrue();
        assertThat(SYMMETRIC.times(semidefinite).symmetric()).isFalse();
        assertThat(SYMMETRIC.times(SYMMETRIC).positiveSemidefinite()).isTrue();
        assertThat(LinearOperator.diagonal(Tensor.of(1.0, -1.0)).positiveSemidefinite()).isFalse();
    }

    @Test
    void aMatrixIsSymmetricUpToTheRoundingOfAProduct() {
        int n = 40;
        double epsilon = 0x1p-52;
        double[] elements = new double[n * n];
        java.util.Arrays.fill(elements, 1);
        elements[1] += 7 * n * epsilon;
        assertThat(LinearOperator.of(Tensor.of(cotangent.dsl.Shape.of(n, n), elements)).symmetric()).isTrue();
        elements[1] += 2 * n * epsilon;
        assertThat(LinearOperator.of(Tensor.of(cotangent.dsl.Shape.of(n, n), elements)).symmetric()).isFalse();
    }

    @Test
    void mismatchesNameBothOperands() {
        assertThatThrownBy(() -> WIDE.plus(SYMMETRIC)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("f64[3, 5]")
                .hasMessageContaining("f64[5, 5]");
        assertThatThrownBy(() -> SYMMETRIC.times(WIDE)).isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "left is f64[5, 5], right is f64[3, 5]");
        assertThatThrownBy(() -> WIDE.times(LinearOperator.identity(5, DType.F32))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("f32[5, 5]");
        assertThatThrownBy(() -> WIDE.shift(1)).isInstanceOf(ShapeException.class).hasMessageContaining("f64[3, 5]");
        assertThatThrownBy(WIDE::asSymmetric).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> LinearOperator.of(Tensor.of(1.0, 2.0))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> LinearOperator.of(Tensor.zeros(DType.I32, 2, 2))).isInstanceOf(ShapeException.class);
    }

    @Test
    void refusesWhatIsNotFinite() {
        assertThatThrownBy(() -> LinearOperator.of(Tensor.of(new double[][]{{1, Double.NaN}}))).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("element 1");
        assertThatThrownBy(() -> LinearOperator.diagonal(Tensor.of(1f, Float.POSITIVE_INFINITY))).isInstanceOf(
                InvalidDataException.class);
        assertThatThrownBy(() -> WIDE.scale(Double.NaN)).isInstanceOf(InvalidDataException.class);
    }

    @Test
    void aFunctionThatGivesTheWrongShapeIsNamed() {
        LinearOperator broken = LinearOperator.of(3, 5, DType.F64, block -> block, block -> block);
        assertThatThrownBy(() -> broken.matmat(Tensor.zeros(DType.F64, 5, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("expected f64[3, 2]");
    }

    @Test
    void theAdjointTestFindsAWrongAdjoint() {
        Tensor right = Reference.gaussian(DType.F64, 6, 6, 3);
        double[] off = right.toDoubles();
        off[4] += 1e-9;
        LinearOperator wrong = LinearOperator.of(6, 6, DType.F64, LinearOperator.of(right)::matmat,
                LinearOperator.of(Tensor
                        .of(right.shape(), off))::rmatmat);
        assertThat(AdjointTest.of(wrong, 0).passed()).isFalse();
        LinearOperator silent = LinearOperator.of(6, 6, DType.F64, block -> Tensor.full(block.shape(), Double.NaN,
                DType.F64), LinearOperator.of(right)::rmatmat);
        assertThat(AdjointTest.of(silent, 0).passed()).isFalse();
    }

    @Test
    void countsVectorsNotCalls() {
        CountingOperator counting = CountingOperator.of(WIDE);
        counting.matmat(Tensor.zeros(DType.F64, 5, 4));
        counting.matvec(Tensor.zeros(DType.F64, 5));
        counting.rmatmat(Tensor.zeros(DType.F64, 3, 2));
        assertThat(counting.matvecs()).isEqualTo(5);
        assertThat(counting.rmatvecs()).isEqualTo(2);
        assertThat(counting.products()).isEqualTo(7);
        assertThat(counting.calls()).isEqualTo(3);
    }

    @Test
    void aProductOfDerivativesIsOneProgram() {
        Fn model = Fn.of("net", (p, x) -> x.matmul(p.get("W")).tanh());
        Params params = Params.of("W", Reference.gaussian(DType.F64, 4, 2, 8));
        LinearOperator j = JacobianOperator.of(model, params, Reference.gaussian(DType.F64, 3, 4, 7));
        LinearOperator kernel = j.times(j.adjoint());
        assertThat(((ProductOperator) kernel).stepCount()).isEqualTo(1);
        assertThat(((ProductOperator) kernel.times(kernel)).stepCount()).isEqualTo(1);
        assertThat(((ProductOperator) kernel.times(LinearOperator.identity(6, DType.F64))).stepCount()).isEqualTo(2);
        assertThat(kernel.positiveSemidefinite()).isTrue();
        assertThat(kernel.matvecCost()).isEqualTo(new DerivativeCost(1, 1));
        assertThat(kernel.times(kernel).matvecCost()).isEqualTo(new DerivativeCost(2, 2));
        assertThat(j.matvecCost()).isEqualTo(DerivativeCost.JVP);
        assertThat(j.adjoint().matvecCost()).isEqualTo(DerivativeCost.VJP);
        CountingOperator counting = CountingOperator.of(kernel);
        counting.matmat(Tensor.zeros(DType.F64, 6, 3));
        assertThat(counting.jvps()).isEqualTo(3);
        assertThat(counting.vjps()).isEqualTo(3);
    }
}
