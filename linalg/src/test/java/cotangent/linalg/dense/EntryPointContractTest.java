package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Cholesky;
import cotangent.linalg.Eigh;
import cotangent.linalg.Lu;
import cotangent.linalg.PivotedCholesky;
import cotangent.linalg.PivotedQr;
import cotangent.linalg.Polar;
import cotangent.linalg.Qr;
import cotangent.linalg.Svd;
import cotangent.linalg.SymmetricFunction;
import cotangent.linalg.dense.MatrixZoo.Specimen;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every decomposition, as a user calls it, over the whole zoo: its factors' product is the matrix and its orthogonal factors
 * are, within the bounds of {@link Measure}; and float32 input gives the rounded float64 answer for the same entries.
 */
class EntryPointContractTest {

    static List<Specimen> general() {
        return MatrixZoo.general();
    }

    static List<Specimen> generalAndTall() {
        List<Specimen> zoo = new ArrayList<>(MatrixZoo.general());
        zoo.addAll(MatrixZoo.tall());
        return zoo;
    }

    static List<Specimen> symmetric() {
        return MatrixZoo.symmetric();
    }

    @ParameterizedTest
    @MethodSource("general")
    void fullQr(Specimen specimen) {
        Qr full = Qr.full(tensor(specimen));
        assertThat(full.q().shape()).isEqualTo(Shape.of(specimen.m(), specimen.m()));
        assertProduct(specimen, full.q(), full.r());
        assertOrthonormal(specimen, full.q());
    }

    @ParameterizedTest
    @MethodSource("generalAndTall")
    void qr(Specimen specimen) {
        Tensor a = tensor(specimen);
        Qr thin = Qr.of(a);
        assertProduct(specimen, thin.q(), thin.r());
        assertOrthonormal(specimen, thin.q());
        // RᵀR = AᵀA determines R up to signs and rounding: what must agree is what it stands for
        Tensor r = Qr.r(a);
        assertThat(r.shape()).isEqualTo(thin.r().shape());
        int shift = Measure.shiftFor(specimen.a());
        int k = r.shape().extent(0);
        int n = specimen.n();
        double[] alone = Measure.shifted(r.toDoubles(), shift);
        double[] beside = Measure.shifted(thin.r().toDoubles(), shift);
        double[] gram = Measure.multiply(n, n, k, Measure.transpose(k, n, beside), beside);
        double slack = Math.scalb((double) n * n, Math.max(shift - 1074, -2000));
        assertThat(Measure.distance(gram, Measure.multiply(n, n, k, Measure.transpose(k, n, alone), alone)))
                .isLessThanOrEqualTo(2 * Measure.C * Math.max(specimen.m(), n) * Measure.EPSILON
                        * Math.pow(Measure.frobenius(beside), 2) + 4 * slack * (1 + Measure.frobenius(beside)));
    }

    @ParameterizedTest
    @MethodSource("generalAndTall")
    void pivotedQr(Specimen specimen) {
        PivotedQr qr = PivotedQr.of(tensor(specimen));
        Specimen permuted = new Specimen(specimen.name(), specimen.m(), specimen.n(),
                PivotedHouseholderQrTest.permuted(specimen.m(), specimen.n(), specimen.a(), qr.permutation().toInts()),
                null);
        assertProduct(permuted, qr.q(), qr.r());
        assertOrthonormal(specimen, qr.q());
        assertThat(qr.rank()).isBetween(0, Math.min(specimen.m(), specimen.n()));
    }

    @ParameterizedTest
    @MethodSource("generalAndTall")
    void polar(Specimen specimen) {
        if (specimen.m() >= specimen.n()) {
            Polar polar = Polar.of(tensor(specimen));
            assertProduct(specimen, polar.w(), polar.h());
            assertOrthonormal(specimen, polar.w());
        }
    }

    @ParameterizedTest
    @MethodSource("general")
    void lu(Specimen specimen) {
        int n = specimen.n();
        if (specimen.m() == n) {
            Lu lu = Lu.of(tensor(specimen));
            double[] permuted = new double[n * n];
            for (int i = 0; i < n; i++) {
                System.arraycopy(specimen.a(), lu.permutation().toInts()[i] * n, permuted, i * n, n);
            }
            assertProduct(new Specimen(specimen.name(), n, n, permuted, null), lu.l(), lu.u());
        }
    }

    @ParameterizedTest
    @MethodSource("symmetric")
    void symmetricFunctions(Specimen specimen) {
        Tensor same = SymmetricFunction.of(tensor(specimen), x -> x);
        assertProduct(specimen, Tensor.eye(specimen.n(), DType.F64), same);
    }

