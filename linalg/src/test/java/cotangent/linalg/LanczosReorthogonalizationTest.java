package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Lanczos} in one run, with each way against rounding. */
class LanczosReorthogonalizationTest {
    private static final int N = 400;
    private static final int STEPS = 120;
    private static final double EPSILON = 0x1p-52;
    private static final double TOP = 300;

    /** Three eigenvalues far above the others converge at once, and pull every later vector towards theirs. */
    private static LinearOperator separated() {
        return LinearOperator.diagonal(Tensor.of(IntStream.range(0, N)
                .mapToDouble(i -> i < 3 ? TOP - 100 * i : Math.cos(i))
                .toArray()));
    }

    private static Eigenpairs run(int k, Reorthogonalization how) {
        return Lanczos.largest(k).dimension(STEPS).reorthogonalization(how).decompose(separated());
    }

    private static long above(double limit, Eigenpairs pairs) {
        return IntStream.range(0, pairs.size()).filter(i -> pairs.values().get(i) > limit).count();
    }

    @Test
    void withoutItOrthogonalityIsLostAndCopiesCome() {
        Eigenpairs pairs = run(8, Reorthogonalization.NONE);
        assertThat(pairs.orthogonalityLoss()).isGreaterThan(0.1);
        // Paige: every copy is as good an eigenvalue as the first, but not another one
        assertThat(above(50, pairs)).isGreaterThan(3);
        for (int i = 0; i < above(50, pairs); i++) {
            double value = pairs.values().get(i);
            double nearest = 100 * Math.rint(value / 100);
            assertThat(Math.abs(value - nearest)).isLessThanOrEqualTo(pairs.residuals().get(i) + N * EPSILON * TOP);
        }
        assertThat(pairs.gaps().toDoubles()).containsOnly(0);
    }

    /** Semi-orthogonality: √ε, times 10 for Paige's and Simon's estimates, which are of the size and not bounds. */
    @ParameterizedTest
    @EnumSource(names = {"SELECTIVE", "PARTIAL"})
    void keepsToHalfTheDigits(Reorthogonalization how) {
        Eigenpairs pairs = run(8, how);
        assertThat(pairs.orthogonalityLoss()).isLessThan(10 * Math.sqrt(EPSILON));
        assertThat(above(50, pairs)).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            // the projection is as good as with full orthogonality: rounding of N-term sums
            assertThat(pairs.values().get(i)).isCloseTo(TOP - 100 * i, within(4 * N * EPSILON * TOP));
            // the next value is at most 1, and its residual too, the last coupling within a bulk of radius 1
            assertThat(pairs.gaps().get(i)).isBetween(98 - pairs.weylBound(), 100.0);
        }
        assertThat(pairs.route()).contains(how.toString()).contains(STEPS + " steps");
    }

    @Test
    void fullKeepsToRounding() {
        Eigenpairs restarted = run(8, Reorthogonalization.FULL);
        assertThat(restarted.orthogonalityLoss()).isLessThan(N * EPSILON);
        assertThat(above(50, restarted)).isEqualTo(3);
        Eigenpairs block = BlockLanczos.largest(8).decompose(separated());
        assertThat(block.orthogonalityLoss()).isLessThan(N * EPSILON);
        assertThat(Lobpcg.largest(3).decompose(separated()).orthogonalityLoss()).isNaN();
    }

    /** Pairs converge one after the other from both ends, so that the selective basis grows many times. */
    @ParameterizedTest
    @EnumSource(names = {"SELECTIVE", "PARTIAL"})
    void staysSemiorthogonalWhilePairsGoOnConverging(Reorthogonalization how) {
        LinearOperator geometric = LinearOperator.diagonal(Tensor.of(IntStream.range(0, N)
                .mapToDouble(i -> (i % 2 == 0 ? 1 : -1) * Math.pow(0.8, i))
                .toArray()));
        Eigenpairs pairs = Lanczos.largestMagnitude(10).dimension(60).reorthogonalization(how).decompose(geometric);
        assertThat(pairs.orthogonalityLoss()).isLessThan(10 * Math.sqrt(EPSILON));
        for (int i = 0; i < 10; i++) {
            assertThat(pairs.values().get(i)).isCloseTo((i % 2 == 0 ? 1 : -1) * Math.pow(0.8, i), within(4 * N
                    * EPSILON));
            // at each of 60 steps a part of up to √ε of the norm was removed from the recurrence
            assertThat(pairs.residuals().get(i)).isLessThan(Math.sqrt(60 * EPSILON));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SELECTIVE", "PARTIAL", "NONE"})
    void spendsWhatItSaysAndFindsOneVectorOfEachEigenspace(Reorthogonalization how) {
        CountingOperator counting = CountingOperator.of(separated());
        AtomicLong last = new AtomicLong();
        Lanczos solver = Lanczos.largest(5)
                .reorthogonalization(how)
                .listener((done, total) -> {
                    assertThat(done).isGreaterThan(last.getAndSet(done)).isLessThanOrEqualTo(total);
                });
        Eigenpairs pairs = solver.dimension(50).decompose(counting);
        assertThat(counting.products()).isEqualTo(55).isEqualTo(pairs.numMatvecs()).isEqualTo(last.get());
        CountingOperator few = CountingOperator.of(separated());
        last.set(0);
        solver.dimension(50).maxMatvecs(30).decompose(few);
        assertThat(few.products()).isEqualTo(30);
        LinearOperator two = LinearOperator
                .diagonal(Tensor.of(IntStream.range(0, N).mapToDouble(i -> i % 2).toArray()));
        last.set(0);
        Eigenpairs each = solver.decompose(two);
        assertThat(each.size()).isEqualTo(2);
        assertThat(each.values().get(0)).isCloseTo(1, within(N * EPSILON));
        assertThat(each.values().get(1)).isCloseTo(0, within(N * EPSILON));
        last.set(0);
        LinearOperator one = LinearOperator.diagonal(Tensor.of(new double[]{-7}));
        assertThat(Lanczos.largest(1).reorthogonalization(how).decompose(one).values().toDoubles()).containsExactly(-7);
        Eigenpairs single = Lanczos.largest(3)
                .dimension(40)
                .reorthogonalization(how)
                .decompose(LinearOperator.diagonal(Tensor.of(IntStream.range(0, N)
                        .mapToDouble(i -> i < 3 ? TOP - 100 * i : Math.cos(i))
                        .toArray()).cast(DType.F32)));
        assertThat(single.values().get(0)).isCloseTo(TOP, within(N * 0x1p-23 * TOP));
    }
}
