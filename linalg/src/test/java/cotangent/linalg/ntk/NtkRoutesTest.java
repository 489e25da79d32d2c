package cotangent.linalg.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.operator.AdjointTest;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.tangent.Models;
import cotangent.linalg.tangent.Models.Model;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NtkRoutesTest {
    static Stream<Model> separable() {
        return Models.separable();
    }

    static Stream<Model> all() {
        return Stream.concat(Models.separable(), Models.mixing());
    }

    private static EmpiricalNtk ntk(Model model) {
        return EmpiricalNtk.of(model.function(), model.parameters(), model.x()).sampleAxes(model.axis());
    }

    /**
     * Rows of J in float64 throughout, on the model's own numbers: what every route is compared with. The same entries as the
     * kernel of the model in float32 up to its roundings: each gradient is the result of under 300 of them.
     */
    private static Tensor rows(Model model) {
        EmpiricalNtk exact = EmpiricalNtk.of(model.function(), wide(model.parameters()), wide(model.x()));
        return Gram.of(exact.jacobian());
    }

    private static Tree wide(Tree tree) {
        return tree.structure().build(tree.leaves().stream().map(leaf -> leaf.cast(DType.F64)).toList());
    }

    private static void requireClose(Tensor actual, Tensor expected, String what) {
        double eps = actual.dtype() == DType.F32 ? 0x1p-24 : 0x1p-53;
        double size = Math.max(1, expected.abs().max().item());
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.cast(DType.F64).minus(expected).abs().max().item()).as(what)
                .isLessThanOrEqualTo(600 * eps
                        * size);
    }

    @ParameterizedTest
    @MethodSource("separable")
    void allRoutesGiveTheSameKernel(Model model) {
        Tensor expected = rows(model);
        for (Route route : Route.values()) {
            requireClose(ntk(model).toDense(route), expected, model + " " + route);
            requireClose(ntk(model).memory(1).toDense(route), expected, model + " " + route + " in no memory");
        }
    }

    private static int[] otherAxes(Model model) {
        int rank = ntk(model).output().leaves().getFirst().rank();
        return java.util.stream.IntStream.range(0, rank).filter(axis -> axis != model.axis()).toArray();
    }

    @ParameterizedTest
    @MethodSource("all")
    void reducedKernelsAreThatOfTheWholeOne(Model model) {
        if (ntk(model).output().leaves().size() > 1) {
            assertThatThrownBy(() -> ntk(model).traceAxes(1).rows()).isInstanceOf(ShapeException.class)
                    .hasMessageContaining("one output tensor");
            return;
        }
        Tensor whole = rows(model);
        Shape output = ntk(model).output().leaves().getFirst().shape();
        for (int axis : otherAxes(model)) {
            requireReduced(model, ntk(model).traceAxes(axis), traced(whole, output, axis));
            requireReduced(model, ntk(model).diagonalAxes(axis - output.rank()), diagonal(whole, output, axis));
        }
    }

    private static void requireReduced(Model model, EmpiricalNtk reduced, Tensor expected) {
        for (Route route : Route.values()) {
            if (route != Route.STRUCTURED || Models.separable()
                    .anyMatch(other -> other.toString()
                            .equals(model
                                    .toString()))) {
                requireClose(reduced.toDense(route), expected, reduced + " " + route);
            }
        }
        LinearOperator square = reduced.jacobian().times(reduced.jacobian().adjoint());
        requireClose(square.toDense(), expected, reduced + " from its Jacobian");
        assertThat(AdjointTest.of(reduced.jacobian(), 1)).matches(AdjointTest::passed);
        assertThat(reduced.symmetric() && reduced.positiveSemidefinite()).isTrue();
    }

    /** The mean over an axis of the blocks on the diagonal, by index. */
    private static Tensor traced(Tensor whole, Shape output, int axis) {
        int extent = output.extent(axis);
        int after = output.strides()[axis];
        int rows = output.size() / extent;
        double[] sums = new double[rows * rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                for (int a = 0; a < extent; a++) {
                    sums[i * rows + j] += whole.get((i / after * extent + a) * after + i % after, (j / after * extent
                            + a) * after + j % after) / extent;
                }
            }
        }
        return Tensor.wrap(Shape.of(rows, rows), sums);
    }

    private static Tensor diagonal(Tensor whole, Shape output, int axis) {
        int n = output.size();
        int stride = output.strides()[axis];
        double[] entries = whole.toDoubles();
        for (int i = 0; i < n * n; i++) {
            if (i / n / stride % output.extent(axis) != i % n / stride % output.extent(axis)) {
                entries[i] = 0;
            }
        }
        return Tensor.wrap(Shape.of(n, n), entries);
    }

    @ParameterizedTest
    @MethodSource("all")
    void crossKernelsAreBlocksOfTheKernelOfBoth(Model model) {
        EmpiricalNtk ntk = ntk(model);
        CrossNtk cross = ntk.between(model.other());
        LinearOperator left = EmpiricalNtk.of(model.function(), wide(model.parameters()), wide(model.x())).jacobian();
        LinearOperator right = EmpiricalNtk.of(model.function(), wide(model.parameters()), wide(model.other()))
                .jacobian();
        Tensor expected = left.toDense().matmul(right.toDense().transpose());
        for (Route route : List.of(Route.AUTOMATIC, Route.MATRIX_FREE, Route.JACOBIAN)) {
            requireClose(cross.toDense(route), expected, model + " " + route);
            requireClose(ntk.memory(1).between(model.other()).toDense(route), expected, model + " " + route);
        }
        assertThat(AdjointTest.of(cross, 1)).matches(AdjointTest::passed);
        requireClose(ntk.between(model.x()).toDense(), rows(model), "with itself");
    }

    @ParameterizedTest
    @MethodSource("all")
    void partsOfParametersAddUp(Model model) {
        EmpiricalNtk ntk = ntk(model);
        List<ParameterShare> shares = ntk.parameterShares();
        Tensor expected = rows(model);
        double trace = 0;
        double norm = 0;
        Tensor sum = Tensor.zeros(expected.dtype(), expected.shape().toArray());
        for (ParameterShare share : shares) {
            trace += share.ofTrace();
            norm += share.ofNorm();
            assertThat(share.ofNorm()).isGreaterThanOrEqualTo(-1e-6);
            sum = sum.plus(ntk.parameters(share.name()).toDense().cast(DType.F64));
        }
        double eps = model.dtype() == DType.F32 ? 0x1p-24 : 0x1p-53;
        assertThat(trace).isCloseTo(1, within(600 * eps));
        assertThat(norm).isCloseTo(1, within(600 * eps * shares.size()));
        assertThat(sum.minus(expected).abs().max().item()).isLessThanOrEqualTo(600 * eps * shares.size() * Math.max(1,
                expected.abs().max().item()));
        assertThat(shares.stream().map(ParameterShare::name)).isEqualTo(((Params) model.parameters()).names());
    }

    @ParameterizedTest
    @MethodSource("all")
    void threadsDoNotChangeTheBits(Model model) throws Exception {
        for (Route route : List.of(Route.AUTOMATIC, Route.JACOBIAN)) {
            Tensor one = Workers.withLimit(1, () -> ntk(model).toDense(route));
            assertThat(Workers.withLimit(2, () -> ntk(model).toDense(route))).isEqualTo(one);
        }
    }

    @Test
    void axesAreZippedAsInNeuralTangents() {
        Fn net = Fn.of("net", (p, x) -> x.matmul(p.get("W")).tanh().reshape(-1, 2, 3));
        Params params = Params.of("W", normal(1, 4, 6));
        EmpiricalNtk ntk = EmpiricalNtk.of(net, params, normal(2, 5, 4));
        Tensor whole = ntk.toDense();
        assertThat(ntk.toTensor().shape()).isEqualTo(Shape.of(5, 5, 2, 2, 3, 3));
        assertThat(ntk.toTensor().get(4, 1, 1, 0, 2, 0)).isEqualTo(whole.get(4 * 6 + 5, 6));
        assertThat(ntk.diagonalAxes(1).toTensor().shape()).isEqualTo(Shape.of(5, 5, 2, 3, 3));
        assertThat(ntk.diagonalAxes(1).toTensor().get(4, 1, 1, 2, 0)).isCloseTo(whole.get(4 * 6 + 5, 6 + 3), within(
                1e-14));
        assertThat(ntk.diagonalAxes(-1).traceAxes(-2).toTensor().shape()).isEqualTo(Shape.of(5, 5, 3));
        assertThat(ntk.traceAxes(1, 2).toTensor().shape()).isEqualTo(Shape.of(5, 5));
        assertThat(ntk.between(normal(3, 2, 4)).toTensor().shape()).isEqualTo(Shape.of(5, 2, 2, 2, 3, 3));
        assertThat(ntk.diagonalAxes(2).between(normal(3, 2, 4)).toTensor().shape()).isEqualTo(Shape.of(5, 2, 2, 2, 3));
    }

    private static Tensor normal(long seed, int m, int n) {
        return new ProbeStream(Probes.GAUSSIAN, seed, 5).block(DType.F64, m, 0, n).times(0.4);
    }

    @Test
    void theSamplesMayBeAveragedOverButNotByTheStructuredRoute() {
        Fn net = Fn.of("net", (p, x) -> x.matmul(p.get("W")).tanh());
        EmpiricalNtk ntk = EmpiricalNtk.of(net, Params.of("W", normal(1, 4, 6)), normal(2, 5, 4)).traceAxes(0);
        Tensor whole = ntk.traceAxes().toDense();
        requireClose(ntk.toDense(), traced(whole, Shape.of(5, 6), 0), "mean over samples");
        assertThatThrownBy(() -> ntk.toDense(Route.STRUCTURED)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("the axis of the samples")
                .hasMessageContaining("Route.JACOBIAN");
    }

    @Test
    void whatMixesSamplesSaysSo() {
        Model model = Models.mixing().findFirst().orElseThrow();
        assertThatThrownBy(() -> ntk(model).toDense(Route.STRUCTURED)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("depends on another sample");
        requireClose(ntk(model).toDense(), rows(model), "by rows");
    }

    @Test
    void atOtherParametersWhatWasCompiledServesAgain() {
        Model model = Models.mlp();
        Tree other = model.parameters()
                .structure()
                .build(model.parameters()
                        .leaves()
                        .stream()
                        .map(leaf -> leaf.times(
                                1.5))
                        .toList());
        requireClose(ntk(model).at(other).toDense(), rows(new Model(model.function(), other, model.x(), model.other(),
                0)), "moved");
    }

    @Test
    void samplesOfTimeMajorSequencesAreFoundWithoutBeingTold() {
        List<Model> timeMajor = Models.separable().filter(model -> model.axis() == 1).toList();
        assertThat(timeMajor).isNotEmpty();
        for (Model model : timeMajor) {
            EmpiricalNtk untold = EmpiricalNtk.of(model.function(), model.parameters(), model.x());
            requireClose(untold.toDense(Route.STRUCTURED), rows(model), "untold");
        }
    }

    @Test
    void networksInNtkParameterisationHaveTheStructuredRoute() {
        Mlp mlp = Nn.mlp(4, 6, 3).ntk(1.5, 0.3);
        EmpiricalNtk ntk = EmpiricalNtk.of(mlp.fn(), mlp.init(Key.of(0)), normal(1, 5, 4));
        Tensor expected = ntk.toDense(Route.JACOBIAN);
        Tensor found = ntk.toDense(Route.STRUCTURED);
        double most = expected.abs().max().item();
        assertThat(found.minus(expected).abs().max().item()).isLessThan(1e3 * 0x1p-53 * most);
    }

    @Test
    void wrongRequestsAreRefused() {
        EmpiricalNtk ntk = ntk(Models.mlp());
        assertThatThrownBy(() -> ntk.traceAxes(2).rows()).isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "traceAxes");
        assertThatThrownBy(() -> ntk.traceAxes(1).diagonalAxes(-1).rows()).isInstanceOf(ShapeException.class)
                .hasMessageContaining("must differ");
        assertThatThrownBy(() -> ntk.parameters("W1", "W9").rows()).isInstanceOf(ShapeException.class)
                .hasMessageContaining("W9");
        assertThatThrownBy(() -> ntk.sampleAxes(0, 0).toDense()).isInstanceOf(ShapeException.class)
                .hasMessageContaining("expected one for each of 1 inputs");
        assertThatThrownBy(() -> ntk.memory(0)).isInstanceOf(ShapeException.class);
        Fn bare = Fn.of("bare", (Expr w, Expr x) -> x.matmul(w));
        EmpiricalNtk unnamed = EmpiricalNtk.of(bare, normal(1, 4, 2), normal(2, 3, 4));
        assertThatThrownBy(unnamed::parameterShares).isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "named parameters");
        assertThatThrownBy(() -> unnamed.traceAxes(1).between(normal(2, 3, 5)).toDense()).isInstanceOf(
                ShapeException.class);
        Tensor infinite = Tensor.full(Shape.of(4, 2), Double.POSITIVE_INFINITY, DType.F64);
        assertThatThrownBy(() -> EmpiricalNtk.of(Fn.of("square", (Expr w, Expr x) -> x.matmul(w.square())), infinite,
                normal(2, 3, 4)).toDense()).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("NaN or infinity");
    }

    @Test
    void itPrintsWhatItIsOver() {
        EmpiricalNtk ntk = ntk(Models.mlp());
        assertThat(ntk.traceAxes(-1).parameters("W1", "b1").toString()).contains(
                "EmpiricalNtk of mlp, traced over axes [-1], parameters [W1, b1], ");
        assertThat(ntk.between(Models.mlp().other()).toString()).isEqualTo(
                "CrossNtk of mlp, outputs f64[7, 3] against f64[5, 3]");
        assertThat(ntk.parameterShares().getFirst().toString()).startsWith("W1: trace ");
    }
}
