package cotangent.linalg.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.kernel.KernelOperator;
import cotangent.linalg.kernel.KernelRidge;
import cotangent.linalg.kernel.RidgeFit;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TracedNtkTest {
    private static final int OUTPUTS = 3;
    private static final Fn NET = Fn.of("net", (p, x) -> x.matmul(p.get("W1"))
            .plus(p.get("b1"))
            .tanh()
            .matmul(p.get(
                    "W2")));

    private static Tensor normal(DType dtype, int seed, int n, int k) {
        return new ProbeStream(Probes.GAUSSIAN, seed, 9).block(dtype, n, 0, k);
    }

    private static Params params(DType dtype) {
        return Params.of(Map.of("W1", normal(dtype, 1, 4, 6)))
                .with("b1", normal(dtype, 2, 6, 1).reshape(6))
                .with("W2",
                        normal(dtype, 3, 6, OUTPUTS));
    }

    /** The mean over outputs of the diagonal blocks of the whole kernel, both by sums of 45 products of gradients. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void itIsTheMeanOfTheDiagonalBlocks(DType dtype) {
        Tensor x = normal(dtype, 4, 7, 4);
        Tensor whole = EmpiricalNtk.of(NET, params(dtype), x).toDense();
        TracedNtk kernel = TracedNtk.of(NET, params(dtype));
        Tensor block = kernel.block(x, x.slice(0, 2, 6));
        Tensor diagonal = kernel.diagonal(x);
        for (int i = 0; i < 7; i++) {
            double allowed = 200 * dtype.unitRoundoff() * trace(whole, i, i);
            assertThat(diagonal.get(i)).isCloseTo(trace(whole, i, i), within(allowed));
            for (int j = 2; j < 6; j++) {
                double size = Math.sqrt(trace(whole, i, i) * trace(whole, j, j));
                assertThat(block.get(i, j - 2)).isCloseTo(trace(whole, i, j), within(200 * dtype.unitRoundoff()
                        * size));
            }
        }
        assertThat(block.dtype()).isEqualTo(dtype);
    }

    private static double trace(Tensor whole, int i, int j) {
        double sum = 0;
        for (int c = 0; c < OUTPUTS; c++) {
            sum += whole.get(i * OUTPUTS + c, j * OUTPUTS + c);
        }
        return sum / OUTPUTS;
    }

    /** One output without an axis, and a ridge regression on tangent features against the features themselves. */
    @Test
    void ridgeOnTheKernelIsRidgeOnTheGradients() {
        Fn scalar = Fn.of("scalar", (p, x) -> NET.apply(p, x).sum(-1));
        Tensor x = normal(DType.F64, 4, 20, 4);
        Tensor y = normal(DType.F64, 5, 20, 1).reshape(20);
        Tensor others = normal(DType.F64, 6, 5, 4);
        TracedNtk kernel = TracedNtk.of(scalar, params(DType.F64));
        RidgeFit fit = KernelRidge.lambda(0.3).fit(kernel, x, y);
        Tensor features = EmpiricalNtk.of(scalar, params(DType.F64), x).jacobian().toDense();
        Tensor otherFeatures = EmpiricalNtk.of(scalar, params(DType.F64), others).jacobian().toDense();
        Tensor expected = otherFeatures.matmul(features.transpose()).matmul(fit.weights());
        Tensor predicted = fit.predict(others);
        double size = KernelOperator.of(kernel, x).toDense().abs().max().item() * 20;
        for (int i = 0; i < 5; i++) {
            assertThat(predicted.get(i)).isCloseTo(expected.get(i), within(1000 * 0x1p-53 * size));
        }
    }

    @Test
    void nanIsRefused() {
        Params poisoned = params(DType.F64).with("b1", Tensor.full(Shape.of(6), Double.NaN, DType.F64));
        Tensor x = normal(DType.F64, 4, 3, 4);
        assertThatThrownBy(() -> TracedNtk.of(NET, poisoned).block(x, x)).isInstanceOf(InvalidDataException.class);
    }
}
