package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormsTest {

    private static final List<ToDoubleFunction<Tensor>> ALL = List.of(Norms::one, Norms::infinity, Norms::frobenius,
            Norms::spectral, Norms::nuclear);

    @ParameterizedTest
    @ValueSource(doubles = {0x1p-1060, 0x1p-600, 1, 0x1p+600, 0x1p+1018})
    void normsScaleWithTheMatrix(double scale) {
        Tensor a = Tensor.of(new double[][]{{3 * scale, 0, 0}, {-4 * scale, 0, 12 * scale}});
        assertThat(Norms.one(a)).isEqualTo(12 * scale);
        assertThat(Norms.infinity(a)).isEqualTo(16 * scale);
        assertThat(Norms.frobenius(a)).isEqualTo(13 * scale);
        // AAᵀ = [[9, −12], [−12, 160]]: trace 169, determinant 1296
        double largest = Math.sqrt((169 + Math.sqrt(169 * 169 - 4 * 1296)) / 2);
        double smallest = 36 / largest;
        double slack = 1e-14 + Double.MIN_VALUE / scale;
        assertThat(Norms.spectral(a) / scale).isCloseTo(largest, within(slack * 13));
        assertThat(Norms.nuclear(a) / scale).isCloseTo(largest + smallest, within(slack * 26));
        assertThat(ConditionNumber.of(a)).isCloseTo(largest / smallest, within(Math.max(slack, 2 * Double.MIN_VALUE
                / scale) * 40));
    }

    @Test
    void emptyAndFloat32MatricesHaveNorms() {
        for (ToDoubleFunction<Tensor> norm : ALL) {
            assertThat(norm.applyAsDouble(Tensor.zeros(DType.F64, 0, 3))).isZero();
            assertThat(norm.applyAsDouble(Tensor.zeros(DType.F32, 3, 0))).isZero();
            assertThat(norm.applyAsDouble(Tensor.zeros(DType.F64, 2, 2))).isZero();
        }
        // beyond float32's range, within float64's
        assertThat(Norms.one(Tensor.full(Shape.of(4, 1), 3e38, DType.F32))).isEqualTo(4 * (double) 3e38f);
        assertThat(Norms.spectral(Tensor.full(Shape.of(4, 1), 3e38, DType.F32))).isCloseTo(2 * (double) 3e38f, within(
                1e24));
    }

    @Test
    void badInputIsRefusedAndNamed() {
        for (ToDoubleFunction<Tensor> norm : ALL) {
            assertThatThrownBy(() -> norm.applyAsDouble(Tensor.of(new double[][]{{1, Double.NaN}}))).isInstanceOf(
                    InvalidDataException.class);
            assertThatThrownBy(() -> norm.applyAsDouble(Tensor.of(1.0, 2))).isInstanceOf(ShapeException.class);
            assertThatThrownBy(() -> norm.applyAsDouble(Tensor.full(Shape.of(3, 3), 1e308, DType.F64))).isInstanceOf(
                    ResultOverflowException.class);
        }
        assertThatThrownBy(() -> ConditionNumber.of(Tensor.zeros(DType.I32, 2, 2))).isInstanceOf(ShapeException.class);
    }
}
