package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Distribution;
import cotangent.dsl.kernel.Philox;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EigenpairBootstrapTest {
    private static final int SAMPLES = 80;
    /** Standard deviations of independent Gaussian features. */
    private static final double[] DEVIATIONS = {3, 2, 1, 0.5, 0.2};
    private static final int FEATURES = DEVIATIONS.length;

    private static Tensor features(long seed, int rows) {
        return Key.of(seed).normal(rows, FEATURES).times(Tensor.of(DEVIATIONS));
    }

    private static Eigenpairs pairs(Tensor features) {
        LinearOperator kernel = LinearOperator.of(features.matmul(features.transpose()));
        return Lanczos.largest(FEATURES).decompose(kernel);
    }

    /** All pairs of a kernel of rank 5 leave nothing out: each replicate is the kernel of the samples drawn, written out. */
    @Test
    void replicatesAreKernelsOfDrawnSamples() {
        for (int rows : new int[]{1, 2}) {
            Tensor features = features(1, SAMPLES);
            EigenpairBootstrap bootstrap = EigenpairBootstrap.leading(3).replicates(7).rowsPerSample(rows).seed(5);
            BootstrappedEigenpairs found = bootstrap.resample(pairs(features));
            for (int b = 0; b < 7; b++) {
                double[] weights = new double[SAMPLES];
                double[] uniform = uniform(5, b, SAMPLES / rows);
                for (double number : uniform) {
                    int sample = (int) (number * SAMPLES / rows);
                    for (int i = 0; i < rows; i++) {
                        weights[sample * rows + i]++;
                    }
                }
                Tensor weighted = features.times(Tensor.of(Arrays.stream(weights).map(Math::sqrt).toArray())
                        .reshape(
                                SAMPLES, 1));
                Eigh moments = Eigh.of(symmetric(weighted.transpose().matmul(weighted)));
                Eigh original = Eigh.of(symmetric(features.transpose().matmul(features)));
                for (int j = 0; j < 3; j++) {
                    // residuals of the pairs up to 1e-10 of the largest value, and a sample comes some 6 times at most
                    assertThat(found.replicates().get(b, j)).isCloseTo(moments.values().get(FEATURES - 1 - j), within(
                            1e-9 * moments.values().get(FEATURES - 1)));
                    // these over gaps of a tenth of it and more
                    double angle = PrincipalAngles.between(column(original, FEATURES - 1 - j), column(moments, FEATURES
                            - 1 - j)).largest();
                    assertThat(found.angles().get(b, j)).isCloseTo(angle, within(1e-8));
                    double subspace = PrincipalAngles.between(columns(original, j + 1), columns(moments, j + 1))
                            .largest();
                    assertThat(found.subspaceAngles().get(b, j)).isCloseTo(subspace, within(1e-7));
                }
            }
        }
    }

    private static double[] uniform(long seed, int replicate, int count) {
        double[] numbers = new double[count];
        Philox.fill(Distribution.UNIFORM, seed, 1L << 37, replicate, numbers, 0,
                1, count, 0);
        return numbers;
    }

    private static Tensor symmetric(Tensor a) {
        return a.plus(a.transpose()).times(0.5);
    }

    private static Tensor column(Eigh eigh, int j) {
        double[] column = new double[FEATURES];
        Arrays.setAll(column, i -> eigh.vectors().get(i, j));
        return Tensor.of(column).reshape(FEATURES, 1);
    }

    private static Tensor columns(Eigh eigh, int k) {
        Tensor block = column(eigh, FEATURES - 1);
        for (int j = 1; j < k; j++) {
            block = Tensor.concat(1, block, column(eigh, FEATURES - 1 - j));
        }
        return block;
    }

    /**
     * For Gaussian features N·σ² is what endlessly many data give, so that the interval of a leading eigenvalue is to cover it.
     * Nominal 95 %; the interval is good to order 1/√N in each tail, for which 0.06 is allowed, half of 1/√80, beside three
     * standard deviations of 300 trials. The spread of a variance is √(2/N) of it.
     */
    @Test
    void intervalsCoverTheEigenvaluesOfThePopulation() {
        int trials = 300;
        int[] covered = new int[2];
        double error = 0;
        for (int trial = 0; trial < trials; trial++) {
            BootstrappedEigenpairs found = EigenpairBootstrap.leading(2)
                    .replicates(200)
                    .seed(trial)
                    .resample(pairs(features(1000 + trial, SAMPLES)));
            for (int j = 0; j < 2; j++) {
                covered[j] += found.interval(j, 0.95).contains(SAMPLES * DEVIATIONS[j] * DEVIATIONS[j]) ? 1 : 0;
            }
            error += found.standardError(0) / found.values().get(0) / trials;
        }
        double least = 0.95 - 0.06 - 3 * Math.sqrt(0.95 * 0.05 / trials);
        assertThat((double) covered[0] / trials).isGreaterThan(least);
        assertThat((double) covered[1] / trials).isGreaterThan(least);
        assertThat(error).isCloseTo(Math.sqrt(2.0 / SAMPLES), within(0.1 * Math.sqrt(2.0 / SAMPLES)));
    }

    /** Fewer pairs leave out no more than is said, and the same seed draws the same samples. */
    @Test
    void truncationIsWithinItsBound() {
        Tensor features = features(3, SAMPLES);
        Eigenpairs all = pairs(features);
        LinearOperator kernel = LinearOperator.of(features.matmul(features.transpose()));
        Eigenpairs few = Lanczos.largest(3).decompose(kernel);
        BootstrappedEigenpairs exact = EigenpairBootstrap.leading(2).replicates(50).resample(all);
        BootstrappedEigenpairs truncated = EigenpairBootstrap.leading(2).replicates(50).resample(few);
        assertThat(truncated.truncation()).isPositive();
        for (int b = 0; b < 50; b++) {
            for (int j = 0; j < 2; j++) {
                double missing = exact.replicates().get(b, j) - truncated.replicates().get(b, j);
                assertThat(missing).isBetween(-1e-7, truncated.truncation());
            }
        }
        assertThat(EigenpairBootstrap.leading(2).replicates(50).resample(few).replicates()).isEqualTo(truncated
                .replicates());
    }

    /** Two equal variances: their plane is known to about σ₃/(σ₁√N), the vectors in it are not at all. */
    @Test
    void vectorsOfARepeatedEigenvalueTurnFreelyInTheirPlane() {
        Tensor features = Key.of(9).normal(2_000, 3).times(Tensor.of(new double[]{3, 3, 0.3}));
        Tensor moments = features.transpose().matmul(features);
        Eigenpairs pairs = Lanczos.largest(3).decompose(LinearOperator.of(features.matmul(features.transpose())));
        assertThat(moments.get(0, 0)).isGreaterThan(0);
        BootstrappedEigenpairs found = EigenpairBootstrap.leading(2).replicates(200).resample(pairs);
        assertThat(found.angle(0, 0.9)).isGreaterThan(0.3);
        assertThat(found.subspaceAngle(2, 0.9)).isLessThan(4 * 0.1 / Math.sqrt(2_000) * 2);
        assertThat(found.toString()).contains("200 replicates");
        assertThat(found.bias(0)).isPositive();
    }

    @Test
    void refusesWhatItCannotResample() {
        Eigenpairs pairs = pairs(features(1, SAMPLES));
        assertThatThrownBy(() -> EigenpairBootstrap.leading(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> EigenpairBootstrap.leading(6).resample(pairs)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> EigenpairBootstrap.leading(2).rowsPerSample(3).resample(pairs)).isInstanceOf(
                ShapeException.class);
        Eigenpairs negative = Lanczos.smallest(1).decompose(LinearOperator.diagonal(Tensor.of(new double[]{-1, 2})));
        assertThatThrownBy(() -> EigenpairBootstrap.leading(1).resample(negative)).isInstanceOf(
                InvalidDataException.class);
        BootstrappedEigenpairs found = EigenpairBootstrap.leading(2).replicates(3).resample(pairs);
        assertThatThrownBy(() -> found.interval(0, 1)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> found.angle(0, 0)).isInstanceOf(InvalidDataException.class);
    }
}
