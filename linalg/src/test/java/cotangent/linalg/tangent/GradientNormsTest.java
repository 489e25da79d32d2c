package cotangent.linalg.tangent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.dsl.autodiff.SampleUse;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.operator.JacobianOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.tangent.Models.Model;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class GradientNormsTest {
    private static final int N = 3;

    private static SampleFactors factors(Model model) {
        int[] axes = {Fn.UNMAPPED, model.axis()};
        return SampleFactorProgram
                .of(model.function(), axes, Models.inputs(model).stream().map(Tree::structure).toList())
                .program()
                .orElseThrow()
                .at(model.parameters(), model.x());
    }

    /** The squared norms by parameter from the whole Jacobian in float64, by forward mode, one parameter at a time. */
    private static double[][] explicit(Model model) {
        Model wide = model.as(DType.F64);
        int[] sizes = sizes(model);
        Tensor jacobian = JacobianOperator.of(wide.function().linearize(wide.parameters(), wide.x()))
                .matmat(Tensor.eye(
                        Arrays.stream(sizes).sum(), DType.F64));
        int rows = jacobian.shape().extent(0);
        double[][] squares = new double[sizes.length][rows];
        int column = 0;
        for (int leaf = 0; leaf < sizes.length; leaf++) {
            for (int end = column + sizes[leaf]; column < end; column++) {
                for (int row = 0; row < rows; row++) {
                    squares[leaf][row] += jacobian.get(row, column) * jacobian.get(row, column);
                }
            }
        }
        return squares;
    }

    private static int[] sizes(Model model) {
        return model.parameters().leaves().stream().mapToInt(leaf -> leaf.type().size()).toArray();
    }

    private static Model model(String name, Fn.Binary function, Params parameters, Tensor x, int axis) {
        return new Model(Fn.of(name, function), parameters, x, x, axis);
    }

    private static Model gru(int steps) {
        return model("gru", (p, x) -> Nn.gru(p, x, x.at(0, 0).matmul(p.get("start"))).get(0), Models.named("weight_ih",
                Models.draw(1, 12, 2), "weight_hh", Models.draw(2, 12, 4), "bias_ih", Models.draw(3, 12), "bias_hh",
                Models.draw(4, 12), "start", Models.draw(5, 2, 4)), Models.draw(6, steps, N, 2), 1);
    }

    /** Weights shared over so many positions that both they and the gradient are worked off in pieces. */
    private static Model wide() {
        return model("wide", (p, x) -> x.matmul(p.get("W")).tanh().sum(1).matmul(p.get("V")), Models.named("W", Models
                .draw(1, 170, 210)
                .times(0.2), "V", Models.draw(2, 210, 3)), Models.draw(3, N, 300, 170), 0);
    }

    static Stream<Model> models() {
        Model last = model("last state", (p, x) -> Nn.gru(p, x, x.at(0, 0).matmul(p.get("start"))).get(1),
                (Params) gru(5).parameters(), Models.draw(5, 5, N, 2), 1);
        Model tied = model("tied", (p, x) -> x.matmul(p.get("W")).tanh().matmul(p.get("W")).sin(), Models.named("W",
                Models.draw(1, 4, 4)), Models.draw(2, N, 2, 4), 0);
        Model transposed = model("tied, transposed", (p, x) -> x.matmul(p.get("W"))
                .plus(p.get("b"))
                .tanh()
                .matmul(p.get("W").swapAxes(0, 1))
                .plus(p.get("c")), Models.named("W", Models.draw(1, 5, 4), "b", Models.draw(4, 4), "c",
                        Models.draw(3,
                                5)),
                Models.draw(2, N, 2, 5), 0);
        Model sliced = model("slices of a packed weight", (p, x) -> x.matmul(p.get("W").slice(0, 0, 3))
                .tanh()
                .matmul(p.get("W").slice(0, 3, 7)), Models.named("W", Models.draw(1, 7, 4)), Models.draw(2, N, 3), 0);
        Model left = model("weight first", (p, x) -> p.get("W").matmul(x).swapAxes(0, 1).tanh(), Models.named("W",
                Models.draw(1, 4, 5)), Models.draw(2, 5, N), 1);
        return Stream.concat(Models.separable(), Stream.of(last, tied, transposed, sliced, left)
                .flatMap(
                        model -> Stream.of(model, model.as(DType.F32))));
    }

    static Stream<Model> allModels() {
        return Stream.concat(models(), Models.mixing());
    }

    /** At most 10^4 roundings lie on any path to a result, and nothing on the way is larger than a few times this. */
    private static double tolerance(DType dtype, double[] expected) {
        double largest = Arrays.stream(expected).reduce(1, Math::max);
        return 1e4 * (dtype == DType.F32 ? 0x1p-24 : 0x1p-53) * largest;
    }

    private static void requireSame(double[] actual, double[] expected, DType dtype, String what) {
        assertThat(actual).as(what).containsExactly(expected, within(tolerance(dtype, expected)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void squaredNormsAreThoseOfTheJacobiansRows(Model model) {
        double[][] expected = explicit(model);
        double[][] actual = GradientNorms.of(factors(model)).squares(ProgressListener.NONE);
        assertThat(actual).hasNumberOfRows(expected.length);
        for (int leaf = 0; leaf < expected.length; leaf++) {
            requireSame(actual[leaf], expected[leaf], model.dtype(), "parameter " + leaf);
        }
    }

    @ParameterizedTest
    @MethodSource("allModels")
    void rowsByReversePassesAreTheSame(Model model) {
        double[][] expected = explicit(model);
        JacobianRowNorms route = JacobianRowNorms.of(JacobianOperator.of(model.function()
                .linearize(model.parameters(),
                        model.x())),
                sizes(model));
        double[][] actual = route.squares(ProgressListener.NONE);
        for (int leaf = 0; leaf < expected.length; leaf++) {
            requireSame(actual[leaf], expected[leaf], model.dtype(), "parameter " + leaf);
        }
        assertThat(route.passes()).isEqualTo(expected[0].length);
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyRuleGivesTheSame(Model model) {
        SampleFactors factors = factors(model);
        SampleFactorProgram program = factors.program();
        CotangentBlock block = CotangentBlock.of(factors, 0, program.units());
        for (SampleUse use : program.uses()) {
            NormRule scattered = new ScatteredNorms(List.of(use), program.leafSize(use.leaf()));
            double[] expected = norms(scattered, block, 1);
            requireSame(norms(new FormedNorms(List.of(use), List.of()), block, 1), expected, model.dtype(), "formed");
            requireSame(norms(new PairNorms(List.of(use)), block, 1), expected, model.dtype(), "pairs");
            if (use.positions() == 1) {
                requireSame(norms(new RowNorms(use), block, 1), expected, model.dtype(), "rows");
            }
        }
    }

    private static double[] norms(NormRule rule, CotangentBlock block, int sample) {
        double[] norms = new double[block.width()];
        rule.add(block, sample, 0, block.width(), norms, Numbers.zeros(block.dtype(), Scratch.SIZE));
        return norms;
    }

    @Test
    void piecesOfManyPositionsAndOfLargeGradientsAddUp() {
        for (DType dtype : new DType[]{DType.F64, DType.F32}) {
            Model model = wide().as(dtype);
            SampleFactors factors = factors(model);
            SampleUse use = factors.program()
                    .uses()
                    .stream()
                    .filter(any -> any.positions() > 1)
                    .findFirst()
                    .orElseThrow();
            assertThat(use.positions()).isGreaterThan(2 * PairNorms.BLOCK);
            assertThat(use.in() * use.out()).isGreaterThan(Scratch.SIZE);
            CotangentBlock block = CotangentBlock.of(factors, 0, factors.program().units());
            double[] expected = norms(new ScatteredNorms(List.of(use), use.in() * use.out()), block, 2);
            requireSame(norms(new FormedNorms(List.of(use), List.of()), block, 2), expected, dtype, "formed");
            requireSame(norms(new PairNorms(List.of(use)), block, 2), expected, dtype, "pairs");
        }
    }

    @Test
    void theCheaperRuleIsTaken() {
        assertThat(NormPlan.of(factors(wide()).program()).parts().getFirst().rule()).isInstanceOf(FormedNorms.class);
        assertThat(NormPlan.of(factors(Models.mlp()).program()).parts())
                .allMatch(part -> part.rule() instanceof RowNorms);
        Model few = model("few", (p, x) -> x.matmul(p.get("W")).tanh().sum(1),
                Models.named("W", Models.draw(1, 30, 30)),
                Models.draw(2, N, 2, 30), 0);
        assertThat(NormPlan.of(factors(few).program()).parts().getFirst().rule()).isInstanceOf(PairNorms.class);
    }

    @Test
    void theBitsDoNotDependOnThreads() {
        for (Model model : List.of(gru(9).as(DType.F32), wide().as(DType.F32), Models.mlp())) {
            SampleFactors factors = factors(model);
            double[][] one = Workers.withLimit(1, () -> GradientNorms.of(factors).squares(ProgressListener.NONE));
            double[][] many = GradientNorms.of(factors).squares(ProgressListener.NONE);
            assertThat(many).isDeepEqualTo(one);
        }
    }

    @Test
    void traceIsExactAndSaysWhatItTook() {
        Model model = Models.mlp();
        GradientNorms norms = GradientNorms.of(factors(model));
        KernelDiagonal diagonal = norms.diagonal(ProgressListener.NONE);
        double expected = Arrays.stream(explicit(model)).flatMapToDouble(Arrays::stream).sum();
        assertThat(diagonal.trace().value()).isCloseTo(expected, within(1e4 * 0x1p-53 * expected));
        assertThat(diagonal.trace().errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(diagonal.trace().standardError()).isZero();
        assertThat(diagonal.trace().vjps()).isEqualTo(3);
        assertThat(diagonal.trace().numMatvecs()).isZero();
        assertThat(diagonal.trace().route()).contains("3 outputs of each of 7 samples");
        assertThat(diagonal.traceOf(4).value()).isZero();
        assertThat(norms.passes()).isEqualTo(3);
        assertThat(norms.cost().work().flops()).isPositive();
        OutputReduction mean = OutputReduction.of(Shape.of(7, 3), Axes.of(1), Axes.of());
        assertThat(diagonal.values(mean)).hasSize(7);
        assertThat(diagonal.values(mean)[1]).isCloseTo((diagonal.values()[3] + diagonal.values()[4] + diagonal
                .values()[5]) / 3, within(4 * 0x1p-53 * expected));
        assertThat(diagonal.trace(mean).value()).isCloseTo(expected / 3, within(1e4 * 0x1p-53 * expected));
    }

    @Test
    void groupsAlongTimeGiveTheSame() {
        Model batchFirst = Models.separable()
                .filter(model -> model.toString().equals("lstm f64"))
                .findFirst()
                .orElseThrow();
        for (Model model : List.of(gru(9), gru(9).as(DType.F32), batchFirst)) {
            int[] axes = {Fn.UNMAPPED, model.axis()};
            CausalNorms route = CausalNorms
                    .of(model.function(), axes, factors(model).program(), model.parameters(), model.x())
                    .orElseThrow();
            double[][] expected = explicit(model);
            double[][] actual = route.squares(ProgressListener.NONE);
            for (int leaf = 0; leaf < expected.length; leaf++) {
                requireSame(actual[leaf], expected[leaf], model.dtype(), model + ", parameter " + leaf);
            }
            assertThat(route.passes()).isEqualTo(factors(model).program().units());
            assertThat(route.cost().work().flops())
                    .isLessThan(0.8 * GradientNorms.of(factors(model)).cost().work().flops());
        }
    }

    @Test
    void thereAreNoGroupsWithoutTime() {
        Model last = model("last state", (p, x) -> Nn.gru(p, x, x.at(0, 0).matmul(p.get("start"))).get(1),
                (Params) gru(5).parameters(), Models.draw(5, 5, N, 2), 1);
        for (Model model : List.of(Models.mlp(), last)) {
            assertThat(CausalNorms.of(model.function(), new int[]{Fn.UNMAPPED, model.axis()}, factors(model).program(),
                    model
                            .parameters(),
                    model.x())).isEmpty();
        }
    }

    @Test
    void interruptionEndsIt() {
        Model model = gru(400).as(DType.F32);
        SampleFactors factors = factors(model);
        GradientNorms norms = GradientNorms.of(factors);
        assertThat(norms.width()).isLessThan(factors.program().units());
        try {
            assertThatThrownBy(() -> norms.squares((done, total) -> Thread.currentThread().interrupt())).isInstanceOf(
                    CancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
