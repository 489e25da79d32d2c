package cotangent.linalg.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.operator.LinearOperator;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The same bits for any number of threads, and whatever was asked before. */
class DynamicsThreadsTest {
    private static final int N = 400;
    private static final Tensor FACTOR = Problem.normal(DType.F64, 9, N, N);
    private static final LinearOperator KERNEL = LinearOperator.of(FACTOR.matmul(FACTOR.transpose()))
            .asPositiveSemidefinite();
    private static final Tensor INITIAL = Problem.normal(DType.F64, 1, N, 3);
    private static final Tensor TARGETS = Problem.normal(DType.F64, 2, N, 3);

    private static GradientFlow flow() {
        return GradientFlow.of(KERNEL, INITIAL, TARGETS).under(SquaredLoss.HALF_MEAN);
    }

    @Test
    void resultsDoNotDependOnTheNumberOfThreads() {
        LinearOperator cross = LinearOperator.of(FACTOR);
        List<Supplier<Tensor>> questions = List.of(
                () -> flow().at(1, 5).outputs(),
                () -> flow().viaLanczos().at(1, 5).outputs(),
                () -> flow().viaLanczos().on(cross, INITIAL).at(1, 5).outputs(),
                () -> flow().viaLanczos().losses(1, 5).values(),
                () -> flow().viaLanczos().modes(3).vectors(),
                () -> GradientDescent.of(KERNEL, INITIAL, TARGETS).learningRate(1e-4).after(50).outputs());
        for (int i = 0; i < questions.size(); i++) {
            double[] alone = Workers.withLimit(1, questions.get(i)::get).toDoubles();
            double[] together = Workers.withLimit(2, questions.get(i)::get).toDoubles();
            assertThat(together).as("question %d", i).isEqualTo(alone);
        }
    }

    @Test
    void answersDoNotDependOnWhatWasAskedBefore() {
        double[] fresh = flow().viaLanczos().at(0.1).outputs().toDoubles();
        GradientFlow used = flow().viaLanczos();
        Trajectory late = used.at(50);
        assertThat(used.at(0.1).outputs().toDoubles()).isEqualTo(fresh);
        assertThat(late.numMatvecs()).isEqualTo(used.at(0.1).numMatvecs());
        double loss = flow().viaLanczos().loss(0.1);
        assertThat(used.loss(0.1)).isEqualTo(loss);
    }
}
