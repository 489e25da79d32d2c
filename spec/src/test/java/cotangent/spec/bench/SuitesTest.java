package cotangent.spec.bench;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.examples.command.CommandProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That what the suites are made of runs, however slowly. */
class SuitesTest {

    private final List<String> notes = new ArrayList<>();
    private final Settings shortest = new Settings(1, 1, 1, "no-such-python", notes::add);

    /** Other builds on the same machine may benchmark at the same time. */
    @BeforeAll
    static void shareTheMachine() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void theCommandLineFindsTheCommands() {
        assertThat(ServiceLoader.load(CommandProvider.class)
                .stream()
                .map(ServiceLoader.Provider::get)
                .flatMap(
                        provider -> provider.commands().stream()))
                .hasAtLeastOneElementOfType(BenchCommand.class);
    }

    @Test
    void noTwoCasesOfASuiteHaveOneName() {
        for (Suite suite : List.of(GemmSuite.create(), ElementwiseSuite.create(), ProductSuite.create(), ScalingSuite
                .create(), NtkSuite.create())) {
            assertThat(suite.cases().stream().map(Case::name)).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32 3x4x5", "f64 15x64x192"})
    void aShapeIsReadAsItIsWritten(String text) {
        assertThat(GemmShape.parse(text)).hasToString(text);
        assertThat(GemmShape.parse("f32 3x4x5")).isEqualTo(new GemmShape(DType.F32, 3, 5, 4));
    }

    @Test
    void ourProductIsTheProduct() {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            GemmShape shape = new GemmShape(dtype, 7, 5, 9);
            double[] a = Operands.random(63, 1);
            double[] b = Operands.random(45, 2);
            GemmRoutine.Product product = new CotangentGemm().prepare(shape, a, b, 1);
            product.run();
            double[] c = product.result();
            Operands.requireProduct(shape, a, b, c);
            c[34] += 1e-3;
            Assertions.assertThatIllegalStateException().isThrownBy(() -> Operands.requireProduct(shape, a, b, c));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"eigh 100x100", "qr 10000x60", "cholesky 30x30"})
    void aDecompositionsTextSaysWhatItIs(String text) {
        Decomposition work = Decomposition.parse(text);
        assertThat(work).hasToString(text);
        assertThat(Decomposition.parse("eigvalsh 20x20").title()).isEqualTo("eigvalsh n=20");
        assertThat(work.small().n()).isLessThanOrEqualTo(work.n());
    }

    @ParameterizedTest
    @EnumSource
    void ourDecompositionsAreWhatTheyClaim(Decomposition.Kind kind) {
        boolean square = kind != Decomposition.Kind.QR && kind != Decomposition.Kind.SVD;
        Decomposition work = new Decomposition(kind, square ? 12 : 30, 12);
        double[] a = work.matrix();
        DecompositionRoutine.Call call = new CotangentDecompositions().prepare(work, a.clone(), 1);
        call.run();
        double[] result = call.result();
        work.require(a, result);
        result[0] *= 1 + 1e-6;
        Assertions.assertThatIllegalStateException().isThrownBy(() -> work.require(a, result));
    }

    @Test
    void theSuiteOfDecompositionsHasEveryCase() {
        assertThat(LinalgSuite.create().cases()).hasSize(19)
                .extracting(Case::name)
                .contains("eigh n=2000",
                        "svd 100000x30", "cholesky n=1000", "eigenpairs 6 of n=2000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"svd", "svd-same", "top"})
    void leadingPairsAreComputed(String work) {
        LinalgBenchmark benchmark = new LinalgBenchmark();
        benchmark.work = work;
        benchmark.n = 60;
        benchmark.warmUpMillis = 1;
        benchmark.prepare();
        assertThat(benchmark.compute().toString()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"whole", "traced"})
    void kernelsAreWrittenOut(String work) {
        NtkBenchmark benchmark = new NtkBenchmark();
        benchmark.work = work;
        benchmark.warmUpMillis = 1;
        benchmark.prepare();
        assertThat(((Tensor) benchmark.compute()).shape().extent(0)).isEqualTo(work.equals("whole") ? 32 : 8);
    }

    /** The last product, dx·W of the last layer, is [samples, outputs]. */
    @Test
    void theProductsOfALayerAreMultiplied() {
        NtkBenchmark benchmark = new NtkBenchmark();
        benchmark.work = "layers";
        benchmark.widths = "3-5-2";
        benchmark.samples = 4;
        benchmark.warmUpMillis = 1;
        benchmark.prepare();
        float[] result = (float[]) benchmark.compute();
        assertThat(result).hasSizeGreaterThanOrEqualTo(4 * 5).doesNotContain(Float.NaN);
        assertThat(result[4 * 2 - 1]).isNotZero();
    }

    @Test
    void whatStartsFromTheShellNeedsTheLauncher() {
        Case shell = NtkSuite.create()
                .cases()
                .stream()
                .filter(each -> each.name().endsWith("shell"))
                .findFirst()
                .orElseThrow();
        Assertions.assertThatExceptionOfType(CotangentException.class)
                .isThrownBy(() -> shell.run(shortest))
                .withMessageContaining("run it by ./cotangent bench");
    }

    @Test
    void withoutNeuralTangentsItsFigureIsTold() {
        Case first = NtkSuite.create()
                .cases()
                .stream()
                .filter(each -> each.name().contains("49-32-32-10 f64 N=200 traced"))
                .findFirst()
                .orElseThrow();
        assertThat(first.run(shortest)).singleElement().matches(row -> row.outcome() == Row.Outcome.NO_PEER);
        assertThat(notes).anyMatch(note -> note.contains("neural-tangents took 3.6 ms"));
    }

    @Test
    void jmhRunsABenchmarkInAnotherJvm() {
        Timing timing = Jmh.run(PeakBenchmark.class, Map.of("dtype", "f64"), 1, shortest);
        assertThat(timing.lowerQuartile()).isPositive();
    }

    @Test
    void aBenchmarkThatFailsSaysWhy() {
        Assertions.assertThatExceptionOfType(CotangentException.class)
                .isThrownBy(() -> Jmh.run(GemmBenchmark.class, Map.of(
                        "routine", "nobody's"), 1, shortest))
                .withMessageContaining("no matrix product named \"nobody's\"");
    }

    @Test
    void aPeerWhosePythonIsMissingIsAbsent() {
        assertThat(PythonPeer.run("elementwise_numpy.py", List.of("tanh", "f64", "8"), shortest)).isNull();
        assertThat(notes).singleElement().asString().contains("elementwise_numpy.py", "no-such-python");
    }

    @Test
    void aSideThatFailsIsLeftOutUnlessItIsOurs() {
        Side ours = new Side(Side.OURS, new Timing(1));
        Map<String, Side> sides = new Rounds("case", new Settings(1, 2, 1, "", notes::add)).with(Side.OURS, () -> ours)
                .with(
                        "broken", () -> {
                            throw new CotangentException("is broken");
                        })
                .with("absent", () -> null)
                .run();
        assertThat(sides).containsOnlyKeys(Side.OURS);
        assertThat(notes).filteredOn(note -> note.contains("broken"))
                .containsExactly("case: broken", "no broken: is broken");
        Assertions.assertThatExceptionOfType(CotangentException.class)
                .isThrownBy(() -> new Rounds("case", shortest).with(
                        Side.OURS, () -> {
                            throw new CotangentException("ours");
                        }).run())
                .withMessage("ours");
    }
}
