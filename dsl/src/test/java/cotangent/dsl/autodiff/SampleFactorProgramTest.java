package cotangent.dsl.autodiff;

import static cotangent.dsl.autodiff.ParameterFactorsTest.draw;
import static cotangent.dsl.autodiff.ParameterFactorsTest.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Nn;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.ParameterFactorsTest.Model;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SampleFactorProgramTest {
    private static final int N = 3;

    private static SampleFactorProgram.Search search(Fn function, Tree... inputs) {
        int[] axes = new int[inputs.length];
        axes[0] = Fn.UNMAPPED;
        return SampleFactorProgram.of(function, axes, Arrays.stream(inputs).map(Tree::structure).toList());
    }

    private static SampleFactorProgram.Search search(Model model) {
        return SampleFactorProgram.of(model.function(), new int[]{Fn.UNMAPPED, model.axis()}, List.of(model
                .parameters()
                .structure(), model.x().structure()));
    }

    static Stream<Model> separable() {
        return ParameterFactorsTest.models().filter(model -> !model.function().name().equals("weight first"));
    }

    /** Adds the gradient of one output of one sample, from one use. */
    private static void add(SampleUse use, SampleFactors factors, Tensor cotangent, int sample, int unit, int start,
            double[] gradient) {
        int width = cotangent.shape().extent(2);
        int all = cotangent.shape().extent(1);
        double[] x = use.isOnes() ? new double[0] : factors.inputs().get(use.input()).toDoubles();
        double[] delta = cotangent.toDoubles();
        double[] places = use.places().toDoubles();
        for (int g = 0; g < use.groups(); g++) {
            for (int p = 0; p < use.positions(); p++) {
                int row = g * all + p * N + sample;
                for (int i = 0; i < use.in(); i++) {
                    for (int o = 0; o < use.out(); o++) {
                        double meets = use.isOnes() ? 1 : x[row * use.in() + i];
                        int place = (int) places[(g * use.in() + i) * use.out() + o];
                        gradient[start + place] += meets * delta[(row * width + unit) * use.out() + o];
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("separable")
    void factorsMakeUpEveryRowOfTheJacobian(Model model) {
        SampleFactorProgram program = search(model).program().orElseThrow();
        SampleFactors factors = program.at(model.parameters(), model.x());
        Linearization linearization = model.function().linearize(model.parameters(), model.x());
        int all = linearization.forward().outputSize();
        assertThat(program.samples()).isEqualTo(N);
        assertThat(program.units()).isEqualTo(all / N);
        assertThat(Arrays.stream(program.rows().toInts()).sorted().toArray()).isEqualTo(java.util.stream.IntStream
                .range(0, all)
                .toArray());
        Tensor jacobian = linearization.transpose().applyBlock(Tensor.eye(all, program.dtype()));
        int[] starts = ParameterFactorsTest.starts(model.parameters());
        // In two parts, the second of one output.
        int cut = Math.max(1, program.units() - 1);
        for (int from = 0; from < program.units(); from += cut) {
            int to = Math.min(program.units(), from + cut);
            List<Tensor> cotangents = factors.cotangents(from, to);
            for (int sample = 0; sample < N; sample++) {
                for (int unit = from; unit < to; unit++) {
                    double[] gradient = new double[starts[starts.length - 1]];
                    for (SampleUse use : program.uses()) {
                        add(use, factors, cotangents.get(use.cotangent()), sample, unit - from, starts[use.leaf()],
                                gradient);
                    }
                    Tensor expected = jacobian.at(1, (int) program.rows().get(sample, unit));
                    assertThat(gradient).containsExactly(expected.toDoubles(), within(ParameterFactorsTest.tolerance(
                            expected)));
                }
            }
        }
    }

    @Test
    void aBiasSharesTheCotangentOfItsProduct() {
        SampleFactorProgram program = search(separable().findFirst().orElseThrow()).program().orElseThrow();
        assertThat(program.uses()).hasSize(4);
        assertThat(program.uses().stream().mapToInt(SampleUse::cotangent).distinct().count()).isEqualTo(2);
        assertThat(program.cotangentSize()).isEqualTo(N * (4 + 2));
        assertThat(program).hasToString("4 uses of 5 parameters, 2 outputs of each of 3 samples");
    }

    @Test
    void theOrderOfSamplesInTheOutputIsKnown() {
        Fn transposed = Fn.of("transposed", (p, x) -> x.matmul(p).swapAxes(0, 1));
        SampleFactorProgram program = search(transposed, draw(1, 2, 4), draw(2, N, 2)).program().orElseThrow();
        assertThat(program.rows()).isEqualTo(Tensor.of(new int[]{0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11}).reshape(3, 4));
        Fn flat = Fn.of("flat", (p, x) -> x.matmul(p).reshape(-1));
        SampleFactorProgram joined = search(flat, draw(1, 2, 4), draw(2, N, 5, 2)).program().orElseThrow();
        assertThat(joined.units()).isEqualTo(20);
        Fn two = Fn.of("two", (p, x) -> Expr.tuple(x.matmul(p), x.matmul(p).tanh().sum(1)));
        SampleFactorProgram both = search(two, draw(1, 2, 2), draw(2, N, 2)).program().orElseThrow();
        assertThat(both.rows()).isEqualTo(Tensor.of(new int[]{0, 1, 6, 2, 3, 7, 4, 5, 8}).reshape(3, 3));
    }

    @Test
    void anotherPointIsAnotherRunOfTheSameProgram() {
        Fn net = Fn.of("net", (p, x) -> x.matmul(p).tanh());
        SampleFactorProgram program = search(net, draw(1, 2, 4), draw(2, N, 2)).program().orElseThrow();
        Tensor other = draw(5, 2, 4);
        assertThat(program.at(other, draw(2, N, 2)).output()).isEqualTo(net.apply(other, draw(2, N, 2)));
        assertThatThrownBy(() -> program.at(draw(1, 2, 5), draw(2, N, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("made for inputs");
    }

    private static void requireObstacle(String obstacle, Fn function, Tree... inputs) {
        SampleFactorProgram.Search search = search(function, inputs);
        assertThat(search.program()).isEmpty();
        assertThat(search.obstacle()).contains(obstacle);
    }

    @Test
    void whatMixesSamplesHasNoProgram() {
        Tensor x = draw(2, N, 2);
        Tensor w = draw(1, 2, 2);
        String mixed = "depends on another sample";
        requireObstacle(mixed, Fn.of("batch norm", (p, in) -> {
            Expr h = in.matmul(p);
            return h.minus(h.mean(0)).tanh();
        }), w, x);
        requireObstacle(mixed, Fn.of("attention between samples", (p, in) -> {
            Expr h = in.matmul(p);
            return in.matmul(in.swapAxes(0, 1)).matmul(h);
        }), w, x);
        requireObstacle(mixed, Fn.of("a running mean", (p, in) -> in.matmul(p).cumsum(0)), w, x);
        requireObstacle(mixed, Fn.of("backwards", (p, in) -> in.matmul(p).reverse(0)), w, x);
        requireObstacle("where samples are not kept apart", Fn.of("mean first", (p, in) -> in.matmul(p)
                .mean(0)
                .matmul(p)), w, x);
        requireObstacle("as a whole", Fn.of("penalty", (p, in) -> in.matmul(p)
                .plus(p.times(p)
                        .sum())),
                w, x);
        requireObstacle("as a whole", Fn.of("embedding", (p, ids) -> p.gather(0, ids).tanh()), draw(1, 6, 2),
                Tensor.of(3, 1, 3));
        requireObstacle("on no parameter", Fn.of("constant", (p, in) -> in.sin()), w, x);
        requireObstacle(mixed, Fn.of("shared carry", (p, in) -> Expr.scan((h, step) -> Expr.tuple(h.plus(h.mean(0)),
                h), in.matmul(p), Expr.of(Tensor.zeros(DType.F64, 2))).get(0)), w, x);
        SampleFactorProgram.Search search = SampleFactorProgram.of(Fn.of("no samples", (p, in) -> in.matmul(p)),
                new int[]{Fn.UNMAPPED, Fn.UNMAPPED}, List.of(w.structure(), x.structure()));
        assertThat(search.obstacle()).contains("no input has an axis of samples");
    }

    @Test
    void primalValuesMayMixSamples() {
        Fn frozen = Fn.of("frozen statistics", (p, in) -> in.minus(in.mean(0)).matmul(p).tanh());
        assertThat(search(frozen, draw(1, 2, 2), draw(2, N, 2)).program()).isPresent();
    }

    @Test
    void layersKeepSamplesApart() {
        Fn block = Fn.of("block", (p, x) -> Nn.attention(x.matmul(p), x.matmul(p), x.matmul(p), 2, true));
        assertThat(search(block, draw(1, 4, 4), draw(2, N, 3, 4)).program()).isPresent();
        Fn named = Fn.of("norm", (p, x) -> Nn.layerNorm(x, p.get("gain"), p.get("shift")));
        assertThat(search(named, named("gain", draw(1, 4), "shift", draw(2, 4)), draw(2, N, 3, 4)).program())
                .isPresent();
    }

    @ParameterizedTest
    @MethodSource("separable")
    void sharedCotangentsAreTheProductOfTheirParts(Model model) {
        SampleFactorProgram program = search(model).program().orElseThrow();
        SampleFactors factors = program.at(model.parameters(), model.x());
        int[] units = java.util.stream.IntStream.range(0, program.units()).toArray();
        List<Tensor> all = factors.cotangents(units);
        int next = 0;
        for (int i = 0; i < all.size(); i++) {
            assertThat(factors.cotangentsNotShared(units).get(i).isPresent()).isEqualTo(!program.isShared(i));
            if (program.isShared(i)) {
                Tensor shared = factors.sharedParts(units).get(next);
                Tensor own = factors.ownParts().get(next++);
                Tensor product = own.expandDims(2).times(shared.expandDims(0).expandDims(0));
                requireSame(product.toDoubles(), all.get(i));
            }
        }
        boolean dense = model.function().name().equals("mlp");
        assertThat(next).as("%s", model).isGreaterThanOrEqualTo(dense ? 2 : 0);
    }

    private static void requireSame(double[] actual, Tensor expected) {
        assertThat(actual).containsExactly(expected.toDoubles(), within(ParameterFactorsTest.tolerance(expected)));
    }
}
