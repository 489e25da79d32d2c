package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** {@link Perturbation} and {@link PrincipalAngles}. */
class PerturbationTest {
    private static final double EPSILON = 0x1p-52;

    /** [n, 2] with unit columns turned by given angles out of the first two axes into the next two. */
    private static Tensor turned(double first, double second) {
        return Tensor.of(new double[][]{{Math.cos(first), 0}, {0, Math.cos(second)}, {Math.sin(first), 0}, {0, Math.sin(
                second)}, {0, 0}});
    }

    @Test
    void anglesAreThoseThatTheSpaceWasTurnedBy() {
        for (double[] angles : new double[][]{{1e-12, 1e-3}, {0.3, 1.2}, {0, Math.PI / 2}, {Math.PI / 4, 1.57}}) {
            PrincipalAngles found = PrincipalAngles.between(turned(0, 0), turned(angles[0], angles[1]));
            assertThat(found.angles().get(0)).isCloseTo(angles[0], within(50 * EPSILON));
            assertThat(found.angles().get(1)).isCloseTo(angles[1], within(50 * EPSILON));
            assertThat(found.sine()).isCloseTo(Math.sin(angles[1]), within(50 * EPSILON));
            assertThat(found.sineFrobenius()).isCloseTo(Math.hypot(Math.sin(angles[0]), Math.sin(angles[1])), within(
                    50 * EPSILON));
        }
    }

    /** Any basis of a space will do, of any scale; a line in a plane is at angle 0 to it. */
    @Test
    void basesNeedNotBeOrthonormal() {
        Tensor mixed = turned(0.3, 1.2).matmul(Tensor.of(new double[][]{{1e6, 2}, {3e5, -1}}));
        PrincipalAngles found = PrincipalAngles.between(mixed, turned(0, 0));
        assertThat(found.angles().get(0)).isCloseTo(0.3, within(1e7 * EPSILON));
        assertThat(found.largest()).isCloseTo(1.2, within(1e7 * EPSILON));
        Tensor line = turned(0.3, 1.2).matmul(Tensor.of(new double[][]{{1}, {2}}));
        assertThat(PrincipalAngles.between(line, turned(0.3, 1.2)).largest()).isLessThan(50 * EPSILON);
        assertThat(PrincipalAngles.between(turned(0, 0), turned(0, 0).cast(DType.F32)).largest()).isLessThan(50
                * EPSILON);
    }

    /** The whole space, and dimensions that add up to more than n. */
    @Test
    void largeSpacesMeet() {
        assertThat(PrincipalAngles.between(Tensor.eye(3, DType.F64), Tensor.eye(3, DType.F64)).largest()).isZero();
        Tensor first = Tensor.of(new double[][]{{1, 0}, {0, 1}, {0, 0}});
        Tensor second = Tensor.of(new double[][]{{0, 0}, {1, 0}, {0, 1}});
        assertThat(PrincipalAngles.between(first, second).angles().get(0)).isLessThan(10 * EPSILON);
        assertThat(PrincipalAngles.between(first, second).largest()).isCloseTo(Math.PI / 2, within(10 * EPSILON));
    }

    /** The bounds hold for any perturbation, but for the rounding of two decompositions of size n. */
    @Property(tries = 60)
    void boundWhatHappens(@ForAll @IntRange(min = 0, max = 10_000) int seed,
            @ForAll @DoubleRange(min = -6, max = 0.5) double exponent, @ForAll @IntRange(min = 1, max = 4) int k) {
        int n = 12;
        Tensor a = RandomizedEighTest.symmetric(n, i -> i < 4 ? 10.0 - i : 1.0 / (1 + i));
        Tensor random = Key.of(seed).normal(n, n);
        Tensor e = random.plus(random.transpose()).times(Math.pow(10, exponent) / n);
        Perturbation perturbation = Perturbation.of(e);
        Eigh before = Eigh.of(a);
        Eigh after = Eigh.of(a.plus(e));
        double rounding = 20 * n * EPSILON * 10;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double moved = Math.abs(after.values().get(i) - before.values().get(i));
            assertThat(moved).isLessThanOrEqualTo(perturbation.valueBound() + rounding);
            squares = Math.hypot(squares, moved);
        }
        assertThat(squares).isLessThanOrEqualTo(perturbation.valuesBound() + n * rounding);
        double gap = Perturbation.gap(before.values(), n - k, n);
        PrincipalAngles angles = PrincipalAngles.between(top(before, k), top(after, k));
        assertThat(angles.sine()).isLessThanOrEqualTo(perturbation.angleBound(gap) + rounding);
        assertThat(angles.sineFrobenius()).isLessThanOrEqualTo(perturbation.angleFrobeniusBound(k, gap) + rounding);
    }

    private static Tensor top(Eigh eigh, int k) {
        int n = eigh.values().shape().extent(0);
        double[] columns = new double[n * k];
        Arrays.setAll(columns, at -> eigh.vectors().get(at / k, n - k + at % k));
        return Tensor.wrap(Shape.of(n, k), columns);
    }

    /** diag(1, −1)/2 with δ·[[0, 1], [1, 0]] turns by θ, tan 2θ = 2δ: the bound, δ/(1 − δ), is sharp to second order. */
    @Test
    void isNearlyAttained() {
        double delta = 0.01;
        Tensor a = Tensor.of(new double[][]{{0.5, 0}, {0, -0.5}});
        Tensor e = Tensor.of(new double[][]{{0, delta}, {delta, 0}});
        double sine = PrincipalAngles.between(top(Eigh.of(a), 1), top(Eigh.of(a.plus(e)), 1)).sine();
        assertThat(sine).isCloseTo(Math.sin(0.5 * Math.atan(2 * delta)), within(10 * EPSILON));
        assertThat(Perturbation.of(delta).angleBound(1)).isCloseTo(delta / (1 - delta), within(EPSILON))
                .isBetween(sine, 1.02 * sine);
    }

    @Test
    void knowsTheEdges() {
        Tensor values = Tensor.of(new double[]{1, 2, 4, 8});
        assertThat(Perturbation.gap(values, 1, 3)).isEqualTo(1);
        assertThat(Perturbation.gap(values, 3, 4)).isEqualTo(4);
        assertThat(Perturbation.gap(values, 0, 4)).isInfinite();
        assertThat(Perturbation.of(0).angleBound(0)).isZero();
        assertThat(Perturbation.of(2).angleBound(3)).isEqualTo(1);
        assertThat(Perturbation.of(2).angleBound(Double.POSITIVE_INFINITY)).isZero();
        assertThat(Perturbation.of(0.5).angleFrobeniusBound(4, 1.5)).isEqualTo(1);
        assertThat(Perturbation.of(2).angleFrobeniusBound(4, 1)).isEqualTo(2);
        assertThatThrownBy(() -> Perturbation.of(-1)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> Perturbation.gap(values, 2, 2)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> PrincipalAngles.between(Tensor.ones(DType.F64, 3, 1), Tensor.ones(DType.F64, 4, 1)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> PrincipalAngles.between(Tensor.ones(DType.F64, 3, 4), Tensor.ones(DType.F64, 3, 1)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> PrincipalAngles.between(Tensor.of(new double[][]{{Double.NaN}}), Tensor.ones(DType.F64,
                1, 1))).isInstanceOf(InvalidDataException.class);
    }
}
