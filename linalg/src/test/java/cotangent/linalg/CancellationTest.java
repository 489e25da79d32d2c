package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.WorkInterruptedException;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.AHutchPlusPlus;
import cotangent.linalg.trace.DiagPlusPlus;
import cotangent.linalg.trace.HutchPlusPlus;
import cotangent.linalg.trace.HutchinsonDiagonal;
import cotangent.linalg.trace.KernelPolynomial;
import cotangent.linalg.trace.KrylovAwareTrace;
import cotangent.linalg.trace.NaHutchPlusPlus;
import cotangent.linalg.trace.NystromPlusPlus;
import cotangent.linalg.trace.RowNorms;
import cotangent.linalg.trace.SchattenNorm;
import cotangent.linalg.trace.StochasticLanczosQuadrature;
import cotangent.linalg.trace.XDiag;
import cotangent.linalg.trace.XNysTrace;
import cotangent.linalg.trace.XTrace;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An interrupt that hits within a kernel ends every iterative method and estimator as one between products does. */
class CancellationTest {
    private static final int N = 300;

    @Test
    void aKernelsInterruptIsACancellation() {
        double[] spectrum = IntStream.range(0, N).mapToDouble(i -> 1.0 / (1 + i)).toArray();
        LinearOperator diagonal = LinearOperator.diagonal(Tensor.of(spectrum));
        // the work after the product meets the interrupt, most of it in kernels that run in chunks
        LinearOperator interrupting = LinearOperator.symmetric(N, DType.F64, block -> {
            Tensor product = diagonal.matmat(block);
            Thread.currentThread().interrupt();
            return product;
        }).asPositiveSemidefinite();
        // a product that fails as a kernel's does when the interrupt hits inside
        LinearOperator failing = LinearOperator.symmetric(N, DType.F64, block -> {
            Thread.currentThread().interrupt();
            LinearOperator.of(Tensor.zeros(DType.F64, 4 * N, 4 * N)).matmat(Tensor.zeros(DType.F64, 4 * N, 4 * N));
            throw new AssertionError("the kernel ran on");
        }).asPositiveSemidefinite();
        for (Consumer<LinearOperator> computation : computations()) {
            try {
                assertThat(catchThrowable(() -> computation.accept(failing))).isInstanceOf(CancelledException.class)
                        .hasCauseInstanceOf(WorkInterruptedException.class);
                assertThat(Thread.interrupted()).isTrue();
                // a result is as good: the last product may come before
                assertThat(catchThrowable(() -> computation.accept(interrupting))).satisfiesAnyOf(
                        thrown -> assertThat(thrown).isNull(),
                        thrown -> assertThat(thrown).isInstanceOf(CancelledException.class));
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }

    private static List<Consumer<LinearOperator>> computations() {
        Tensor b = new ProbeStream(Probes.GAUSSIAN, 1, 5).block(DType.F64, N, 0, 1).reshape(N);
        Tensor diagonal = Tensor.full(b.shape(), 1, DType.F64);
        return List.of(
                a -> Lanczos.largest(3).decompose(a),
                a -> BlockLanczos.largest(3).decompose(a),
                a -> Lobpcg.largest(3).decompose(a),
                a -> TruncatedSvd.rank(3).decompose(a),
                a -> RandomizedEigh.rank(3).decompose(a),
                a -> RandomizedEigh.toTolerance(1e-3).decompose(a),
                a -> RandomizedSvd.rank(3).decompose(a),
                a -> RandomizedSvd.toTolerance(1e-3).decompose(a),
                a -> SinglePassSvd.rank(3).decompose(a),
                a -> Nystrom.rank(3).approximate(a),
                a -> RandomlyPivotedCholesky.rank(30).decompose(a, diagonal),
                a -> StableRank.of(a, Sampling.matvecs(60)),
                a -> LanczosProcess.steps(9).decompose(a, b),
                a -> LanczosFunction.of(Math::exp).apply(a, b),
                a -> ChebyshevFunction.of(Math::exp).apply(a, b),
                a -> ConjugateGradient.tolerance(1e-10).solve(a, b),
                a -> Minres.tolerance(1e-10).solve(a, b),
                a -> Lsmr.tolerance(1e-10).solve(a, b),
                a -> HutchPlusPlus.matvecs(60).trace(a),
                a -> NaHutchPlusPlus.matvecs(60).trace(a),
                a -> NystromPlusPlus.matvecs(60).trace(a),
                a -> AHutchPlusPlus.matvecs(60).trace(a),
                a -> XTrace.matvecs(60).trace(a),
                a -> XNysTrace.matvecs(60).trace(a),
                a -> KrylovAwareTrace.matvecs(60).trace(a, Math::exp),
                a -> StochasticLanczosQuadrature.matvecs(60).trace(a, Math::exp),
                a -> KernelPolynomial.matvecs(60).density(a),
                a -> HutchinsonDiagonal.matvecs(60).diagonal(a),
                a -> DiagPlusPlus.matvecs(60).diagonal(a),
                a -> XDiag.matvecs(60).diagonal(a),
                a -> RowNorms.matvecs(60).norms(a),
                a -> SchattenNorm.matvecs(60).norm(a, 3));
    }
}
