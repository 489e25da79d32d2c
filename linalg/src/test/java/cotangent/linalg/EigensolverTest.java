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
import cotangent.linalg.probe.CancelledException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The block eigensolvers over the spectra of {@link LanczosTest}: what must hold of each of them. */
class EigensolverTest {
    private static final int N = 120;
    private static final int K = 5;
    private static final double EPSILON = 0x1p-52;

    record Solver(String name, IntFunction<SymmetricEigensolver<?>> of, Comparator<Double> order, boolean magnitude) {}

    private static final List<Solver> SOLVERS = List.of(
            new Solver("block largest", BlockLanczos::largest, Comparator.reverseOrder(), false),
            new Solver("block smallest", BlockLanczos::smallest, Comparator.naturalOrder(), false),
            new Solver("block magnitude", BlockLanczos::largestMagnitude, Comparator.comparingDouble(x -> -Math.abs(x)),
                    true),
            new Solver("narrow block", k -> BlockLanczos.largest(k).blockSize(3), Comparator.reverseOrder(), false),
            new Solver("lobpcg largest", Lobpcg::largest, Comparator.reverseOrder(), false),
            new Solver("lobpcg smallest", Lobpcg::smallest, Comparator.naturalOrder(), false));

    static List<LanczosTest.Spectrum> spectra() {
        return LanczosTest.spectra();
    }

    private static LinearOperator operator(LanczosTest.Spectrum spectrum) {
        return LinearOperator.diagonal(Tensor.of(IntStream.range(0, N).mapToDouble(spectrum.eigenvalue()).toArray()));
    }

    /** Every value within its bound and the rounding of N-term sums of the wanted eigenvalue, multiplicities included. */
    @ParameterizedTest
    @MethodSource("spectra")
    void findTheWantedEnd(LanczosTest.Spectrum spectrum) {
        double largest = IntStream.range(0, N).mapToDouble(spectrum.eigenvalue()).map(Math::abs).max().orElse(0);
        double rounding = N * EPSILON * largest;
        for (Solver solver : SOLVERS) {
            if (solver.name.startsWith("narrow") && spectrum.name().equals("all equal")) {
                continue; // a multiplicity beyond the block
            }
            Eigenpairs pairs = solver.of.apply(K).decompose(operator(spectrum));
            double[] expected = IntStream.range(0, N)
                    .mapToObj(spectrum.eigenvalue()::applyAsDouble)
                    .sorted(solver.order)
                    .mapToDouble(x -> x)
                    .limit(K)
                    .toArray();
            if (solver.name.startsWith("lobpcg") && !pairs.converged()) {
                assertSaysSo(spectrum, solver, pairs, rounding);
                continue;
            }
            assertThat(pairs.converged()).as(solver.name + " " + pairs).isTrue();
            for (int i = 0; i < K; i++) {
                double value = pairs.values().get(i);
                double error = solver.magnitude ? Math.abs(value) - Math.abs(expected[i]) : value - expected[i];
                assertThat(Math.abs(error)).as("%s %d of %s", solver.name, i, pairs)
                        .isLessThanOrEqualTo(pairs.valueBound(i) + rounding);
            }
            RandomizedEighTest.assertOrthonormal(pairs.vectors(), 1);
            Tensor images = operator(spectrum).matmat(pairs.vectors());
            for (int j = 0; j < K; j++) {
                double norm = 0;
                for (int i = 0; i < N; i++) {
                    norm = Math.hypot(norm, images.get(i, j) - pairs.values().get(j) * pairs.vectors().get(i, j));
                }
                assertThat(pairs.residuals().get(j)).isCloseTo(norm, within(rounding));
            }
        }
    }

    /** Where theory does not promise convergence within the budget, it is spent, and the bounds hold. */
    private static void assertSaysSo(LanczosTest.Spectrum spectrum, Solver solver, Eigenpairs pairs, double rounding) {
        int budget = 10 * N;
        assertThat(productsPromised(spectrum, solver)).as("%s of %s", solver.name, spectrum).isGreaterThan(budget);
        assertThat(pairs.numMatvecs()).isGreaterThan(budget - 3 * K);
        for (int j = 0; j < K; j++) {
            double value = pairs.values().get(j);
            double nearest = IntStream.range(0, N)
                    .mapToDouble(i -> Math.abs(spectrum.eigenvalue().applyAsDouble(i)
                            - value))
                    .min()
                    .orElse(1);
            assertThat(nearest).isLessThanOrEqualTo(pairs.residuals().get(j) + rounding);
        }
    }

