package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decompositions to a tolerance, and block Krylov spaces beside power iterations. */
class AdaptiveRandomizedTest {
    private static final double EPSILON = 0x1p-52;

    private static double norm(Tensor matrix) {
        return Svd.values(matrix).get(0);
    }

    private static Tensor product(SingularTriplets triplets) {
        int k = triplets.size();
        double[] u = triplets.u().toDoubles();
        for (int i = 0; i < u.length; i++) {
            u[i] *= triplets.values().get(i % k);
        }
        return Tensor.wrap(triplets.u().shape(), u).matmul(triplets.vt());
    }

    /** The error is within its estimate and the tolerance; a rank that the tolerance needs is within twice the least. */
    @ParameterizedTest
    @MethodSource("cotangent.linalg.TruncatedSvdTest#cases")
    void svdReachesItsTolerance(TruncatedSvdTest.Case c) {
        Tensor matrix = TruncatedSvdTest.matrix(c.m(), c.n(), c.value());
        double largest = c.value().applyAsDouble(0);
        double rounding = 10 * (c.m() + c.n()) * EPSILON * largest;
        for (double tolerance : new double[]{0.3, 1e-2, 1e-6}) {
            CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
            SingularTriplets triplets = RandomizedSvd.toTolerance(tolerance).decompose(counting);
            assertThat(counting.products()).isEqualTo(triplets.numMatvecs());
            assertThat(triplets.converged()).as(triplets.toString()).isTrue();
            double error = triplets.size() == 0 ? largest : norm(matrix.minus(product(triplets)));
            assertThat(error).isLessThanOrEqualTo(triplets.errorEstimate() + rounding);
            assertThat(error).isLessThanOrEqualTo(tolerance * largest + rounding);
            for (int j = 0; j < triplets.size(); j++) {
                assertThat(triplets.values().get(j)).isLessThanOrEqualTo(c.value().applyAsDouble(j) + rounding);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1e-2, 1e-6})
    void eighReachesItsTolerance(double tolerance) {
        int n = 100;
        for (double sign : new double[]{1, -0.9}) {
            Tensor matrix = RandomizedEighTest.symmetric(n, i -> Math.pow(0.8, i) * (i % 2 == 0 ? 1 : sign));
            CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
            Eigenpairs pairs = RandomizedEigh.toTolerance(tolerance).decompose(counting);
            assertThat(counting.products()).isEqualTo(pairs.numMatvecs());
            assertThat(pairs.converged()).as(pairs.toString()).isTrue();
            int k = pairs.size();
            double[] v = pairs.vectors().toDoubles();
            double[] scaled = v.clone();
            for (int i = 0; i < v.length; i++) {
                scaled[i] *= pairs.values().get(i % k);
            }
            Tensor approximation = Tensor.wrap(pairs.vectors().shape(), scaled)
                    .matmul(Tensor.wrap(pairs.vectors().shape(), v).transpose());
            assertThat(norm(matrix.minus(approximation))).isLessThanOrEqualTo(tolerance + 10 * n * EPSILON)
                    .isLessThanOrEqualTo(pairs.errorEstimate() + 10 * n * EPSILON);
            for (int j = 0; j < k; j++) {
                double value = pairs.values().get(j);
                double nearest = Double.POSITIVE_INFINITY;
                for (int i = 0; i < n; i++) {
                    nearest = Math.min(nearest, Math.abs(value - Math.pow(0.8, i) * (i % 2 == 0 ? 1 : sign)));
                }
                assertThat(nearest).isLessThanOrEqualTo(pairs.valueBound(j) + 10 * n * EPSILON);
            }
        }
    }

    @Test
    void toleranceCostsWhatItSays() {
        // rank 15 exactly: two blocks of 10 and one that finds nothing left
        LinearOperator low = LinearOperator.of(TruncatedSvdTest.matrix(80, 100, i -> i < 15 ? 15 - i : 0));
        CountingOperator svd = CountingOperator.of(low);
        SingularTriplets triplets = RandomizedSvd.toTolerance(1e-8).decompose(svd);
        assertThat(triplets.size()).isEqualTo(15);
        assertThat(svd.products()).isBetween(2L * 15 + 10 + 15, 2L * 20 + 10 + 15);
        CountingOperator capped = CountingOperator.of(LinearOperator.of(RandomizedEighTest.symmetric(100, i -> 1)));
        Eigenpairs stopped = RandomizedEigh.toTolerance(1e-3).maxRank(20).decompose(capped);
        assertThat(stopped.converged()).isFalse();
        assertThat(stopped.errorEstimate()).isGreaterThan(stopped.tolerance());
        assertThat(capped.products()).isEqualTo(2 * 20 + 10);
        SingularTriplets open = RandomizedSvd.toTolerance(1e-3)
                .maxRank(20)
                .decompose(LinearOperator.of(RandomizedEighTest.symmetric(100, i -> 1)));
        assertThat(open.converged()).isFalse();
        assertThat(open.errorEstimate()).isGreaterThanOrEqualTo(1 - 1e-12);
        // as large as the matrix: written out
        CountingOperator whole = CountingOperator.of(LinearOperator.of(RandomizedEighTest.symmetric(30, i -> 1)));
        assertThat(RandomizedSvd.toTolerance(1e-3).decompose(whole).size()).isEqualTo(30);
        assertThat(whole.products()).isEqualTo(2 * 20 + 10 + 30);
        LinearOperator zero = LinearOperator.diagonal(Tensor.zeros(DType.F64, 40));
        assertThat(RandomizedSvd.toTolerance(0.1).decompose(zero).size()).isZero();
        assertThat(RandomizedEigh.toTolerance(0.1).decompose(zero).size()).isZero();
    }

    /** For the same products the Krylov space holds the power iterations' range, and its values are no lower. */
    @Test
    void blockKrylovIsBetterForTheSameProducts() {
        Tensor matrix = RandomizedEighTest.symmetric(150, i -> Math.pow(1 + i, -0.5));
        LinearOperator operator = LinearOperator.of(matrix);
        for (int seed = 0; seed < 5; seed++) {
            for (int q = 1; q < 4; q++) {
                CountingOperator power = CountingOperator.of(operator);
                CountingOperator krylov = CountingOperator.of(operator);
                SingularTriplets slow = RandomizedSvd.rank(5)
                        .oversampling(5)
                        .powerIterations(q)
                        .seed(seed)
                        .decompose(
                                power);
                SingularTriplets fast = RandomizedSvd.rank(5)
                        .oversampling(5)
                        .blockKrylov(q)
                        .seed(seed)
                        .decompose(
                                krylov);
                assertThat(krylov.products()).isEqualTo((2 * q + 2) * 10 + 5).isEqualTo(power.products());
                Eigenpairs pairs = RandomizedEigh.rank(5).oversampling(5).blockKrylov(q).seed(seed).decompose(operator);
                assertThat(pairs.numMatvecs()).isEqualTo((q + 2) * 10);
                Eigenpairs plain = RandomizedEigh.rank(5)
                        .oversampling(5)
                        .powerIterations(q)
                        .seed(seed)
                        .decompose(
                                operator);
                for (int j = 0; j < 5; j++) {
                    double exact = Math.pow(1 + j, -0.5);
                    assertThat(fast.values().get(j)).isBetween(slow.values().get(j) - 1e-13, exact + 1e-13);
                    assertThat(pairs.values().get(j)).isBetween(plain.values().get(j) - 1e-13, exact + 1e-13);
                    assertThat(nearest(pairs.values().get(j))).isLessThanOrEqualTo(pairs.valueBound(j) + 1e-13);
                    assertThat(nearest(fast.values().get(j))).isLessThanOrEqualTo(fast.residuals().get(j) + 1e-13);
                }
                RandomizedEighTest.assertOrthonormal(pairs.vectors(), 4);
                RandomizedEighTest.assertOrthonormal(fast.u(), 4);
            }
        }
        CountingOperator whole = CountingOperator.of(operator);
        assertThat(RandomizedEigh.rank(30).oversampling(10).blockKrylov(3).decompose(whole).route()).contains("exact");
        assertThat(whole.products()).isEqualTo(150);
        // two eigenvalues: the space ends after two blocks
        LinearOperator two = LinearOperator.of(RandomizedEighTest.symmetric(100, i -> i < 3 ? 2 : 1));
        assertThat(RandomizedEigh.rank(3).oversampling(5).blockKrylov(4).decompose(two).residuals().max().item())
                .isLessThan(1e-12);
    }

    private static double nearest(double value) {
        return IntStream.range(0, 150).mapToDouble(i -> Math.abs(value - Math.pow(1 + i, -0.5))).min().orElse(0);
    }

    @Test
    void refuseWhatMakesNoSense() {
        assertThatThrownBy(() -> RandomizedSvd.toTolerance(0)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> RandomizedEigh.toTolerance(1)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> RandomizedSvd.toTolerance(0.1).blockSize(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> RandomizedEigh.toTolerance(0.1).maxRank(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> RandomizedSvd.toTolerance(0.1)
                .decompose(LinearOperator.of(Tensor.zeros(DType.F64, 0,
                        3))))
                .isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> RandomizedEigh.toTolerance(0.1)
                .decompose(LinearOperator.of(Tensor.of(new double[][]{
                        {1, 2}, {3, 4}}))))
                .isInstanceOf(ShapeException.class);
    }
}
