package cotangent.linalg.tangent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.SampleFactorProgram;
import cotangent.dsl.autodiff.SampleFactors;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.operator.JacobianOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.tangent.Models.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FrobeniusRouteTest {
    private static final long PLENTY = 1L << 26;

    private static SampleFactors factors(Model model) {
        return SampleFactorProgram.of(model.function(), new int[]{Fn.UNMAPPED, model.axis()}, Models.inputs(model)
                .stream()
                .map(Tree::structure)
                .toList()).program().orElseThrow().at(model.parameters(), model.x());
    }

    private static LinearOperator jacobian(Model model) {
        return JacobianOperator.of(model.function().linearize(model.parameters(), model.x()));
    }

    /** ‖J·Jᵀ‖_F² of the Jacobian written out in float64. */
    private static double explicit(Model model) {
        Tensor jacobian = jacobian(model.as(DType.F64)).toDense();
        return jacobian.matmul(jacobian.swapAxes(0, 1)).square().sum().item();
    }

    /** At most 10^4 roundings lie on any path to an entry of K, and the sum of squares has positive terms. */
    private static void requireSame(double actual, double expected, DType dtype) {
        assertThat(actual).isCloseTo(expected, within(1e4 * (dtype == DType.F32 ? 0x1p-24 : 0x1p-53) * expected));
    }

    private static OutputReduction whole(SampleFactors factors) {
        return OutputReduction.none(factors.program().samples() * factors.program().units());
    }

    private static FrobeniusRoute tiles(SampleFactors factors, long memory) {
        return KernelTiles.of(factors, whole(factors), memory).orElseThrow();
    }

    private static List<FrobeniusRoute> routes(Optional<SampleFactors> factors, LinearOperator jacobian) {
        return FrobeniusRoute.all(factors, OutputReduction.none(jacobian.rows()), jacobian, jacobian.times(jacobian
                .adjoint()), PLENTY);
    }

    private static FrobeniusRoute cheapest(Model model) {
        return FrobeniusRoute.cheapest(routes(Optional.of(factors(model)), jacobian(model)), model.dtype(), CostModel
                .builtIn());
    }

    static Stream<Model> separable() {
        return Models.separable();
    }

    static Stream<Model> all() {
        return Stream.concat(Models.separable(), Models.mixing());
    }

    @ParameterizedTest
    @MethodSource("separable")
    void routesFromFactorsGiveTheNormOfTheExplicitKernel(Model model) {
        double expected = explicit(model);
        SampleFactors factors = factors(model);
        for (long memory : new long[]{PLENTY, 1}) {
            requireSame(tiles(factors, memory).squaredNorm(ProgressListener.NONE), expected, model.dtype());
            requireSame(new ParameterGram(new FactorRows(factors), memory).squaredNorm(ProgressListener.NONE), expected,
                    model.dtype());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void allRoutesThereAreDoToo(Model model) {
        LinearOperator jacobian = jacobian(model);
        double expected = explicit(model);
        for (LinearOperator factor : List.of(jacobian, jacobian.adjoint())) {
            for (FrobeniusRoute route : routes(Optional.empty(), factor)) {
                requireSame(route.squaredNorm(ProgressListener.NONE), expected, model.dtype());
            }
        }
    }

    /** A net with more parameters than one tile, and few enough that the sums of all fit. */
    private static Model wide() {
        return new Model(Fn.of("wide", (p, x) -> x.matmul(p.get("W")).tanh().matmul(p.get("V"))),
                Models.named("W", Models
                        .draw(1, 30, 40)
                        .times(0.3), "V", Models.draw(2, 40, 3).times(0.3)),
                Models.draw(3, 60, 30), Models.draw(3,
                        60, 30),
                0);
    }

    @Test
    void manyTilesAndPartsAddUp() {
        for (DType dtype : new DType[]{DType.F64, DType.F32}) {
            Model model = wide().as(dtype);
            double expected = explicit(model);
            SampleFactors factors = factors(model);
            ParameterGram whole = new ParameterGram(new FactorRows(factors), PLENTY);
            ParameterGram parts = new ParameterGram(new FactorRows(factors), 3L * 512 * 512 * dtype.bytes());
            assertThat(parts.passes()).isEqualTo(2 * whole.passes());
            requireSame(whole.squaredNorm(ProgressListener.NONE), expected, dtype);
            assertThat(parts.squaredNorm(ProgressListener.NONE)).isEqualTo(whole.squaredNorm(ProgressListener.NONE));
            requireSame(new ParameterGram(new OperatorRows(jacobian(model)), PLENTY).squaredNorm(ProgressListener.NONE),
                    expected, dtype);
        }
    }

    @Test
    void theCheaperIsTakenAndSaysWhatItTakesBefore() {
        FrobeniusRoute few = cheapest(wide());
        assertThat(few).isInstanceOf(KernelTiles.class);
        assertThat(few.toString()).contains("[180, 180]");
        Model narrow = new Model(Fn.of("narrow", (p, x) -> x.matmul(p.get("W")).tanh()),
                Models.named("W", Models.draw(1, 2,
                        3)),
                Models.draw(2, 300, 2), Models.draw(2, 300, 2), 0);
        FrobeniusRoute many = cheapest(narrow);
        assertThat(many).isNotInstanceOf(KernelTiles.class);
        assertThat(many.toString()).contains("JᵀJ");
        assertThat(many.cost().work().flops()).isPositive();
        Estimate norm = many.norm(ProgressListener.NONE);
        assertThat(norm.value() * norm.value()).isCloseTo(explicit(narrow), within(1e-12 * explicit(narrow)));
        assertThat(norm.errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(norm.vjps()).isEqualTo(many.passes());
        assertThat(norm.jvps()).isEqualTo(many.forwardPasses());
        assertThat(norm.route()).isEqualTo(many.route());
    }

    @Test
    void theBitsDoNotDependOnThreads() {
        SampleFactors factors = factors(wide().as(DType.F32));
        for (FrobeniusRoute route : List.of(tiles(factors, PLENTY), new ParameterGram(new FactorRows(factors),
                PLENTY))) {
            double one = Workers.withLimit(1, () -> route.squaredNorm(ProgressListener.NONE));
            assertThat(route.squaredNorm(ProgressListener.NONE)).isEqualTo(one);
        }
    }

    @Test
    void reportsProgressAndCanBeInterrupted() {
        SampleFactors factors = factors(wide());
        for (FrobeniusRoute route : List.of(tiles(factors, 1), new ParameterGram(new FactorRows(factors), 1))) {
            List<Long> done = new ArrayList<>();
            List<Long> totals = new ArrayList<>();
            route.squaredNorm((some, all) -> {
                done.add(some);
                totals.add(all);
            });
            assertThat(done).isSorted().doesNotHaveDuplicates();
            assertThat(done.getLast()).isEqualTo(totals.getLast());
            try {
                assertThatThrownBy(() -> route.squaredNorm((some, all) -> Thread.currentThread().interrupt()))
                        .isInstanceOf(
                                CancelledException.class);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }
}