    /** A·A scaled to order 1 is positive semidefinite, singular where A is; a multiple of the identity makes it definite. */
    @ParameterizedTest
    @MethodSource("symmetric")
    void choleskyFactors(Specimen specimen) {
        int n = specimen.n();
        double[] a = Measure.shifted(specimen.a(), Measure.shiftFor(specimen.a()));
        double[] square = Measure.multiply(n, n, n, a, a);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                square[i * n + j] = square[j * n + i];
            }
        }
        Specimen semidefinite = new Specimen(specimen.name() + " squared", n, n, square, null);
        PivotedCholesky pivoted = PivotedCholesky.of(tensor(semidefinite));
        int k = pivoted.rank();
        double[] l = pivoted.l().toDoubles();
        double[] rebuilt = Measure.multiply(n, n, k, l, Measure.transpose(n, k, l));
        // elimination ends at n·ε times the largest diagonal entry: what is left is within n times that
        assertThat(Measure.distance(square, rebuilt)).as(semidefinite.name())
                .isLessThanOrEqualTo((n + Measure.C) * n * Measure.EPSILON * Measure.frobenius(square));
        double size = Measure.frobenius(square);
        for (int i = 0; i < n; i++) {
            square[i * n + i] += 1e-3 * size + 1e-3;
        }
        Tensor definite = Cholesky.of(tensor(semidefinite)).l();
        double[] d = definite.toDoubles();
        assertProduct(semidefinite, definite, Tensor.wrap(Shape.of(n, n), Measure.transpose(n, n, d)));
    }

    @ParameterizedTest
    @MethodSource("generalAndTall")
    void float32AnswersAreRoundedFloat64Ones(Specimen specimen) {
        Tensor single = single(specimen);
        assertRounded(single, a -> Qr.of(a).q());
        assertRounded(single, a -> Qr.of(a).r());
        assertRounded(single, Qr::r);
        assertRounded(single, a -> PivotedQr.of(a, 1e-6).q());
        assertRounded(single, a -> Svd.of(a).u());
        assertRounded(single, Svd::values);
        if (specimen.m() == specimen.n()) {
            assertRounded(single, a -> Lu.of(a).u());
        }
    }

    @ParameterizedTest
    @MethodSource("symmetric")
    void float32EigenpairsAreRoundedFloat64Ones(Specimen specimen) {
        Tensor single = single(specimen);
        assertRounded(single, Eigh::values);
        assertRounded(single, a -> Eigh.of(a).vectors());
        assertRounded(single, a -> Eigh.largest(a, specimen.n() / 12).vectors());
        assertRounded(single, a -> SymmetricFunction.of(a, x -> x / (1 + Math.abs(x))));
    }

    /** The entries rounded to float32, all brought to within its range first. */
    private static Tensor single(Specimen specimen) {
        double[] shifted = Measure.shifted(specimen.a(), Measure.shiftFor(specimen.a()));
        float[] entries = new float[shifted.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = (float) shifted[i];
        }
        return Tensor.wrap(Shape.of(specimen.m(), specimen.n()), entries);
    }

    private static void assertRounded(Tensor single, Function<Tensor, Tensor> door) {
        Tensor actual = door.apply(single);
        assertThat(actual.dtype()).isEqualTo(DType.F32);
        double[] expected = door.apply(Tensor.wrap(single.shape(), single.toDoubles())).toDoubles();
        float[] rounded = new float[expected.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) expected[i];
        }
        assertThat(actual.toFloats()).isEqualTo(rounded);
    }

    private static Tensor tensor(Specimen specimen) {
        return Tensor.wrap(Shape.of(specimen.m(), specimen.n()), specimen.copy());
    }

    private static void assertOrthonormal(Specimen specimen, Tensor q) {
        Measure.assertOrthonormalColumns(specimen.toString(), q.shape().extent(0), q.shape().extent(1), q.toDoubles());
    }

    private static void assertProduct(Specimen specimen, Tensor left, Tensor right) {
        int shift = Measure.shiftFor(specimen.a());
        int k = left.shape().extent(1);
        double[] product = Measure.multiply(specimen.m(), specimen.n(), k, left.toDoubles(), Measure.shifted(right
                .toDoubles(), shift));
        Measure.assertClose(specimen.toString(), Math.max(specimen.m(), specimen.n()), shift, Measure.shifted(specimen
                .a(), shift), product);
    }
}
