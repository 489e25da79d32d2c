package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.linalg.dense.MatrixZoo.Specimen;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SymmetricEigenTest {

    static List<Specimen> zoo() {
        return MatrixZoo.symmetric();
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void reconstructsWithOrthonormalVectors(Specimen specimen) {
        int n = specimen.n();
        SymmetricEigen eigen = SymmetricEigen.decompose(n, specimen.copy());
        assertThat(eigen).isNotNull();
        int shift = Measure.shiftFor(specimen.a());
        double[] values = Measure.shifted(eigen.values(), shift);
        double[] vectors = eigen.vectors();
        Measure.assertOrthonormalColumns(specimen.name(), n, n, vectors);
        double[] scaled = vectors.clone();
        for (int i = 0; i < n * n; i++) {
            scaled[i] *= values[i % n];
        }
        double[] rebuilt = Measure.multiply(n, n, n, scaled, Measure.transpose(n, n, vectors));
        Measure.assertClose(specimen.name(), n, shift, Measure.shifted(specimen.a(), shift), rebuilt);
        assertThat(eigen.values()).isSorted();
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void valuesOnlyAgreeWithVectorsPath(Specimen specimen) {
        int n = specimen.n();
        double[] values = SymmetricEigen.values(n, specimen.copy()).values();
        double[] expected = SymmetricEigen.decompose(n, specimen.copy()).values();
        int shift = Measure.shiftFor(specimen.a());
        Measure.assertClose(specimen.name(), n, shift, Measure.shifted(expected, shift),
                Measure.shifted(values, shift));
        assertThat(values).isSorted();
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void findsTheKnownSpectrum(Specimen specimen) {
        if (specimen.spectrum() == null) {
            return;
        }
        double[] values = SymmetricEigen.decompose(specimen.n(), specimen.copy()).values();
        // the zoo rounds A itself by about nε‖A‖ when it multiplies QΛQᵀ out; by Weyl the spectrum moves no further
        Measure.assertClose(specimen.name(), 2 * specimen.n(), 0, specimen.spectrum(), values);
    }
}
