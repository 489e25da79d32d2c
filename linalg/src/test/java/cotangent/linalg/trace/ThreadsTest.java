package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.operator.LinearOperator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The same bits for any number of threads, on an operator large enough for its products to be shared. */
class ThreadsTest {
    private static final int N = 400;

    @Test
    void estimatesDoNotDependOnTheNumberOfThreads() {
        LinearOperator operator = Spectra.operator(N, i -> 1 / (1.0 + i)).asPositiveSemidefinite();
        List<ToDoubleFunction<LinearOperator>> estimators = List.of(
                a -> HutchPlusPlus.matvecs(90).trace(a).value(),
                a -> NaHutchPlusPlus.matvecs(90).trace(a).value(),
                a -> AHutchPlusPlus.matvecs(90).trace(a).value(),
                a -> NystromPlusPlus.matvecs(90).trace(a).value(),
                a -> XTrace.matvecs(90).trace(a).value(),
                a -> XNysTrace.matvecs(90).trace(a).value(),
                a -> StochasticLanczosQuadrature.matvecs(300).estradaIndex(a).value(),
                a -> KernelPolynomial.matvecs(300).estradaIndex(a).value(),
                a -> KrylovAwareTrace.matvecs(300).trace(a, Math::exp).value(),
                a -> DiagPlusPlus.matvecs(90).diagonal(a).values().get(7),
                a -> XDiag.matvecs(90).diagonal(a).values().get(7),
                a -> RowNorms.matvecs(90).norms(a).values().get(7),
                a -> SchattenNorm.matvecs(90).norm(a, 4).value());
        assertThat(operator.dtype()).isEqualTo(DType.F64);
        for (ToDoubleFunction<LinearOperator> estimator : estimators) {
            double alone = Workers.withLimit(1, () -> estimator.applyAsDouble(operator));
            double together = Workers.withLimit(2, () -> estimator.applyAsDouble(operator));
            assertThat(together).isEqualTo(alone);
        }
    }
}
