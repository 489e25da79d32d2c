package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every Krylov solver must do, and what each is for. */
class IterativeSolverTest {
    private static final int N = 80;
    private static final double EPSILON = 0x1p-52;

    record Entry(String name, DoubleFunction<IterativeSolver<?>> solver) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Entry> entries() {
        return List.of(new Entry("ConjugateGradient", ConjugateGradient::tolerance), new Entry("Minres",
                Minres::tolerance), new Entry("Lsmr", Lsmr::tolerance));
    }

    private static Tensor vector(int n, long seed) {
        return new ProbeStream(Probes.GAUSSIAN, seed, 3).block(DType.F64, n, 0, 1).reshape(n);
    }

    private static LinearOperator diagonal(IntToDoubleFunction entry) {
        return LinearOperator.diagonal(Tensor.of(IntStream.range(0, N).mapToDouble(entry).toArray()));
    }

    private static double norm(Tensor vector) {
        double norm = 0;
        for (double element : vector.toDoubles()) {
            norm = Math.hypot(norm, element);
        }
        return norm;
    }

    /** The residual is the true one, within the tolerance; and then ‖x − A⁻¹b‖ ≤ ‖A⁻¹‖‖r‖. */
    @ParameterizedTest
    @MethodSource("entries")
    void solvesToTheTolerance(Entry entry) {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> 1.0 + i);
        LinearOperator operator = LinearOperator.of(matrix);
        Tensor truth = vector(N, 1);
        Tensor b = operator.matvec(truth);
        for (double tolerance : new double[]{1e-2, 1e-6, 1e-12}) {
            CountingOperator counting = CountingOperator.of(operator);
            AtomicLong last = new AtomicLong();
            LinearSolution solution = entry.solver.apply(tolerance).listener((done, total) -> {
                assertThat(done).isGreaterThan(last.getAndSet(done)).isLessThanOrEqualTo(total);
            }).solve(counting, b);
            assertThat(solution.reason()).as(solution.toString()).isIn(StopReason.CONVERGED, StopReason.LEAST_SQUARES);
            assertThat(solution.converged()).isTrue();
            assertThat(solution.numMatvecs()).isEqualTo(counting.products());
            Tensor residual = b.minus(operator.matvec(solution.solution()));
            // x is found for b scaled to norm 1 and scaled back: one rounding of each element, N-term sums of A x
            double rounding = 4 * N * EPSILON * norm(b);
            assertThat(solution.residualNorm()).isCloseTo(norm(residual), within(rounding));
            assertThat(solution.relativeResidual()).isCloseTo(solution.residualNorm() / norm(b), within(EPSILON));
            // a least-squares stop allows ‖Aᵀr‖ ≤ tolerance ‖A‖_F ‖r‖, which would need ‖r‖ near nothing for an A of full rank
            assertThat(solution.relativeResidual()).isLessThanOrEqualTo(tolerance);
            assertThat(norm(solution.solution().minus(truth)))
                    .isLessThanOrEqualTo(solution.residualNorm() + N * rounding);
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    void handlesEveryScale(Entry entry) {
        for (int shift : new int[]{-900, -300, 300, 900}) {
            Tensor entries = Tensor.of(IntStream.range(0, 10).mapToDouble(i -> Math.scalb(1.0 + i, shift)).toArray());
            double[] b = IntStream.range(0, 10).mapToDouble(i -> Math.scalb(1.0, shift)).toArray();
            LinearSolution solution = entry.solver.apply(1e-12)
                    .solve(LinearOperator.diagonal(entries), Tensor.of(b));
            assertThat(solution.converged()).as(shift + ": " + solution).isTrue();
            for (int i = 0; i < 10; i++) {
                // the residual within 1e-12 of ‖b‖ = √10, the smallest eigenvalue 1
                assertThat(solution.solution().get(i)).isCloseTo(1.0 / (1 + i), within(4e-12));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    void answersAZeroRightHandSideWithoutProducts(Entry entry) {
        LinearSolution solution = entry.solver.apply(1e-8).solve(diagonal(i -> 1), Tensor.zeros(DType.F64, N));
        assertThat(solution.converged()).isTrue();
        assertThat(norm(solution.solution())).isZero();
        assertThat(solution.numMatvecs()).isZero();
    }

    /** As many steps as distinct eigenvalues; exact arithmetic needs no more, and few steps have no time to lose it. */
    @ParameterizedTest
    @MethodSource("entries")
    void takesAStepForEachDistinctEigenvalue(Entry entry) {
        LinearSolution solution = entry.solver.apply(1e-10).solve(diagonal(i -> 1 + i % 4), vector(N, 2));
        assertThat(solution.reason()).isEqualTo(StopReason.CONVERGED);
        assertThat(solution.iterations()).isEqualTo(4);
        boolean twoSided = entry.name.equals("Lsmr");
        assertThat(solution.numMatvecs()).isEqualTo(twoSided ? 1 + 2 * 4 + 1 : 4 + 1);
    }

    @ParameterizedTest
    @MethodSource("entries")
    void saysWhenProductsRanOut(Entry entry) {
        LinearOperator operator = diagonal(i -> Math.pow(10, -0.1 * i));
        for (int products : new int[]{3, 8, 9}) {
            LinearSolution solution = entry.solver.apply(1e-12).maxMatvecs(products).solve(operator, vector(N, 3));
            assertThat(solution.reason()).isEqualTo(StopReason.MAX_MATVECS);
            assertThat(solution.converged()).isFalse();
            assertThat(solution.numMatvecs()).isBetween(products - 1L, (long) products);
            // conjugate gradients shrink √(rᵀA⁻¹r), which bounds ‖r‖ by √κ = 10^3.95 only
            assertThat(solution.relativeResidual()).isBetween(1e-12, entry.name.startsWith("Conj") ? 1e4 : 1);
            assertThat(solution.toString()).contains("products spent");
        }
    }

    /** 1e-14 is beyond F32: rounding of the products stops the residual far above it, and the result says so. */
    @ParameterizedTest
    @MethodSource("entries")
    void worksInSinglePrecisionAndSaysWhereItEnds(Entry entry) {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> 1.0 + i % 7).cast(DType.F32);
        Tensor b = vector(N, 4).cast(DType.F32);
        LinearSolution solution = entry.solver.apply(1e-4).solve(LinearOperator.of(matrix), b);
        assertThat(solution.solution().dtype()).isEqualTo(DType.F32);
        assertThat(solution.converged()).as(solution.toString()).isTrue();
        LinearSolution beyond = entry.solver.apply(1e-14).solve(LinearOperator.of(matrix), b);
        assertThat(beyond.converged()).as(beyond.toString()).isFalse();
        assertThat(beyond.reason()).isIn(StopReason.STAGNATED, StopReason.MAX_MATVECS);
        assertThat(beyond.relativeResidual()).isLessThan(N * 0x1p-23);
    }

    @ParameterizedTest
    @MethodSource("entries")
    void refusesWhatItCannotSolve(Entry entry) {
        LinearOperator operator = diagonal(i -> 1 + i);
        IterativeSolver<?> solver = entry.solver.apply(1e-8);
        assertThatThrownBy(() -> solver.solve(operator, vector(N + 1, 1))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("f64[80, 80]")
                .hasMessageContaining("f64[81]");
        assertThatThrownBy(() -> solver.solve(operator, vector(N, 1).cast(DType.F32)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> solver.solve(operator, Tensor.full(vector(N, 1).shape(), Double.NaN, DType.F64)))
                .isInstanceOf(InvalidDataException.class);
        LinearOperator broken = LinearOperator.symmetric(N, DType.F64, block -> Tensor.full(block.shape(), Double.NaN,
                DType.F64));
        assertThatThrownBy(() -> solver.solve(broken, vector(N, 1))).isInstanceOf(InvalidDataException.class);
        for (double wrong : new double[]{0, 1, -1, Double.NaN}) {
            assertThatThrownBy(() -> entry.solver.apply(wrong)).isInstanceOf(InvalidDataException.class);
        }
        assertThatThrownBy(() -> solver.maxMatvecs(2)).isInstanceOf(ShapeException.class);
        if (!entry.name.equals("Lsmr")) {
            LinearOperator general = LinearOperator.of(Tensor.of(new double[][]{{1, 2}, {3, 4}}));
            assertThatThrownBy(() -> solver.solve(general, vector(2, 1))).isInstanceOf(ShapeException.class)
                    .hasMessageContaining("Lsmr");
        }
    }

    @Test
    void conjugateGradientNamesIndefiniteOperators() {
        LinearSolution solution = ConjugateGradient.tolerance(1e-10).solve(diagonal(i -> i - 40.5), vector(N, 1));
        assertThat(solution.reason()).isEqualTo(StopReason.NOT_POSITIVE_DEFINITE);
        assertThat(solution.converged()).isFalse();
        assertThat(ConjugateGradient.tolerance(1e-10)
                .preconditioner(diagonal(i -> -1))
                .solve(diagonal(i -> 1 + i), vector(N, 1))
                .reason()).isEqualTo(StopReason.PRECONDITIONER_NOT_POSITIVE_DEFINITE);
        assertThat(Minres.tolerance(1e-10)
                .preconditioner(diagonal(i -> -1))
                .solve(diagonal(i -> 1 + i), vector(N, 1))
                .reason()).isEqualTo(StopReason.PRECONDITIONER_NOT_POSITIVE_DEFINITE);
    }

    @Test
    void minresSolvesIndefiniteSystems() {
        LinearSolution solution = Minres.tolerance(1e-10).solve(diagonal(i -> i - 40.5), Tensor.ones(DType.F64, N));
        assertThat(solution.reason()).isEqualTo(StopReason.CONVERGED);
        for (int i = 0; i < N; i++) {
            // ‖A⁻¹‖ = 2, ‖r‖ ≤ 1e-10 √N
            assertThat(solution.solution().get(i)).isCloseTo(1 / (i - 40.5), within(2e-10 * Math.sqrt(N)));
        }
    }

    /** With A's own inverse as preconditioner one step does; a Jacobi preconditioner undoes bad scaling. */
    @Test
    void preconditionersPay() {
        LinearOperator operator = diagonal(i -> Math.pow(10, 0.1 * i));
        LinearOperator inverse = diagonal(i -> Math.pow(10, -0.1 * i));
        Tensor b = vector(N, 5);
        LinearSolution direct = ConjugateGradient.tolerance(1e-8).preconditioner(inverse).solve(operator, b);
        assertThat(direct.reason()).isEqualTo(StopReason.CONVERGED);
        assertThat(direct.iterations()).isEqualTo(1);
        LinearOperator indefinite = diagonal(i -> (i % 2 == 0 ? 1 : -1) * Math.pow(10, 0.1 * i));
        LinearSolution twice = Minres.tolerance(1e-8).preconditioner(inverse).solve(indefinite, b);
        assertThat(twice.reason()).isEqualTo(StopReason.CONVERGED);
        assertThat(twice.iterations()).isEqualTo(2);
        assertThat(twice.relativeResidual()).isLessThanOrEqualTo(1e-8);
        assertThatThrownBy(() -> ConjugateGradient.tolerance(1e-8)
                .preconditioner(LinearOperator.identity(3, DType.F64))
                .solve(operator, b)).isInstanceOf(ShapeException.class).hasMessageContaining("f64[3, 3]");
    }

    /** b = b₁ + e with e in the null space: the least-squares solution of least norm solves A x = b₁. */
    @Test
    void inconsistentSystemsEndInLeastSquares() {
        LinearOperator singular = diagonal(i -> i < 10 ? 0 : i % 2 == 0 ? 2 : -3);
        Tensor b = Tensor.ones(DType.F64, N);
        for (IterativeSolver<?> solver : List.of(Minres.tolerance(1e-10), Lsmr.tolerance(1e-10))) {
            LinearSolution solution = solver.solve(singular, b);
            assertThat(solution.reason()).isEqualTo(StopReason.LEAST_SQUARES);
            assertThat(solution.residualNorm()).isCloseTo(Math.sqrt(10), within(1e-9));
            for (int i = 10; i < N; i++) {
                assertThat(solution.solution().get(i)).isCloseTo(i % 2 == 0 ? 0.5 : -1.0 / 3, within(1e-8));
            }
            assertThat(solver.solve(diagonal(i -> 0), b).reason()).isEqualTo(StopReason.LEAST_SQUARES);
        }
        LinearOperator semidefinite = singular.times(singular);
        LinearSolution consistent = ConjugateGradient.tolerance(1e-10).solve(semidefinite, semidefinite.matvec(b));
        assertThat(consistent.reason()).isEqualTo(StopReason.CONVERGED);
        assertThat(consistent.solution().get(3)).isZero();
        assertThat(consistent.solution().get(30)).isCloseTo(1, within(1e-8));
    }

    @Test
    void lsmrSolvesTallAndWideProblems() {
        Tensor tall = new ProbeStream(Probes.GAUSSIAN, 11, 1).block(DType.F64, 60, 0, 12);
        Tensor b = vector(60, 6);
        LinearSolution solution = Lsmr.tolerance(1e-12).solve(LinearOperator.of(tall), b);
        assertThat(solution.reason()).isEqualTo(StopReason.LEAST_SQUARES);
        Tensor residual = b.minus(tall.matmul(solution.solution().reshape(12, 1)).reshape(60));
        Tensor normal = LinearOperator.of(tall).rmatvec(residual);
        double frobenius = Math.sqrt(IntStream.range(0, 60 * 12)
                .mapToDouble(i -> tall.toDoubles()[i])
                .map(x -> x * x)
                .sum());
        assertThat(norm(normal)).isLessThanOrEqualTo(1e-12 * frobenius * norm(residual) + 60 * EPSILON * frobenius
                * norm(b));
        assertThat(solution.residualNorm()).isCloseTo(norm(residual), within(60 * EPSILON * norm(b)));

        LinearOperator wide = LinearOperator.of(tall).adjoint();
        LinearSolution shortest = Lsmr.tolerance(1e-12).solve(wide, vector(12, 7));
        assertThat(shortest.reason()).isEqualTo(StopReason.CONVERGED);
        // the solution of least norm lies in the range of wideᵀ = tall: what is orthogonal to it vanishes
        LinearSolution inRange = Lsmr.tolerance(1e-12).solve(LinearOperator.of(tall), shortest.solution());
        assertThat(inRange.relativeResidual()).isLessThan(1e-11);
    }
}