    /**
     * Products within which LOBPCG without a preconditioner is to converge: it keeps step with conjugate gradients (A. V.
     * Knyazev, SIAM J. Sci. Comput. 23, 2001, sections 5 and 9), whose error falls by (1 − √ξ)/(1 + √ξ) a step, with ξ the
     * distance from the last wanted eigenvalue to the first one outside the block over that to the other end. The error
     * begins at √N for a random block and must come to half the tolerance; a step takes up to a block of products.
     */
    private static double productsPromised(LanczosTest.Spectrum spectrum, Solver solver) {
        int block = K + 2;
        double[] ordered = IntStream.range(0, N)
                .mapToObj(spectrum.eigenvalue()::applyAsDouble)
                .sorted(solver.order)
                .mapToDouble(x -> x)
                .toArray();
        double spread = Math.abs(ordered[N - 1] - ordered[K - 1]);
        double crowding = Math.sqrt(Math.abs(ordered[block] - ordered[K - 1]) / spread);
        double steps = Math.log(Math.sqrt(N) / 0.5e-10) / Math.log((1 + crowding) / (1 - crowding));
        return block * steps;
    }

    @Test
    void spendWhatTheySay() {
        LinearOperator operator = operator(new LanczosTest.Spectrum("", i -> 1.0 + i));
        for (Solver solver : SOLVERS) {
            CountingOperator counting = CountingOperator.of(operator);
            AtomicLong last = new AtomicLong();
            Eigenpairs pairs = solver.of.apply(K)
                    .listener((done, total) -> {
                        assertThat(done).isGreaterThan(last.getAndSet(done)).isLessThanOrEqualTo(total);
                    })
                    .decompose(counting);
            assertThat(counting.products()).isEqualTo(pairs.numMatvecs()).isEqualTo(last.get());
        }
        // b products a step: a space of 8 blocks without a restart, and k that measure
        CountingOperator block = CountingOperator.of(operator);
        BlockLanczos.largest(K).dimension(64).tolerance(1e-300).maxMatvecs(64 + K).decompose(block);
        assertThat(block.products()).isEqualTo(64 + K);
        assertThat(block.calls()).isEqualTo(9);
        CountingOperator whole = CountingOperator.of(operator);
        Eigenpairs all = BlockLanczos.largest(K).dimension(N).decompose(whole);
        assertThat(whole.products()).isEqualTo(N + K).isEqualTo(all.numMatvecs());
        assertThat(all.route()).contains("exact");
        CountingOperator small = CountingOperator.of(LinearOperator.diagonal(Tensor.of(new double[]{3, 1, 2})));
        assertThat(Lobpcg.smallest(2).decompose(small).values().toDoubles())
                .usingComparatorWithPrecision(12 * EPSILON)
                .containsExactly(1, 2);
        assertThat(small.products()).isEqualTo(5);
    }

    @Test
    void aPreconditionerSavesProducts() {
        LinearOperator stiff = operator(new LanczosTest.Spectrum("", i -> 1 + Math.pow(i, 3)));
        LinearOperator inverse = operator(new LanczosTest.Spectrum("", i -> 1 / (2 + Math.pow(i, 3) * (1
                + 0.5 * Math.sin(i)))));
        Eigenpairs plain = Lobpcg.smallest(3).maxMatvecs(4000).decompose(stiff);
        Eigenpairs aided = Lobpcg.smallest(3).preconditioner(inverse).maxMatvecs(4000).decompose(stiff);
        assertThat(aided.converged()).isTrue();
        assertThat(aided.numMatvecs()).isLessThan(plain.numMatvecs() / 2);
        double rounding = N * EPSILON * N * N * N;
        for (int i = 0; i < 3; i++) {
            assertThat(aided.values().get(i)).isCloseTo(1 + Math.pow(i, 3), within(aided.valueBound(i) + rounding));
        }
        assertThat(aided.route()).contains("preconditioned");
    }

    /** At loose tolerances, where they mean something: Kato and Temple's and Davis and Kahan's bounds hold. */
    @Test
    void boundsHoldAtLooseTolerances() {
        double rounding = N * EPSILON * N;
        LinearOperator operator = operator(new LanczosTest.Spectrum("", i -> (double) (N - i)));
        for (double tolerance : new double[]{1e-2, 1e-3, 1e-5}) {
            for (int seed = 0; seed < 10; seed++) {
                for (Eigenpairs pairs : List.of(BlockLanczos.largest(3)
                        .tolerance(tolerance)
                        .seed(seed)
                        .decompose(
                                operator),
                        Lobpcg.largest(3).tolerance(tolerance).seed(seed).decompose(operator))) {
                    for (int j = 0; j < 3; j++) {
                        double cosine = pairs.vectors().get(j, j);
                        double sine = Math.sqrt(Math.max(0, 1 - cosine * cosine));
                        assertThat(Math.abs(pairs.values().get(j) - (N - j))).as(pairs.toString())
                                .isLessThanOrEqualTo(pairs.valueBound(j) + rounding);
                        // 1 - cos² loses half the digits
                        assertThat(sine).as(pairs.toString())
                                .isLessThanOrEqualTo(pairs.angleBound(j) + Math.sqrt(N * EPSILON));
                    }
                }
            }
        }
    }

