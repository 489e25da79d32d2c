package cotangent.linalg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SupportVectorTest {
    private static final KernelFunction RBF = StationaryKernel.rbf(1.2);
    /** LIBSVM keeps its kernel in float32, whose rounding moves its solutions by some u₃₂ of sums of twenty coefficients up to C. */
    private static final double REFERENCE = 20 * 10 * 0x1p-24;

    /** Points at −1 and 1: w = 1, b = 0, both coefficients ½, and the margin's dual value ½. */
    @Test
    void twoPointsHaveTheMarginBetweenThem() {
        SupportVectorMachine machine = SupportVectorClassifier.c(10)
                .fit(PolynomialKernel.linear(), Tensor.of(
                        new double[][]{{-1}, {1}}), Tensor.of(3, 7));
        SupportVectorMachine.Pair pair = machine.pairs().getFirst();
        assertThat(pair.support()).containsExactly(0, 1);
        assertThat(pair.coefficients()).containsExactly(-0.5, 0.5);
        assertThat(pair.bias()).isZero();
        assertThat(pair.dual()).isEqualTo(0.5);
        assertThat(pair.dualityGap()).isZero();
        assertThat(machine.predict(Tensor.of(new double[][]{{-0.2}, {5}})).toInts()).containsExactly(3, 7);
    }

    /** The exclusive or under (x·x' + 1)²: all coefficients ⅛, w = −x₁x₂/√2 in its features, bias 0 (V. Cherkassky and F. Mulier, 1998). */
    @Test
    void theExclusiveOrHasItsKnownSolution() {
        Tensor x = Tensor.of(new double[][]{{-1, -1}, {-1, 1}, {1, -1}, {1, 1}});
        SupportVectorMachine machine = SupportVectorClassifier.c(100)
                .tolerance(1e-12)
                .fit(PolynomialKernel.degree(2), x, Tensor.of(0, 1, 1, 0));
        SupportVectorMachine.Pair pair = machine.pairs().getFirst();
        for (int i = 0; i < 4; i++) {
            assertThat(Math.abs(pair.coefficients()[i])).isCloseTo(0.125, within(1e-12));
        }
        assertThat(pair.bias()).isCloseTo(0, within(1e-12));
        assertThat(machine.decisionFunction(Tensor.of(new double[][]{{0.5, -0.5}})).get(0)).isCloseTo(0.25, within(
                1e-12));
    }

    /** SVC(C, gamma=0.5/1.2², tol=1e-12) of LIBSVM; there the smaller label of a pair is the positive one. */
    @Test
    void agreesWithLibsvm() {
        double[][] intercepts = {{-0.351695774212231, 0.06006558842625, 0.273061154464128},
                {-0.486246560148881, 0.084691718488135, 0.347449581570794}};
        double[][][] decisions = {{{-1.082593065497673, 0.337188352839426, 0.814359307810221},
                {-0.835631229416089, -1.125507292078269, -1.204445941805307}},
                {{-0.703491353995048, 0.322198670596221, 2.548049914881158},
                        {-1.163429531562051, -1.142855663249263, -1.733580889099001}}};
        int[] supports = {45, 33};
        for (int t = 0; t < 2; t++) {
            SupportVectorMachine machine = SupportVectorClassifier.c(t == 0 ? 1 : 10)
                    .tolerance(1e-10)
                    .fit(RBF, Samples
                            .inputs(), Samples.labels());
            assertThat(machine.converged()).isTrue();
            assertThat(machine.supportIndices()).hasSize(supports[t]);
            Tensor values = machine.decisionFunction(Samples.others());
            for (int p = 0; p < 3; p++) {
                assertThat(-machine.pairs().get(p).bias()).isCloseTo(intercepts[t][p], within(REFERENCE));
                for (int i = 0; i < 2; i++) {
                    assertThat(-values.get(i, p)).isCloseTo(decisions[t][i][p], within(REFERENCE));
                }
            }
            assertThat(machine.predict(Samples.others()).toInts()).containsExactly(1, 2);
        }
        assertThat(SupportVectorClassifier.c(10)
                .tolerance(1e-10)
                .fit(RBF, Samples.inputs(), Samples.labels())
                .pairs()
                .get(1)
                .dual()).isCloseTo(5.109328561796402, within(10 * REFERENCE));
    }

    /** From scratch, with nothing of the solver's: box, equality, complementary slackness, and weak duality. */
    @Test
    void theOptimalityConditionsHold() {
        double c = 2;
        double tolerance = 1e-6;
        Tensor x = Samples.normal(DType.F64, 5, 220, 3);
        int[] labels = IntStream.range(0, 220)
                .map(i -> x.get(i, 0) + 0.7 * Math.sin(9.0 * i) > x.get(i, 1) * x.get(i,
                        2) ? 5 : -2)
                .toArray();
        SupportVectorMachine machine = SupportVectorClassifier.c(c).tolerance(tolerance).fit(RBF, x, Tensor.of(labels));
        SupportVectorMachine.Pair pair = machine.pairs().getFirst();
        double[] f = machine.decisionFunction(x).toDoubles();
        double[] coefficient = new double[220];
        double balance = 0;
        for (int s = 0; s < pair.support().length; s++) {
            coefficient[pair.support()[s]] = pair.coefficients()[s];
            balance += pair.coefficients()[s];
        }
        // steps are added to one variable and taken from the other, each rounding of size C·u
        assertThat(balance).isCloseTo(0, within(pair.iterations() * c * 0x1p-52));
        double rounding = 220 * c * 0x1p-50;
        for (int i = 0; i < 220; i++) {
            int y = labels[i] == 5 ? 1 : -1;
            double alpha = Math.abs(coefficient[i]);
            assertThat(y * coefficient[i]).isGreaterThanOrEqualTo(-0.0);
            assertThat(alpha).isBetween(0.0, c);
            double margin = y * f[i];
            if (alpha < c) {
                assertThat(margin).isGreaterThanOrEqualTo(1 - tolerance - rounding);
            }
            if (alpha > 0) {
                assertThat(margin).isLessThanOrEqualTo(1 + tolerance + rounding);
            }
        }
        assertThat(pair.violation()).isLessThanOrEqualTo(tolerance);
        // each sample adds at most C·tolerance to the gap; rounding of sums of 220 terms
        assertThat(pair.dualityGap()).isBetween(-220 * rounding, 220 * c * tolerance + 220 * rounding);
    }

    /** Rows made when needed, two of which fit, give what the whole matrix gives; so does a matrix given. */
    @Test
    void theCacheAndAGivenMatrixChangeNothing() {
        Tensor x = Samples.inputs();
        SupportVectorClassifier classifier = SupportVectorClassifier.c(1).tolerance(1e-9);
        SupportVectorMachine whole = classifier.fit(RBF, x, Samples.labels());
        SupportVectorMachine cached = classifier.memoryBudget(2000).fit(RBF, x, Samples.labels());
        SupportVectorMachine given = classifier.fit(KernelOperator.of(RBF, x), Samples.labels());
        LinearOperator cross = KernelOperator.cross(RBF, Samples.others(), x);
        double[] expected = whole.decisionFunction(Samples.others()).toDoubles();
        double[] fromCache = cached.decisionFunction(Samples.others()).toDoubles();
        double[] fromMatrix = given.decisionFunction(cross).toDoubles();
        for (int i = 0; i < expected.length; i++) {
            // two solutions, each optimal to 1e-9, differ by its root at most where the problem is strongly convex by order 1
            assertThat(fromCache[i]).isCloseTo(expected[i], within(1e-6));
            assertThat(fromMatrix[i]).isCloseTo(expected[i], within(1e-6));
        }
        assertThat(given.predict(cross)).isEqualTo(whole.predict(Samples.others()));
    }

    @Test
    void float32KernelsWork() {
        SupportVectorMachine machine = SupportVectorClassifier.c(1)
                .fit(RBF, Samples.inputs().cast(DType.F32), Samples
                        .labels());
        assertThat(machine.converged()).isTrue();
        assertThat(machine.decisionFunction(Samples.others().cast(DType.F32)).dtype()).isEqualTo(DType.F32);
    }

    /** A kernel with negative eigenvalues has no convex dual; the method still ends, within the box. */
    @Test
    void anIndefiniteKernelEnds() {
        Tensor k = Samples.normal(DType.F64, 8, 40, 40);
        LinearOperator indefinite = LinearOperator.of(k.plus(k.transpose()));
        int[] labels = IntStream.range(0, 40).map(i -> i % 2).toArray();
        SupportVectorMachine machine = SupportVectorClassifier.c(1)
                .maxIterations(100_000)
                .fit(indefinite, Tensor.of(
                        labels));
        for (double coefficient : machine.pairs().getFirst().coefficients()) {
            assertThat(Math.abs(coefficient)).isBetween(0.0, 1.0);
        }
    }

    @Test
    void whatDidNotConvergeSaysSo() {
        SupportVectorMachine machine = SupportVectorClassifier.c(100)
                .tolerance(1e-9)
                .maxIterations(3)
                .fit(RBF, Samples.inputs(), Samples.labels());
        assertThat(machine.converged()).isFalse();
        for (SupportVectorMachine.Pair pair : machine.pairs()) {
            assertThat(pair.iterations()).isEqualTo(3);
            assertThat(pair.violation()).isGreaterThan(1e-9);
            assertThat(pair.dualityGap()).isPositive();
        }
    }

    @Test
    void badInputIsRefused() {
        Tensor x = Samples.inputs();
        SupportVectorClassifier classifier = SupportVectorClassifier.c(1);
        List<Tensor> wrong = List.of(Samples.targets(), Tensor.of(1, 2, 3));
        for (Tensor labels : wrong) {
            assertThatThrownBy(() -> classifier.fit(RBF, x, labels)).isInstanceOf(ShapeException.class);
        }
        int[] same = new int[60];
        Arrays.fill(same, 4);
        assertThatThrownBy(() -> classifier.fit(RBF, x, Tensor.of(same))).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("only label 4");
        assertThatThrownBy(() -> SupportVectorClassifier.c(-1)).isInstanceOf(InvalidDataException.class);
        SupportVectorMachine given = classifier.fit(KernelOperator.of(RBF, x), Samples.labels());
        assertThatThrownBy(() -> given.predict(x)).isInstanceOf(ShapeException.class);
    }
}
