package cotangent.linalg.infinite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Networks of finite width, written in the language, against their limits. */
class FiniteWidthTest {
    private static final int FEATURES = 3;
    private static final double W = 1.6;
    private static final double B = 0.2;
    private static final Tensor X = normal(99, 5, FEATURES);

    private static Tensor normal(long seed, int m, int n) {
        return new ProbeStream(Probes.GAUSSIAN, seed, 7).block(DType.F64, m, 0, n);
    }

    /** What stands before a layer's weights and biases, and the variances these start with. */
    record Scale(double weight, double bias, double weightVariance, double biasVariance) {}

    /** Multipliers and initial variances of the three layers of a network of width n. */
    private static Scale[] scales(Parameterization parameterization, int n, int base) {
        return switch (parameterization) {
            case NTK ->
                new Scale[]{new Scale(Math.sqrt(W / FEATURES), Math.sqrt(B), 1, 1), new Scale(Math.sqrt(W / n), Math
                        .sqrt(B), 1, 1), new Scale(Math.sqrt(W / n), Math.sqrt(B), 1, 1)};
            case STANDARD ->
                new Scale[]{new Scale(1, 1, W / FEATURES, B), new Scale(Math.sqrt((double) base / n), 1, W / base,
                        B), new Scale(Math.sqrt((double) base / n), 1, W / base, B)};
            // muP (Yang and Hu, section 5): input n^(1/2), hidden 1, output n^(−1/2), all parameters of variance 1/n
            case MEAN_FIELD -> new Scale[]{new Scale(Math.sqrt(n * W / FEATURES), Math.sqrt(n * B), 1.0 / n, 1.0 / n),
                    new Scale(Math.sqrt(W), Math.sqrt(n * B), 1.0 / n, 1.0 / n),
                    new Scale(Math.sqrt(W / n), Math.sqrt(B),
                            1.0 / n, 1.0 / n)};
        };
    }

    private static Expr layer(Expr params, int i, Expr x, Scale scale) {
        return x.matmul(params.get("W" + i)).times(scale.weight()).plus(params.get("b" + i).times(scale.bias()));
    }

    /** Two hidden layers, the second with a skip connection from the first where asked. */
    private static Fn net(Activation activation, Scale[] scales, boolean skip) {
        return Fn.of("net", (params, x) -> {
            Expr first = layer(params, 1, x, scales[0]);
            Expr second = layer(params, 2, activation.apply(first), scales[1]);
            return layer(params, 3, activation.apply(skip ? second.plus(first) : second), scales[2]);
        });
    }

    private static InfiniteNetwork limit(Activation activation, boolean skip, int base) {
        return InfiniteNetwork.of(x -> {
            Layer first = x.dense(base, W, B);
            Layer second = first.activate(activation).dense(base, W, B);
            return (skip ? second.plus(first) : second).activate(activation).dense(1, W, B);
        });
    }

    private static Params parameters(Scale[] scales, int n, long seed) {
        int[] widths = {FEATURES, n, n, 1};
        Params params = Params.of("W1", weights(scales[0], seed, widths[0], widths[1]))
                .with("b1", biases(scales[0], seed,
                        widths[1]));
        for (int i = 1; i < 3; i++) {
            params = params.with("W" + (i + 1), weights(scales[i], seed + 10L * i, widths[i], widths[i + 1]))
                    .with("b" + (i + 1), biases(scales[i], seed + 10L * i, widths[i + 1]));
        }
        return params;
    }

    private static Tensor weights(Scale scale, long seed, int m, int n) {
        return normal(seed, m, n).times(Math.sqrt(scale.weightVariance()));
    }

    private static Tensor biases(Scale scale, long seed, int n) {
        return normal(seed + 5, n, 1).reshape(n).times(Math.sqrt(scale.biasVariance()));
    }

