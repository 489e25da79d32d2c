package cotangent.linalg.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.tangent.Models;
import cotangent.linalg.tangent.Models.Model;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ExactStatisticTest {
    private static EmpiricalNtk ntk(Model model) {
        return EmpiricalNtk.of(model.function(), model.parameters(), model.x()).sampleAxes(model.axis());
    }

    /** At most 10^4 roundings lie on any path to an entry. */
    private static double tolerance(Tensor dense) {
        double largest = Math.max(1, dense.abs().max().item());
        return 1e4 * (dense.dtype() == DType.F32 ? 0x1p-24 : 0x1p-53) * largest;
    }

    private static void requireStatisticsOf(EmpiricalNtk ntk) {
        Tensor dense = ntk.toDense(Route.JACOBIAN);
        int n = ntk.rows();
        Tensor diagonal = ntk.diagonal();
        assertThat(diagonal.shape().toArray()).containsExactly(n);
        assertThat(diagonal.dtype()).isEqualTo(ntk.dtype());
        double trace = 0;
        for (int i = 0; i < n; i++) {
            assertThat(diagonal.get(i)).isCloseTo(dense.get(i, i), within(tolerance(dense)));
            trace += dense.get(i, i);
        }
        Estimate exact = ntk.exactTrace().run();
        assertThat(exact.errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(exact.value()).isCloseTo(trace, within(n * tolerance(dense)));
        double norm = Math.sqrt(dense.cast(DType.F64).square().sum().item());
        assertThat(ntk.exactFrobeniusNorm().run().value()).isCloseTo(norm, within(n * tolerance(dense)));
    }

    static Stream<Model> models() {
        return Stream.concat(Models.separable(), Models.mixing());
    }

    @ParameterizedTest
    @MethodSource("models")
    void areThoseOfTheKernelWrittenOut(Model model) {
        requireStatisticsOf(ntk(model));
    }

    @Test
    void followTheChoiceOfOutputsAndAxes() {
        for (DType dtype : new DType[]{DType.F64, DType.F32}) {
            EmpiricalNtk ntk = ntk(Models.mlp().as(dtype));
            for (EmpiricalNtk chosen : List.of(ntk.outputs(Outputs.sum()), ntk.outputs(2, 0), ntk.traceAxes(1), ntk
                    .diagonalAxes(1), ntk.traceAxes(0), ntk.diagonalAxes(0), ntk.parameters("W2", "b1"))) {
                requireStatisticsOf(chosen);
            }
        }
    }

    @Test
    void sayWhatTheyTakeBeforeTheyStart() {
        EmpiricalNtk ntk = ntk(Models.mlp());
        ExactStatistic trace = ntk.exactTrace();
        assertThat(trace.passes()).isEqualTo(3);
        assertThat(trace.flops()).isPositive();
        assertThat(trace.seconds()).isPositive();
        assertThat(trace.bytes()).isPositive();
        assertThat(trace.toString()).contains("trace, exact", "3 outputs of each of 7 samples", "3 reverse passes");
        assertThat(trace.run().vjps()).isEqualTo(3);
        assertThat(ntk.exactFrobeniusNorm().toString()).contains("Frobenius norm, exact", "[21, 21]");
    }

    @Test
    void refuseNanAndStopWhenInterrupted() {
        Model model = Models.mlp();
        Tensor broken = model.x().asTensor().times(Double.NaN);
        EmpiricalNtk ntk = EmpiricalNtk.of(model.function(), model.parameters(), broken);
        assertThatThrownBy(ntk::diagonal).isInstanceOf(InvalidDataException.class).hasMessageContaining("NaN");
        assertThatThrownBy(() -> ntk.exactTrace().run()).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> ntk.exactFrobeniusNorm().run()).isInstanceOf(InvalidDataException.class);
        EmpiricalNtk mixing = ntk(Models.mixing().findFirst().orElseThrow());
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> mixing.exactFrobeniusNorm().run()).isInstanceOf(CancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
