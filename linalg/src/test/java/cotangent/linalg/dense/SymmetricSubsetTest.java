package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.linalg.dense.MatrixZoo.Specimen;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Residual and orthogonality of k extremal eigenpairs, within c·n·ε, and agreement with all eigenvalues. */
class SymmetricSubsetTest {

    static List<Specimen> zoo() {
        List<Specimen> zoo = new ArrayList<>(MatrixZoo.symmetric());
        zoo.add(MatrixZoo.gluedWilkinson(12, 21));
        zoo.add(MatrixZoo.haar("one cluster of fifty", 180, i -> i < 50 ? 1 + 1e-13 * i : 0.001 * i));
        return zoo;
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void bothEndsSatisfyTheirDefinition(Specimen specimen) {
        int n = specimen.n();
        for (int k : new int[]{Math.min(1, n), n / 12, n / 3}) {
            check(specimen, 0, k);
            check(specimen, n - k, n);
        }
    }

    /** The route for few pairs settles on the whole zoo, so that what is tested above is not its substitute. */
    @ParameterizedTest
    @MethodSource("zoo")
    void inverseIterationSettles(Specimen specimen) {
        int n = specimen.n();
        double[] a = Measure.shifted(specimen.a(), Measure.shiftFor(specimen.a()));
        TridiagonalReduction reduction = TridiagonalReduction.reduce(n, a);
        int k = n / 12;
        SturmBisection bisection = new SturmBisection(n, reduction.diagonal, reduction.offDiagonal);
        for (int from : new int[]{0, n - k}) {
            double[] values = bisection.values(from, from + k);
            double[] rows = InverseIteration.vectors(n, reduction.diagonal, reduction.offDiagonal, bisection.norm(),
                    values);
            assertThat(rows).isNotNull();
            Measure.assertOrthonormalColumns(specimen.toString(), n, k, Measure.transpose(k, n, rows));
        }
    }

    private static void check(Specimen specimen, int from, int to) {
        int n = specimen.n();
        int k = to - from;
        SymmetricSubset subset = SymmetricSubset.decompose(n, specimen.copy(), from, to);
        assertThat(subset).isNotNull();
        String name = specimen.name() + " " + from + ".." + to;
        Measure.assertOrthonormalColumns(name, n, k, subset.vectors());
        int shift = Measure.shiftFor(specimen.a());
        double[] a = Measure.shifted(specimen.a(), shift);
        double[] values = Measure.shifted(subset.values(), shift);
        double[] images = Measure.multiply(n, k, n, a, subset.vectors());
        double[] scaled = subset.vectors().clone();
        for (int i = 0; i < n * k; i++) {
            scaled[i] *= values[i % k];
        }
        double subnormal = Math.scalb(1.0 * n, Math.max(shift - 1074, -2000));
        double bound = Measure.C * n * Measure.EPSILON * Measure.frobenius(a) + subnormal;
        assertThat(Measure.distance(images, scaled)).as(name + ": residual").isLessThanOrEqualTo(bound);
        double[] all = Measure.shifted(SymmetricEigen.values(n, specimen.copy()).values(), shift);
        assertThat(Measure.distance(Arrays.copyOfRange(all, from, to), values)).as(name + ": values")
                .isLessThanOrEqualTo(bound);
    }
}