    /** Tangent kernels of so many random networks of width n. */
    private static List<Tensor> kernels(Parameterization parameterization, Activation activation, boolean skip, int n,
            int base,
            int count) {
        Scale[] scales = scales(parameterization, n, base);
        Fn net = net(activation, scales, skip);
        List<Tensor> kernels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            kernels.add(EmpiricalNtk.of(net, parameters(scales, n, 1000L * (i + 1)), X).toDense());
        }
        return kernels;
    }

    private static double rootMeanSquare(List<Tensor> kernels, Tensor limit) {
        double sum = 0;
        for (Tensor kernel : kernels) {
            sum += kernel.minus(limit).square().mean().item();
        }
        return Math.sqrt(sum / kernels.size());
    }

    /**
     * The error of a kernel of width n falls like n^(−1/2). The logarithm of a root mean square over 32 independent networks, each of
     * which counts as one degree of freedom or more, has a standard deviation of at most 1/sqrt(64) = .125; the slope through four
     * widths a factor of 2 apart then one of .125/(ln 2·sqrt(5)) = .08. Four of these and what the next power of 1/n bends are
     * allowed.
     */
    @Test
    void tangentKernelsConvergeAsTheRootOfTheWidth() {
        for (Activation activation : List.of(Activation.RELU, Activation.ERF)) {
            Tensor limit = limit(activation, true, 1).kernels(X).ntk();
            int[] widths = {24, 48, 96, 192};
            double[] logs = new double[widths.length];
            for (int i = 0; i < widths.length; i++) {
                logs[i] = Math
                        .log(rootMeanSquare(kernels(Parameterization.NTK, activation, true, widths[i], 1, 32), limit))
                        / Math
                                .log(2);
            }
            double slope = (3 * (logs[3] - logs[0]) + (logs[2] - logs[1])) / 10;
            assertThat(slope).as(activation.toString()).isCloseTo(-0.5, within(4 * 0.08));
            assertThat(Math.pow(2, logs[3])).isLessThan(0.25 * limit.abs().max().item());
        }
    }

    /**
     * The mean over 32 networks of width 126 is the limit to five standard errors, plus a bias of order 1/n, for which 3/n of the
     * largest entry is allowed.
     */
    @Test
    void everyParameterizationHasItsLimit() {
        int base = 6;
        int n = 126; // a multiple of the base width
        for (Parameterization parameterization : Parameterization.values()) {
            for (boolean skip : new boolean[]{false, true}) {
                Tensor expected = limit(Activation.RELU, skip, base)
                        .parameterization(parameterization)
                        .kernels(X)
                        .ntk();
                List<Tensor> sample = kernels(parameterization, Activation.RELU, skip, n, base, 32);
                double size = expected.abs().max().item();
                for (int i = 0; i < expected.shape().extent(0); i++) {
                    for (int j = 0; j <= i; j++) {
                        double sum = 0;
                        double squares = 0;
                        for (Tensor kernel : sample) {
                            sum += kernel.get(i, j);
                            squares += kernel.get(i, j) * kernel.get(i, j);
                        }
                        double mean = sum / sample.size();
                        double deviation = Math
                                .sqrt(Math.max(0, squares / sample.size() - mean * mean) / sample.size());
                        assertThat(mean).as("%s, skip %s, %d %d", parameterization, skip, i, j)
                                .isCloseTo(expected.get(i, j), within(5 * deviation + 3.0 / n * size));
                    }
                }
            }
        }
    }

    /** n·Cov of the outputs in the mean-field scaling, and Cov in the others, over 3,000 random networks of width 64. */
    @Test
    void outputsHaveTheCovarianceOfTheGaussianProcess() {
        int n = 64;
        int count = 3000;
        for (Parameterization parameterization : Parameterization.values()) {
            Scale[] scales = scales(parameterization, n, 8);
            Fn net = net(Activation.ERF, scales, false);
            Tensor expected = limit(Activation.ERF, false, 8).parameterization(parameterization).kernels(X).nngp();
            double factor = parameterization == Parameterization.MEAN_FIELD ? n : 1;
            int size = expected.shape().extent(0);
            double[][] sums = new double[size][size];
            for (int sample = 0; sample < count; sample++) {
                Tensor out = (Tensor) net.apply(parameters(scales, n, 1000L * (sample + 1)), X);
                for (int i = 0; i < size; i++) {
                    for (int j = 0; j < size; j++) {
                        sums[i][j] += factor * out.get(i, 0) * out.get(j, 0) / count;
                    }
                }
            }
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    // a product of two Gaussians has the variance k₁k₂ + k²; five standard errors, and 3/n for the finite width
                    double scale = Math.sqrt(expected.get(i, i) * expected.get(j, j));
                    assertThat(sums[i][j]).as("%s", parameterization)
                            .isCloseTo(expected.get(i, j), within((5 * Math.sqrt(2.0 / count) + 3.0 / n) * scale));
                }
            }
        }
    }
}
