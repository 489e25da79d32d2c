package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.trace.Hutchinson;
import cotangent.linalg.trace.HutchinsonDiagonal;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The same bits for any number of threads, on a matrix large enough for its products to be shared. */
class SolverThreadsTest {
    private static final int N = 500;

    @Test
    void resultsDoNotDependOnTheNumberOfThreads() {
        Tensor factor = new ProbeStream(Probes.GAUSSIAN, 9, 6).block(DType.F64, N, 0, N);
        LinearOperator matrix = LinearOperator.of(factor.matmul(factor.transpose())).asPositiveSemidefinite();
        Tensor diagonal = Tensor.of(diagonal(matrix));
        Tensor start = new ProbeStream(Probes.GAUSSIAN, 8, 6).block(DType.F64, N, 0, 1).reshape(N);
        List<Function<LinearOperator, Tensor>> solvers = List.of(
                a -> Lanczos.largest(4).decompose(a).vectors(),
                a -> Lanczos.largest(4).reorthogonalization(Reorthogonalization.SELECTIVE).decompose(a).vectors(),
                a -> Lanczos.largest(4).reorthogonalization(Reorthogonalization.PARTIAL).decompose(a).vectors(),
                a -> Lanczos.largest(4).reorthogonalization(Reorthogonalization.NONE).decompose(a).vectors(),
                a -> BlockLanczos.largest(4).decompose(a).vectors(),
                a -> Lobpcg.largest(4).decompose(a).vectors(),
                a -> TruncatedSvd.rank(4).decompose(a).u(),
                a -> RandomizedSvd.rank(20).decompose(a).u(),
                a -> RandomizedSvd.toTolerance(0.3).decompose(a).u(),
                a -> RandomizedEigh.rank(20).decompose(a).vectors(),
                a -> RandomizedEigh.rank(20).blockKrylov(2).decompose(a).vectors(),
                a -> Nystrom.rank(20).approximate(a).vectors(),
                a -> SinglePassSvd.rank(20).decompose(a).u(),
                a -> RandomlyPivotedCholesky.rank(60).decompose(a, diagonal).factor(),
                a -> LanczosFunction.of(Math::exp).apply(a.scale(1e-4), start).value(),
                a -> ChebyshevFunction.of(Math::exp).apply(a.scale(1e-4), start).value(),
                a -> ConjugateGradient.tolerance(1e-8).solve(a, start).solution(),
                a -> HutchinsonDiagonal.matvecs(60).diagonal(a).values(),
                a -> Tensor.of(new double[]{Hutchinson.matvecs(60).trace(a).value()}));
        for (int i = 0; i < solvers.size(); i++) {
            Function<LinearOperator, Tensor> solver = solvers.get(i);
            double[] alone = Workers.withLimit(1, () -> solver.apply(matrix).toDoubles());
            double[] together = Workers.withLimit(2, () -> solver.apply(matrix).toDoubles());
            assertThat(together).as("solver %d", i).isEqualTo(alone);
        }
    }

    private static double[] diagonal(LinearOperator matrix) {
        Tensor whole = matrix.matmat(Tensor.eye(N, DType.F64));
        double[] diagonal = new double[N];
        for (int i = 0; i < N; i++) {
            diagonal[i] = whole.get(i, i);
        }
        return diagonal;
    }
}
