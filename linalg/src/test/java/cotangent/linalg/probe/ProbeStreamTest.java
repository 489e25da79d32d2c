package cotangent.linalg.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProbeStreamTest {
    @ParameterizedTest
    @EnumSource(Probes.class)
    void aProbeDoesNotDependOnItsBlock(Probes law) {
        ProbeStream stream = new ProbeStream(law, 5, 2);
        Tensor whole = stream.block(DType.F64, 11, 0, 7);
        Tensor part = stream.block(DType.F64, 11, 3, 5);
        for (int i = 0; i < 11; i++) {
            assertThat(part.get(i, 0)).isEqualTo(whole.get(i, 3));
            assertThat(part.get(i, 1)).isEqualTo(whole.get(i, 4));
        }
        assertThat(new ProbeStream(law, 6, 2).block(DType.F64, 11, 0, 7)).isNotEqualTo(whole);
        assertThat(new ProbeStream(law, 5, 3).block(DType.F64, 11, 0, 7)).isNotEqualTo(whole);
    }

    @ParameterizedTest
    @EnumSource(Probes.class)
    void singlePrecisionProbesAreTheRoundedOnes(Probes law) {
        ProbeStream stream = new ProbeStream(law, 5, 2);
        double[] wide = stream.block(DType.F64, 20, 0, 4).toDoubles();
        float[] narrow = stream.block(DType.F32, 20, 0, 4).toFloats();
        for (int i = 0; i < wide.length; i++) {
            assertThat(narrow[i]).isEqualTo((float) wide[i]);
        }
    }

    /**
     * The second moments of 20,000 probes of dimension 4 are those of the identity: each product v_i v_j has a variance of
     * at most 2 (that of a squared normal), so each mean lies within 5√(2/20,000) of δ_ij but for 1 seed in a million.
     */
    @ParameterizedTest
    @EnumSource(Probes.class)
    void probesAreIsotropic(Probes law) {
        int count = 20_000;
        double[] v = new ProbeStream(law, 1, 0).block(DType.F64, 4, 0, count).toDoubles();
        for (int a = 0; a < 4; a++) {
            for (int b = 0; b < 4; b++) {
                double sum = 0;
                for (int j = 0; j < count; j++) {
                    sum += v[a * count + j] * v[b * count + j];
                }
                assertThat(sum / count).isCloseTo(a == b ? 1 : 0, within(5 * Math.sqrt(2.0 / count)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Probes.class, names = {"RADEMACHER", "SPHERE", "ORTHOGONAL"})
    void probesHaveTheirLength(Probes law) {
        double[] v = new ProbeStream(law, 1, 0).block(DType.F64, 9, 0, 5).toDoubles();
        for (int j = 0; j < 5; j++) {
            double squares = 0;
            for (int i = 0; i < 9; i++) {
                squares += v[i * 5 + j] * v[i * 5 + j];
            }
            assertThat(squares).isCloseTo(9, within(9 * 12 * 0x1p-53));
        }
    }

    /** Within a group, and with groups of as many as the dimension where that is less than 64. */
    @Test
    void orthogonalProbesAreOrthogonalInGroups() {
        for (int n : new int[]{1, 5, 64, 90}) {
            int group = Math.min(n, 64);
            double[] v = new ProbeStream(Probes.ORTHOGONAL, 1, 0).block(DType.F64, n, 0, 2 * group).toDoubles();
            for (int a = 0; a < group; a++) {
                for (int b = 0; b < 2 * group; b++) {
                    double sum = 0;
                    for (int i = 0; i < n; i++) {
                        sum += v[i * 2 * group + a] * v[i * 2 * group + b];
                    }
                    if (b < group) {
                        assertThat(sum).isCloseTo(a == b ? n : 0, within(n * n * 8 * 0x1p-53));
                    } else if (n > 1) {
                        assertThat(Math.abs(sum)).isGreaterThan(1e-9);
                    }
                }
            }
        }
    }
}
