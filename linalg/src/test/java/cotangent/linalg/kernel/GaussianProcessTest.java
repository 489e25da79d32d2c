package cotangent.linalg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.NotPositiveDefiniteException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GaussianProcessTest {
    private static final double U = 0x1p-53;
    private static final double[] ARD = {0.8, 1.3, 2.1};
    private static final double NOISE = 0.05;
    /** ‖K + σ²I‖ ≤ 1.7·60 over the least eigenvalue's bound. */
    private static final double CONDITION = 1.7 * Samples.N / NOISE;

    /** Figures of GaussianProcessRegressor(kernel + WhiteKernel(0.05), alpha=0). */
    private record Reference(KernelFunction kernel, double likelihood, double[] gradient, double[] mean,
            double[] variance) {
        @Override
        public String toString() {
            return kernel.toString();
        }
    }

    static Stream<Reference> references() {
        return Stream.of(
                new Reference(StationaryKernel.rbf(ARD).scale(1.7), -37.66511257779758, new double[]{
                        -5.620889695327309, 12.708873330733354, 13.514665768964724, 11.23874004641375,
                        -9.548889531744855}, new double[]{0.016091965270268, 0.774415397879892},
                        new double[]{
                                0.507380230129329, 0.041581327836422}),
                new Reference(StationaryKernel.matern12(1.1).scale(1.7), -72.59204808214338, new double[]{
                        -17.273729873980525, 17.936686245161397, -1.387097284006481},
                        new double[]{-0.014182891238088, 0.776255065991972},
                        new double[]{1.1516170196316, 0.729428819877486}),
                new Reference(StationaryKernel.matern32(ARD).scale(1.7), -54.69649055294933, new double[]{
                        -13.267615580918344, 10.306316598577654, 12.062419166429363, 9.398130204447597,
                        -4.182794647322202}, new double[]{0.064811547637387, 0.828100445056553},
                        new double[]{
                                0.909690686635933, 0.161467361070048}),
                new Reference(StationaryKernel.matern52(ARD).scale(1.7), -48.540669026119495, new double[]{
                        -11.174416801063494, 11.482592875712198, 13.927986958347928, 11.450176717345423,
                        -5.85342134612941}, new double[]{0.058574538960958, 0.82677348508051},
                        new double[]{
                                0.797186258030276, 0.097465771719124}));
    }

    @ParameterizedTest
    @MethodSource("references")
    void agreesWithScikitLearn(Reference reference) {
        GaussianProcessPosterior posterior = GaussianProcess.of(reference.kernel, NOISE)
                .fit(Samples.inputs(), Samples
                        .targets());
        double allowed = 100 * Samples.N * CONDITION * U;
        Tensor mean = posterior.mean(Samples.others());
        Tensor variance = posterior.variance(Samples.others());
        Tensor covariance = posterior.covariance(Samples.others());
        for (int i = 0; i < 2; i++) {
            assertThat(mean.get(i)).isCloseTo(reference.mean[i], within(allowed));
            assertThat(variance.get(i)).isCloseTo(reference.variance[i], within(allowed));
            assertThat(covariance.get(i, i)).isCloseTo(reference.variance[i], within(allowed));
        }
        MarginalLikelihood likelihood = posterior.marginalLikelihood();
        assertThat(likelihood.value().value()).isCloseTo(reference.likelihood, within(allowed * Samples.N));
        assertThat(likelihood.value().errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(likelihood.gradient()).hasSameSizeAs(reference.gradient);
        for (int p = 0; p < reference.gradient.length; p++) {
            assertThat(likelihood.gradient().get(p).value()).isCloseTo(reference.gradient[p], within(allowed * Samples.N
                    / NOISE));
        }
    }

    /** Every kind of hyperparameter at once; central differences err by h²/6 of third derivatives, some hundred here. */
    @Test
    void theGradientIsThatOfDifferences() {
        GaussianProcess process = GaussianProcess.of(StationaryKernel.matern32(ARD)
                .scale(1.7)
                .plus(StationaryKernel.rbf(3).times(PolynomialKernel.degree(2))), NOISE);
        List<Estimate> gradient = likelihood(process).gradient();
        double[] values = process.hyperparameters().values();
        assertThat(gradient).hasSameSizeAs(values).hasSize(8);
        double h = 1e-4;
        for (int p = 0; p < values.length; p++) {
            double[] up = values.clone();
            double[] down = values.clone();
            up[p] *= Math.exp(h);
            down[p] *= Math.exp(-h);
            double difference = (likelihood(process.with(up)).value().value() - likelihood(process.with(down)).value()
                    .value()) / (2 * h);
            assertThat(gradient.get(p).value()).as(gradient.get(p).name())
                    .isCloseTo(difference, within(1000 * h * h
                            + 1e6 * CONDITION * U / h));
        }
    }

    private static MarginalLikelihood likelihood(GaussianProcess process) {
        return process.fit(Samples.inputs(), Samples.targets()).marginalLikelihood();
    }

    @Test
    void matrixFreeMeanAndVarianceAreDenseToTheTolerance() {
        Tensor x = Samples.normal(DType.F64, 1, 300, 3);
        Tensor y = x.sum(1).sin();
        Tensor others = Samples.normal(DType.F64, 2, 140, 3);
        GaussianProcess process = GaussianProcess.of(StationaryKernel.rbf(1), NOISE);
        GaussianProcessPosterior dense = process.fit(x, y);
        GaussianProcessPosterior free = process.solver(KernelSolver.standard().denseUpTo(0)).fit(x, y);
        assertThat(free.solution().converged()).isTrue();
        double[] mean = free.mean(others).toDoubles();
        double[] variance = free.variance(others).toDoubles();
        // an error of x of 1e-8·‖b‖/σ², times k of norm √n at most; the variance's system has ‖b‖ ≤ √n
        double allowed = 1e-8 * 300 / NOISE;
        for (int i = 0; i < 140; i++) {
            assertThat(mean[i]).isCloseTo(dense.mean(others).get(i), within(allowed));
            assertThat(variance[i]).isCloseTo(dense.variance(others).get(i), within(allowed));
        }
        assertThat(free.covariance(others.slice(0, 0, 4)).get(1, 3)).isCloseTo(dense.covariance(others.slice(0, 0, 4))
                .get(1, 3), within(allowed));
    }

    /**
     * 60 replicates of 95 % intervals, for the value and three derivatives each: coverage of 0.95 has a standard deviation of 0.028 in 60,
     * so that under 0.83, four of them below, it is not what it says. The rank is far too small, so that probes have work to do.
     */
    @Test
    void intervalsOfEstimatesCover() {
        int n = 160;
        int replicates = 60;
        Tensor x = Samples.normal(DType.F64, 1, n, 3);
        Tensor y = x.sum(1).sin();
        GaussianProcess process = GaussianProcess.of(StationaryKernel.matern32(1.2).scale(1.3), 0.1);
        MarginalLikelihood exact = process.fit(x, y).marginalLikelihood();
        int[] covered = new int[1 + exact.gradient().size()];
        for (int seed = 0; seed < replicates; seed++) {
            MarginalLikelihood estimated = process.probes(5)
                    .solver(KernelSolver.standard().denseUpTo(0).preconditionerRank(20).seed(seed))
                    .fit(x, y)
                    .marginalLikelihood();
            assertThat(estimated.value().errorBar()).isEqualTo(ErrorBar.SAMPLE);
            covered[0] += estimated.value().interval(0.95).contains(exact.value().value()) ? 1 : 0;
            for (int p = 1; p < covered.length; p++) {
                Estimate derivative = estimated.gradient().get(p - 1);
                assertThat(derivative.standardError()).isPositive();
                covered[p] += derivative.interval(0.95).contains(exact.gradient().get(p - 1).value()) ? 1 : 0;
            }
        }
        for (int count : covered) {
            assertThat(count).isGreaterThanOrEqualTo((int) (0.83 * replicates));
        }
    }

    /** Three strips of tiles on the fly, block products of several columns, sums over probes: none knows how many threads there are. */
    @Test
    void theBitsDoNotDependOnTheNumberOfThreads() {
        Tensor x = Samples.normal(DType.F64, 1, 600, 2);
        Tensor y = x.sum(1).sin();
        GaussianProcess process = GaussianProcess.of(StationaryKernel.rbf(0.9, 1.1).scale(1.3), 0.1)
                .probes(3)
                .solver(KernelSolver.standard().denseUpTo(0).preconditionerRank(60));
        MarginalLikelihood alone = Workers.withLimit(1, () -> process.fit(x, y).marginalLikelihood());
        MarginalLikelihood together = Workers.withLimit(2, () -> process.fit(x, y).marginalLikelihood());
        assertThat(together.value().value()).isEqualTo(alone.value().value());
        for (int p = 0; p < alone.gradient().size(); p++) {
            assertThat(together.gradient().get(p).value()).isEqualTo(alone.gradient().get(p).value());
        }
    }

    /** A preconditioner that knows the whole spectrum leaves probes nothing to estimate. */
    @Test
    void aGoodPreconditionerTakesTheVariance() {
        Tensor x = Samples.normal(DType.F64, 1, 200, 1);
        Tensor y = x.sum(1).sin();
        GaussianProcess process = GaussianProcess.of(StationaryKernel.rbf(2), 0.1);
        MarginalLikelihood exact = process.fit(x, y).marginalLikelihood();
        MarginalLikelihood estimated = process.solver(KernelSolver.standard().denseUpTo(0).preconditionerRank(30))
                .fit(x, y)
                .marginalLikelihood();
        for (int p = 0; p < exact.gradient().size(); p++) {
            double expected = exact.gradient().get(p).value();
            // the solver's tolerance, 1e-8 of probes of norm √n, against ∂C of norm up to n in units of σ²
            assertThat(estimated.gradient().get(p).value()).isCloseTo(expected, within(1e-8 * 200 * 200 / 0.1));
        }
        assertThat(estimated.value().value()).isCloseTo(exact.value().value(), within(1e-6 * 200));
    }

    /** scikit-learn's own search, from the same start, ends at a likelihood of 14.388439. */
    @Test
    void theSearchReachesTheMaximum() {
        GaussianProcess start = GaussianProcess.of(StationaryKernel.rbf(ARD).scale(1.7), NOISE);
        HyperparameterSearch search = start.maximizeLikelihood(Samples.inputs(), Samples.targets());
        assertThat(search.converged()).as(search.toString()).isTrue();
        // stationary to 1e-4·n in each of 5 logarithms, of which the likelihood's curvature is of order 1 at least
        assertThat(search.likelihood().value().value()).isCloseTo(14.388439460449653, within(5 * 0.5 * 36e-6 * 100));
    }

    @Test
    void aSearchByEstimatesClimbsToo() {
        Tensor x = Samples.normal(DType.F64, 1, 150, 2);
        Tensor y = x.sum(1).sin();
        GaussianProcess start = GaussianProcess.of(StationaryKernel.rbf(0.5).scale(0.5), 0.3);
        GaussianProcess free = start.solver(KernelSolver.standard().denseUpTo(0).preconditionerRank(100));
        HyperparameterSearch search = HyperparameterSearch.run(free, x, y, 15);
        double before = start.fit(x, y).marginalLikelihood().value().value();
        double after = start.with(search.process().hyperparameters().values())
                .fit(x, y)
                .marginalLikelihood()
                .value()
                .value();
        assertThat(after).isGreaterThan(before + 50);
        assertThat(search.process().noise()).isLessThan(0.3);
    }

    @Test
    void failuresAreTyped() {
        Tensor x = Samples.inputs();
        Tensor y = Samples.targets();
        GaussianProcess process = GaussianProcess.of(StationaryKernel.rbf(1), 1e-300);
        Tensor twice = Tensor.concat(0, x, x);
        assertThatThrownBy(() -> process.fit(twice, Tensor.concat(0, y, y))).isInstanceOf(
                NotPositiveDefiniteException.class).hasMessageContaining("raise the noise");
        assertThatThrownBy(() -> process.fit(x, Tensor.stack(1, y, y))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> process.fit(x, y.times(Double.POSITIVE_INFINITY))).isInstanceOf(
                InvalidDataException.class);
        assertThatThrownBy(() -> GaussianProcess.of(StationaryKernel.rbf(1), 0)).isInstanceOf(
                InvalidDataException.class);
        GaussianProcessPosterior hasty = GaussianProcess.of(StationaryKernel.matern12(1), 1e-8)
                .solver(KernelSolver.standard().denseUpTo(0).preconditionerRank(1).maxIterations(2))
                .fit(x, y);
        assertThat(hasty.solution().converged()).isFalse();
        assertThatThrownBy(hasty::marginalLikelihood).isInstanceOf(NotConvergedException.class)
                .hasMessageContaining(
                        "relative residual");
        assertThatThrownBy(() -> hasty.variance(Samples.others())).isInstanceOf(NotConvergedException.class);
    }
}
