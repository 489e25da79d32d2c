package cotangent.linalg.infinite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.Activation;
import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Eigh;
import cotangent.linalg.kernel.KernelFunction;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class InfiniteNetworkTest {
    private static final double EPS = 0x1p-52;
    /** Inner products, moments and the like: a few units of rounding per layer. */
    private static final double PER_LAYER = 8 * EPS;

    private static Tensor points(int n, int features, long seed) {
        return new ProbeStream(Probes.GAUSSIAN, seed, 5).block(DType.F64, n, 0, features);
    }

    private static List<InfiniteNetwork> zoo() {
        return List.of(
                InfiniteNetwork.mlp(3, DualActivation.relu(), 2, 0.1),
                InfiniteNetwork.mlp(2, DualActivation.leakyRelu(0.2), 1.5, 0),
                InfiniteNetwork.mlp(2, DualActivation.abs(), 1, 0.3),
                InfiniteNetwork.mlp(3, DualActivation.erf(), 2, 0.1),
                InfiniteNetwork.mlp(2, DualActivation.gelu(), 2, 0.1),
                InfiniteNetwork.mlp(2, DualActivation.sin(), 1.5, 0.2),
                InfiniteNetwork.mlp(2, DualActivation.cos(), 1.5, 0.2),
                InfiniteNetwork.mlp(2, DualActivation.of(Activation.TANH), 1.5, 0.2),
                InfiniteNetwork.of(x -> {
                    Layer h = x.dense(2, 0.1).erf().dense(2, 0.1);
                    return h.plus(h.relu().dense(2, 0.1)).gelu().dense(1).relu().dense(1, 0.2);
                }),
                InfiniteNetwork.of(x -> x.dense(2, 0.1).activate(Activation.TANH).dense(2).relu().dense(1)));
    }

    // --- two layers ---------------------------------------------------------------------------------------------------

    /** The two-layer network whose weights all have variance 1: {@code f = sqrt(1/n) Σ aᵢ relu(wᵢ·x)}, both layers trained. */
    private static InfiniteNetwork twoLayers(int features) {
        return InfiniteNetwork.of(x -> x.dense(features).relu().dense(1));
    }

    @Test
    void theTwoLayerKernelOfUnitVectorsIsOneAtAngleZeroAndZeroAtPi() {
        Tensor x = Tensor.of(new double[][]{{1, 0}, {-1, 0}, {0.6, 0.8}, {-0.6, -0.8}});
        Tensor k = twoLayers(2).kernels(x).ntk();
        for (int i = 0; i < 4; i++) {
            assertThat(k.get(i, i)).isCloseTo(1, within(4 * EPS));
            assertThat(k.get(i, i ^ 1)).isCloseTo(0, within(4 * EPS));
        }
    }

    @Test
    void theTwoLayerKernelHasItsClosedForm() {
        Tensor x = points(20, 3, 1);
        Tensor y = points(13, 3, 2);
        Tensor k = twoLayers(3).kernels(x, y).ntk();
        for (int i = 0; i < 20; i++) {
            for (int j = 0; j < 13; j++) {
                double product = x.get(i, 0) * y.get(j, 0) + x.get(i, 1) * y.get(j, 1) + x.get(i, 2) * y.get(j, 2);
                double norms = norm(x, i) * norm(y, j);
                double theta = Math.acos(product / norms);
                double expected = product * (Math.PI - theta) / (2 * Math.PI)
                        + norms * (Math.sin(theta) + (Math.PI - theta) * Math.cos(theta)) / (2 * Math.PI);
                // acos loses what sin θ lacks
                assertThat(k.get(i, j)).isCloseTo(expected, within(10 * EPS * norms / Math.sin(theta)));
            }
        }
    }

    private static double norm(Tensor x, int i) {
        return Math.sqrt(x.get(i, 0) * x.get(i, 0) + x.get(i, 1) * x.get(i, 1) + x.get(i, 2) * x.get(i, 2));
    }

    // --- depth --------------------------------------------------------------------------------------------------------

    /** NNGP and NTK of depth hidden ReLU layers without bias on two unit vectors, in 60 digits, from Cho and Saul's formulas. */
    private static BigDecimal[] reluReference(int depth, BigDecimal cosine, BigDecimal sine) {
        BigDecimal k = cosine;
        BigDecimal s = sine;
        BigDecimal tangent = cosine;
        for (int layer = 0; layer < depth; layer++) {
            BigDecimal theta = Decimals.angle(k, s);
            BigDecimal rest = Decimals.PI.subtract(theta);
            tangent = Decimals.divide(tangent.multiply(rest), Decimals.PI);
            k = Decimals.divide(s.add(rest.multiply(k)), Decimals.PI);
            s = Decimals.sineOf(k);
            tangent = tangent.add(k);
        }
        return new BigDecimal[]{k, tangent};
    }

    /** Angles so near 0 and π that their cosines are ±1 to the bit: the derivative's kernel is as accurate as everywhere. */
    @Test
    void followsAnglesNearZeroAndPiThroughManyLayers() {
        for (int depth : new int[]{1, 3, 20}) {
            InfiniteNetwork net = InfiniteNetwork.of(x -> {
                Layer h = x.dense(2);
                for (int i = 1; i < depth; i++) {
                    h = h.relu().dense(2);
                }
                return h.relu().dense(2);
            });
            for (double epsilon : new double[]{0, 1e-200, 1e-12, 1e-9, 1e-6, 1e-3, 0.1, 1}) {
                for (double sign : new double[]{1, -1}) {
                    Tensor x = Tensor.of(new double[][]{{1, 0}, {sign, epsilon}});
                    InfiniteKernels kernels = net.kernels(x);
                    BigDecimal length = Decimals.sqrt(BigDecimal.ONE.add(Decimals.of(epsilon).pow(2)));
                    BigDecimal cosine = Decimals.divide(Decimals.of(sign), length);
                    BigDecimal sine = Decimals.divide(Decimals.of(epsilon), length);
                    BigDecimal[] expected = reluReference(depth, cosine, sine);
                    double scale = length.doubleValue();
                    String what = "depth %d, epsilon %s, sign %s".formatted(depth, epsilon, sign);
                    assertThat(kernels.nngp().get(0, 1)).as(what)
                            .isCloseTo(scale * expected[0].doubleValue(), within(scale * depth * PER_LAYER));
                    assertThat(kernels.ntk().get(0, 1)).as(what)
                            .isCloseTo(scale * expected[1].doubleValue(),
                                    within(scale * (depth + 1) * depth * PER_LAYER));
                }
            }
        }
    }

    /** An odd activation keeps opposite inputs opposite, so later layers see angles near π. */
    @Test
    void followsAnglesThroughSmoothLayers() {
        for (UnaryOperator<Layer> smooth : List.<UnaryOperator<Layer>>of(Layer::erf, Layer::sin, h -> h.activate(
                Activation.TANH))) {
            InfiniteNetwork net = InfiniteNetwork.of(x -> smooth.apply(x.dense(2)).dense(1).relu().dense(1));
            Tensor at = Tensor.of(new double[][]{{1, 0}, {1, 1e-9}, {1, 3e-9}, {-1, 1e-9}});
            InfiniteKernels kernels = net.kernels(at);
            double whole = kernels.ntk().get(0, 0) - kernels.nngp().get(0, 0);
            // Θ − k = Θ' κ₀, κ₀ = 1/2 − θ/2π: its loss is proportional to the angle, and the angles to those of the inputs
            double first = whole - (kernels.ntk().get(0, 1) - kernels.nngp().get(0, 1));
            double second = whole - (kernels.ntk().get(0, 2) - kernels.nngp().get(0, 2));
            assertThat(first / whole).isBetween(1e-10, 1e-9);
            assertThat(second / first).isCloseTo(3, within(1e-5)); // differences of numbers near 1 that are 1e-9 apart
            double opposite = kernels.ntk().get(0, 3) - kernels.nngp().get(0, 3);
            assertThat(-opposite / first).isCloseTo(1, within(1e-5));
        }
    }

    /** Depth recursion on the sphere, written from the formulas with acos and asin, at angles where these are accurate. */
    @Test
    void depthRecursionsAgreeWithHandWrittenOnes() {
        Tensor x = points(12, 6, 3);
        double w = 1.7;
        double b = 0.3;
        for (int depth = 0; depth < 6; depth++) {
            InfiniteKernels relu = InfiniteNetwork.mlp(depth, DualActivation.relu(), w, b).kernels(x);
            InfiniteKernels erf = InfiniteNetwork.mlp(depth, DualActivation.erf(), w, b).kernels(x);
            for (int i = 0; i < 12; i++) {
                for (int j = 0; j < i; j++) {
                    double[] expected = handWritten(depth, w, b, x, i, j, true);
                    double size = relu.ntk().get(i, i) + relu.ntk().get(j, j);
                    // angles of some 20 degrees and more: acos amplifies rounding threefold, and each layer adds its own
                    assertThat(relu.nngp().get(i, j)).isCloseTo(expected[0],
                            within(4 * (depth + 1) * PER_LAYER * size));
                    assertThat(relu.ntk().get(i, j)).isCloseTo(expected[1], within(4 * (depth + 1) * PER_LAYER * size));
                    expected = handWritten(depth, w, b, x, i, j, false);
                    size = erf.ntk().get(i, i) + erf.ntk().get(j, j);
                    assertThat(erf.nngp().get(i, j)).isCloseTo(expected[0], within(4 * (depth + 1) * PER_LAYER * size));
                    assertThat(erf.ntk().get(i, j)).isCloseTo(expected[1], within(4 * (depth + 1) * PER_LAYER * size));
                }
            }
        }
    }

    private static double dot(Tensor x, int i, int j) {
        double sum = 0;
        for (int p = 0; p < x.shape().extent(1); p++) {
            sum += x.get(i, p) * x.get(j, p);
        }
        return sum / x.shape().extent(1);
    }

    private static double[] handWritten(int depth, double w, double b, Tensor x, int i, int j, boolean relu) {
        double k11 = w * dot(x, i, i) + b;
        double k22 = w * dot(x, j, j) + b;
        double k12 = w * dot(x, i, j) + b;
        double tangent = k12;
        for (int layer = 0; layer < depth; layer++) {
            double slope;
            if (relu) {
                double s = Math.sqrt(k11 * k22);
                double theta = Math.acos(k12 / s);
                k12 = s * (Math.sin(theta) + (Math.PI - theta) * Math.cos(theta)) / (2 * Math.PI);
                slope = (Math.PI - theta) / (2 * Math.PI);
                k11 /= 2;
                k22 /= 2;
            } else {
                slope = 4 / Math.PI / Math.sqrt((1 + 2 * k11) * (1 + 2 * k22) - 4 * k12 * k12);
                k12 = 2 / Math.PI * Math.asin(2 * k12 / Math.sqrt((1 + 2 * k11) * (1 + 2 * k22)));
                k11 = 2 / Math.PI * Math.asin(2 * k11 / (1 + 2 * k11));
                k22 = 2 / Math.PI * Math.asin(2 * k22 / (1 + 2 * k22));
            }
            k11 = w * k11 + b;
            k22 = w * k22 + b;
            k12 = w * k12 + b;
            tangent = w * slope * tangent + k12;
        }
        return new double[]{k12, tangent};
    }

    // --- skip connections ---------------------------------------------------------------------------------------------

    @Test
    void skipConnectionsAddKernels() {
        Tensor x = points(9, 4, 4);
        InfiniteKernels plain = InfiniteNetwork.of(z -> z.dense(2, 0.1)).kernels(x);
        InfiniteKernels branch = InfiniteNetwork.of(z -> z.dense(2, 0.1).relu().dense(0.7, 0.2)).kernels(x);
        InfiniteKernels both = InfiniteNetwork.of(z -> {
            Layer h = z.dense(2, 0.1);
            return h.plus(h.relu().dense(0.7, 0.2));
        }).kernels(x);
        assertSame(both.nngp(), plain.nngp().plus(branch.nngp()), PER_LAYER);
        assertSame(both.ntk(), plain.ntk().plus(branch.ntk()), PER_LAYER);
    }

    /** The two forms of h + h + f(h) + g(h), one with a layer that occurs on both sides of a sum. */
    @Test
    void layersThatOccurTwiceAddAsAmplitudes() {
        Tensor x = points(9, 4, 5);
        InfiniteKernels shared = InfiniteNetwork.of(z -> {
            Layer h = z.dense(2, 0.1);
            Layer left = h.plus(h.relu().dense(0.7, 0.2));
            Layer right = h.plus(h.erf().dense(0.5, 0.2));
            return left.plus(right).relu().dense(1);
        }).kernels(x);
        InfiniteKernels doubled = InfiniteNetwork.of(z -> {
            Layer h = z.dense(2, 0.1);
            return h.times(2).plus(h.relu().dense(0.7, 0.2)).plus(h.erf().dense(0.5, 0.2)).relu().dense(1);
        }).kernels(x);
        assertSame(shared.nngp(), doubled.nngp(), 2 * PER_LAYER);
        assertSame(shared.ntk(), doubled.ntk(), 2 * PER_LAYER);
    }

    /** Sums keep s − k and s + k accurate: a bias is the same as a branch of constant kernel. */
    @Test
    void sumsKeepSmallAngles() {
        Tensor x = Tensor.of(new double[][]{{1, 0}, {1, 1e-10}, {1 + 1e-10, 0}});
        InfiniteKernels split = InfiniteNetwork.of(z -> z.dense(1).plus(z.dense(0.5)).relu().dense(1)).kernels(x);
        InfiniteKernels whole = InfiniteNetwork.of(z -> z.dense(1.5).relu().dense(1)).kernels(x);
        assertSame(split.ntk(), whole.ntk(), PER_LAYER);
        // θ = 1e-10 costs κ₀ 1e-10/2π: visible only if the sum kept it
        double loss = split.ntk().get(0, 0) - split.ntk().get(0, 1);
        assertThat(loss).isCloseTo(0.75 * 1e-10 / (2 * Math.PI), within(8 * EPS));
    }

    @Test
    void refusesSumsItCannotTell() {
        assertThatThrownBy(() -> InfiniteNetwork.of(x -> {
            Layer h = x.dense(1);
            return h.plus(h.relu());
        })).isInstanceOf(CotangentException.class).hasMessageContaining("write the sum as one activation");
        assertThatThrownBy(() -> InfiniteNetwork.of(x -> x.dense(1).relu().plus(x.dense(1).relu()))).isInstanceOf(
                CotangentException.class).hasMessageContaining("correlated");
        assertThatThrownBy(() -> InfiniteNetwork.of(x -> x.plus(x.dense(1)).relu()))
                .isInstanceOf(CotangentException.class)
                .hasMessageContaining("put a dense layer between");
        assertThatThrownBy(() -> InfiniteNetwork.of(Layer::relu)).isInstanceOf(CotangentException.class);
        assertThatThrownBy(() -> InfiniteNetwork.of(x -> {
            Layer h = x.dense(1);
            return h.plus(h.times(-1));
        })).isInstanceOf(CotangentException.class).hasMessageContaining("cancel");
    }

    // --- what every kernel is ------------------------------------------------------------------------------------------

    @Test
    void kernelsAreSymmetricAndPositiveSemidefinite() {
        Tensor random = points(40, 5, 6);
        for (InfiniteNetwork net : zoo()) {
            InfiniteKernels kernels = net.kernels(random);
            for (Tensor k : List.of(kernels.nngp(), kernels.ntk())) {
                assertThat(k).isEqualTo(k.transpose());
                double[] values = Eigh.of(k).values().toDoubles();
                double smallest = Math.min(values[0], values[values.length - 1]);
                double largest = Math.max(values[0], values[values.length - 1]);
                assertThat(smallest).as(net.toString()).isGreaterThan(-40 * 10 * PER_LAYER * largest);
            }
        }
    }

    /** Zero, tiny, huge and repeated points, and blocks that do not fill tiles. */
    @Test
    void oneSetTwoSetsViewsAndDiagonalsAgree() {
        Tensor x = Tensor
                .of(new double[][]{{0, 0, 0}, {1, 2, 3}, {1, 2, 3}, {-2, -4, -6}, {1e-30, 0, 1e-30}, {1e20, 1e20,
                        0}, {1, 2, 3.0000000001}});
        for (InfiniteNetwork net : zoo()) {
            InfiniteKernels one = net.kernels(x);
            InfiniteKernels two = net.kernels(x, x.reshape(7, 3));
            double[] sizes = new double[7];
            for (int i = 0; i < 7; i++) {
                sizes[i] = Math.sqrt(one.ntk().get(i, i));
                for (int j = 0; j < 7; j++) {
                    assertThat(one.ntk().get(i, j)).isFinite();
                    assertThat(two.ntk().get(i, j)).isEqualTo(one.ntk().get(i, j));
                    assertThat(two.nngp().get(i, j)).isEqualTo(one.nngp().get(i, j));
                }
            }
            KernelFunction ntk = net.ntk();
            assertThat(ntk.block(x, x)).isEqualTo(one.ntk());
            assertThat(net.nngp().block(x, x)).isEqualTo(one.nngp());
            for (int i = 0; i < 7; i++) {
                assertThat(ntk.diagonal(x).get(i)).isCloseTo(one.ntk().get(i, i),
                        within(10 * PER_LAYER * sizes[i] * sizes[i]));
            }
            assertThat(one.ntk().get(1, 2)).isCloseTo(one.ntk().get(1, 1), within(PER_LAYER * sizes[1] * sizes[1]));
        }
    }

    @Test
    void tilesAndChunksMeetWithoutASeam() {
        Tensor x = points(2100, 2, 7);
        InfiniteNetwork net = InfiniteNetwork.mlp(1, DualActivation.relu(), 2, 0.1);
        Tensor whole = net.kernels(x).ntk();
        int[] chosen = {0, 63, 64, 1023, 1024, 1025, 2047, 2048, 2099};
        double[][] some = new double[chosen.length][2];
        for (int i = 0; i < chosen.length; i++) {
            some[i] = new double[]{x.get(chosen[i], 0), x.get(chosen[i], 1)};
        }
        Tensor part = net.kernels(Tensor.of(some)).ntk();
        for (int i = 0; i < chosen.length; i++) {
            for (int j = 0; j < chosen.length; j++) {
                double size = Math.sqrt(part.get(i, i) * part.get(j, j));
                assertThat(whole.get(chosen[i], chosen[j])).isCloseTo(part.get(i, j), within(2 * PER_LAYER * size));
            }
        }
    }

    /** Inner products of float32 points are off by (features + 2)·2^-24 of the norms; an angle loses up to 1/sin θ of that. */
    @Test
    void float32FollowsFloat64() {
        Tensor x = points(30, 8, 8).cast(DType.F32);
        for (InfiniteNetwork net : zoo()) {
            InfiniteKernels single = net.kernels(x);
            InfiniteKernels reference = net.kernels(x.cast(DType.F64));
            assertThat(single.ntk().dtype()).isEqualTo(DType.F32);
            assertSame(single.nngp().cast(DType.F64), reference.nngp(), 10 * 0x1p-24 * 6);
            assertSame(single.ntk().cast(DType.F64), reference.ntk(), 10 * 0x1p-24 * 6 * 4);
        }
    }

    @Test
    void emptySetsHaveEmptyKernels() {
        InfiniteKernels kernels = InfiniteNetwork.mlp(1, DualActivation.relu(), 2, 0)
                .kernels(Tensor.zeros(DType.F64, 0, 3),
                        points(4, 3, 1));
        assertThat(kernels.ntk().shape()).isEqualTo(Shape.of(0, 4));
    }

    @Test
    void refusesBadInputs() {
        InfiniteNetwork net = InfiniteNetwork.mlp(1, DualActivation.relu(), 2, 0);
        Tensor x = points(4, 3, 1);
        assertThatThrownBy(() -> net.kernels(points(4, 2, 1), x)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> net.kernels(x.cast(DType.F32), x)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> net.kernels(Tensor.of(1.0, 2.0))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> net.kernels(Tensor.of(new double[][]{{1, Double.NaN}}))).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("input 0");
        assertThatThrownBy(() -> net.kernels(Tensor.of(new double[][]{{1e200, 1}})))
                .isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> InfiniteNetwork.of(z -> z.dense(-1))).isInstanceOf(CotangentException.class);
        assertThatThrownBy(() -> InfiniteNetwork.of(z -> z.dense(1, Double.NaN)))
                .isInstanceOf(CotangentException.class);
        assertThatThrownBy(() -> net.parameterization(Parameterization.STANDARD)).isInstanceOf(CotangentException.class)
                .hasMessageContaining("dense(width");
        assertThatThrownBy(
                () -> InfiniteNetwork.of(z -> z.dense(1).relu()).parameterization(Parameterization.MEAN_FIELD))
                .isInstanceOf(CotangentException.class);
    }

    private static void assertSame(Tensor actual, Tensor expected, double relative) {
        double largest = expected.abs().max().item();
        assertThat(actual.minus(expected).abs().max().item()).isLessThanOrEqualTo(relative * largest);
    }
}
