package cotangent.examples.traces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The models of published size, and the two ways of forward passes. */
final class TraceModelTest {
    private static TraceModel model(Family family, Family.Size size) {
        return TraceModel.of(family, size, DType.F64, 3, Optional.empty());
    }

    private static TraceModel tiny(Family family) {
        return model(family, switch (family) {
            case MLP -> new Family.Size(5, 3, 8);
            case GRU -> new Family.Size(4, 5, 6);
            case MNIST -> new Family.Size(4, 1, 5);
            case FLAT -> new Family.Size(4, 1, 2);
        });
    }

    @Test
    void publishedSizesAreThoseOfTheLiterature() {
        assertThat(model(Family.MLP, Family.MLP.full()).parameters()).isEqualTo(64_704);
        assertThat(model(Family.MLP, Family.MLP.full()).kernel().rows()).isEqualTo(3_200);
        assertThat(model(Family.GRU, Family.GRU.full()).parameters()).isEqualTo(14_592);
        assertThat(model(Family.GRU, Family.GRU.full()).kernel().rows()).isEqualTo(48_000);
        TraceModel digits = model(Family.MNIST, Family.MNIST.full());
        assertThat(digits.parameters()).isEqualTo(785 * 256 + 257 * 256 + 257 * 10);
        assertThat(digits.samples() * 10).isEqualTo(5_120);
    }

    /** Uniform within a bound b has variance b²/3 and fourth central moment b⁴/5, so that the mean square of n has a standard error
     *  of b²·√(1/5 − 1/9)/√n; five of which are allowed. */
    @Test
    void parametersStartAsPyTorchDoes() {
        requireUniform(model(Family.GRU, Family.GRU.full()).params().get("weight_ih"), 1 / Math.sqrt(64));
        requireUniform(model(Family.MLP, Family.MLP.full()).params().get("W1"), 1 / Math.sqrt(100));
    }

    private static void requireUniform(Tensor weights, double bound) {
        assertThat(weights.abs().max().item()).isBetween(0.99 * bound, bound);
        double slack = 5 * bound * bound * Math.sqrt((1.0 / 5 - 1.0 / 9) / weights.shape().size());
        assertThat(weights.square().mean().item()).isCloseTo(bound * bound / 3, within(slack));
    }

    /** Two programs for the same sums of at most a few thousand products: they agree to as many units of rounding. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void forwardPassesAreProductsWithTheJacobian(Family family) {
        TraceModel model = tiny(family);
        Tensor block = Key.of(1).normal(model.parameters(), 3);
        Tensor expected = model.kernel().jacobian().matmat(block);
        Tensor found = new ForwardPasses(model).jacobian(model.params()).matmat(block);
        double size = expected.abs().max().item();
        assertThat(found.minus(expected).abs().max().item()).isLessThan(1e4 * Math.ulp(1.0) * size);
    }

    /** Over 200 seeds the mean is within four standard errors, and 95 % intervals hold the truth in all but four deviations of 5 %. */
    @ParameterizedTest
    @EnumSource(Family.class)
    void probesForEachSampleGiveTheTraceAndItsErrorBar(Family family) {
        TraceModel model = tiny(family);
        ForwardPasses passes = new ForwardPasses(model);
        double truth = model.kernel().exactTrace().run().value();
        int seeds = 200;
        double mean = 0;
        double squares = 0;
        int covered = 0;
        for (int seed = 0; seed < seeds; seed++) {
            Estimate found = passes.trace(model.params(), 8, seed);
            mean += found.value() / seeds;
            squares += Math.pow(found.value() - truth, 2) / seeds;
            covered += found.interval(0.95).contains(truth) ? 1 : 0;
        }
        assertThat(mean).isCloseTo(truth, within(4 * Math.sqrt(squares / seeds)));
        assertThat(covered).isGreaterThan((int) (seeds * (0.95 - 4 * Math.sqrt(0.95 * 0.05 / seeds)) - 0.03 * seeds));
    }

    /**
     * Where all samples are alike, JᵀJ of each is the same, and the variance falls by their number: the ratio of mean squares over 100
     * seeds is within 4·√(2·2/100) of it, in logarithms, if errors are near normal.
     */
    @Test
    void probesForEachSampleVaryLess() {
        TraceModel many = tiny(Family.GRU);
        Tensor one = many.inputs().slice(1, 0, 1);
        TraceModel alike = new TraceModel(Family.GRU, "alike", many.fn(), many.params(), Tensor.concat(1, one, one, one,
                one), 1);
        ForwardPasses passes = new ForwardPasses(alike);
        double truth = alike.kernel().exactTrace().run().value();
        double own = 0;
        double shared = 0;
        Subject subject = Subject.of(alike);
        for (int seed = 0; seed < 100; seed++) {
            own += Math.pow(passes.trace(alike.params(), 4, seed).value() - truth, 2);
            shared += Math.pow(Method.FORWARD.estimate(subject, 4, seed).value() - truth, 2);
        }
        assertThat(Math.log(shared / own)).isCloseTo(Math.log(4), within(4 * Math.sqrt(4.0 / 100)));
    }

    @Test
    void everyMethodCountsItsPasses() {
        Subject subject = Subject.of(tiny(Family.GRU));
        for (Method method : Method.values()) {
            if (method != Method.PLANNED) {
                Trials trials = Trials.run(10, 4, subject.trace(), seed -> method.estimate(subject, 10, seed));
                assertThat(trials.passes()).as("%s", method).isEqualTo(10.0 * method.passesEach());
                assertThat(trials.products()).isEqualTo(5.0 * method.passesEach());
            }
        }
    }

    @Test
    void unknownNamesAreRefused() {
        assertThatThrownBy(() -> Family.named("lstm")).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining(
                        "mlp, gru, mnist, flat");
        assertThatThrownBy(() -> Method.named("hutch")).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining(
                        "hutch++");
    }
}