    @Test
    void sayWhenTheyDidNotConverge() {
        LinearOperator operator = operator(new LanczosTest.Spectrum("", i -> 1.0 + i));
        for (Solver solver : SOLVERS) {
            CountingOperator counting = CountingOperator.of(operator);
            Eigenpairs pairs = solver.of.apply(K).maxMatvecs(30).decompose(counting);
            assertThat(counting.products()).as(solver.name).isBetween(20L, 30L);
            assertThat(pairs.converged()).isFalse();
            for (int i = 0; i < K; i++) {
                double value = pairs.values().get(i);
                assertThat(Math.abs(value - Math.clamp(Math.rint(value), 1, N)))
                        .isLessThanOrEqualTo(pairs.residuals().get(i) + N * EPSILON * N);
            }
            assertThat(solver.of.apply(K).maxMatvecs(2 * K).decompose(operator).numMatvecs())
                    .isLessThanOrEqualTo(2 * K);
        }
    }

    @Test
    void workInSinglePrecision() {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> 1.0 / (1 + i)).cast(DType.F32);
        double[] exact = Eigh.values(matrix.cast(DType.F64)).toDoubles();
        for (SymmetricEigensolver<?> solver : List.of(BlockLanczos.largest(K), Lobpcg.largest(K))) {
            Eigenpairs pairs = solver.decompose(LinearOperator.of(matrix));
            assertThat(pairs.vectors().dtype()).isEqualTo(DType.F32);
            assertThat(pairs.converged()).as(pairs.toString()).isTrue();
            for (int i = 0; i < K; i++) {
                assertThat(pairs.values().get(i)).isCloseTo(exact[N - 1 - i], within(pairs.valueBound(i) + N
                        * 0x1p-23));
            }
            RandomizedEighTest.assertOrthonormal(pairs.vectors(), 0x1p29);
        }
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        LinearOperator operator = operator(new LanczosTest.Spectrum("", i -> Math.pow(0.9, i)));
        for (Solver solver : SOLVERS) {
            double[] first = solver.of.apply(K).seed(5).decompose(operator).vectors().toDoubles();
            assertThat(solver.of.apply(K).seed(5).decompose(operator).vectors().toDoubles()).isEqualTo(first);
            assertThat(solver.of.apply(K).seed(6).decompose(operator).vectors().toDoubles()).isNotEqualTo(first);
        }
    }

    @Test
    void refuseWhatTheyCannotDecompose() {
        LinearOperator five = LinearOperator.identity(5, DType.F64);
        for (Solver solver : SOLVERS) {
            assertThatThrownBy(() -> solver.of.apply(6).decompose(five)).isInstanceOf(ShapeException.class)
                    .hasMessageContaining("at most 5");
            assertThatThrownBy(() -> solver.of.apply(0)).isInstanceOf(ShapeException.class);
            assertThatThrownBy(() -> solver.of.apply(1)
                    .decompose(LinearOperator.of(Tensor.of(new double[][]{{1, 2}, {3, 4}}))))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining("symmetric");
            assertThatThrownBy(() -> solver.of.apply(1).decompose(LinearOperator.of(Tensor.zeros(DType.F64, 0, 0))))
                    .isInstanceOf(InvalidDataException.class)
                    .hasMessageContaining("empty");
            LinearOperator broken = LinearOperator.symmetric(90, DType.F64, block -> Tensor.full(block.shape(),
                    Double.NaN, DType.F64));
            assertThatThrownBy(() -> solver.of.apply(1).decompose(broken)).isInstanceOf(InvalidDataException.class);
            assertThat(solver.of.apply(1)
                    .decompose(LinearOperator.diagonal(Tensor.of(new double[]{-7})))
                    .values()
                    .get(0)).isEqualTo(-7);
            Thread.currentThread().interrupt();
            try {
                LinearOperator large = operator(new LanczosTest.Spectrum("", i -> 1.0 + i));
                assertThatThrownBy(() -> solver.of.apply(2).decompose(large)).isInstanceOf(CancelledException.class);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
        assertThatThrownBy(() -> BlockLanczos.largest(3).blockSize(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> BlockLanczos.largest(3).dimension(2)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Lobpcg.largest(3).blockSize(3)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Lobpcg.largest(1)
                .preconditioner(LinearOperator.identity(4, DType.F64))
                .decompose(
                        five))
                .isInstanceOf(ShapeException.class);
    }
}
