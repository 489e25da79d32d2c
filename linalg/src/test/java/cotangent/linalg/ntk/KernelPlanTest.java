package cotangent.linalg.ntk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Shape;
import cotangent.dsl.Tree;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.Estimate;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.probe.Sampling;
import org.junit.jupiter.api.Test;

class KernelPlanTest {
    private static final Sampling SIXTY = Sampling.matvecs(60);

    private static Kernel kernel(int samples, int... widths) {
        Mlp mlp = Nn.mlp(widths);
        return new Kernel(new KernelModel(mlp.fn(), KernelOptions.standard()), new Tree[]{mlp.init(Key.of(1)), Key.of(2)
                .normal(Shape.of(samples, widths[0]), DType.F64)});
    }

    private static KernelEstimates estimates(Kernel kernel, Strategy strategy) {
        return new KernelEstimates(Factors.of(kernel), strategy, CostModel.builtIn(), "the kernel");
    }

    @Test
    void writesOutWhatIsSmallAndEstimatesWhatIsLarge() {
        KernelEstimates small = estimates(kernel(10, 8, 16, 3), Strategy.AUTOMATIC);
        assertThat(small.squaresPlan("effective rank", SIXTY).chosen().exact()).isTrue();
        KernelEstimates large = estimates(kernel(2000, 64, 128, 10), Strategy.AUTOMATIC);
        KernelPlan plan = large.squaresPlan("effective rank", SIXTY);
        assertThat(plan.chosen().strategy()).isEqualTo(Strategy.PRODUCTS);
        // with a hundred times the products what was an extravagance is the bargain
        assertThat(large.squaresPlan("effective rank", Sampling.matvecs(6000)).chosen().exact()).isTrue();
    }

    @Test
    void saysWhatItChoseAndWhatElseThereWas() {
        KernelPlan plan = estimates(kernel(200, 20, 30, 10), Strategy.AUTOMATIC).tracePlan(SIXTY);
        assertThat(plan.options()).extracting(KernelPlan.Option::strategy)
                .containsExactlyInAnyOrder(
                        Strategy.NORMS, Strategy.EXPLICIT, Strategy.PRODUCTS, Strategy.RHUTCH, Strategy.FHUTCH);
        assertThat(plan.options()).allSatisfy(option -> assertThat(option.seconds()).isPositive().isFinite());
        assertThat(plan.toString()).contains("trace (60 matvecs", "of the kernel", "> " + plan.chosen().strategy(),
                "chosen: ", "cost model (built in");
        assertThat(plan.toString().lines()).filteredOn(line -> line.startsWith("> ")).hasSize(1);
    }

    @Test
    void whatTheUserSaysGoes() {
        Kernel kernel = kernel(10, 8, 16, 3);
        for (Strategy strategy : new Strategy[]{Strategy.NORMS, Strategy.EXPLICIT, Strategy.PRODUCTS, Strategy.RHUTCH,
                Strategy.FHUTCH}) {
            assertThat(estimates(kernel, strategy).tracePlan(SIXTY).chosen().strategy()).isEqualTo(strategy);
        }
        assertThatThrownBy(() -> estimates(kernel, Strategy.FHUTCH).squaresPlan("effective rank", SIXTY)).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("no way \"fhutch\"").hasMessageContaining("explicit");
        assertThatThrownBy(() -> Strategy.named("magic")).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("explicit")
                .hasMessageContaining("magic");
        assertThat(Strategy.named("rhutch")).isEqualTo(Strategy.RHUTCH);
    }

    /** The same request has the same plan and the same bits, whatever the number of threads. */
    @Test
    void plansDoNotDependOnThreads() {
        Kernel kernel = kernel(200, 20, 30, 10);
        KernelEstimates estimates = estimates(kernel, Strategy.AUTOMATIC);
        for (Sampling sampling : new Sampling[]{SIXTY, Sampling.relativeError(0.05)}) {
            KernelPlan alone = Workers.withLimit(1, () -> estimates.tracePlan(sampling));
            assertThat(Workers.withLimit(2, () -> estimates.tracePlan(sampling))).isEqualTo(alone);
            Estimate one = Workers.withLimit(1, () -> estimates.trace(sampling));
            Estimate two = Workers.withLimit(2, () -> estimates.trace(sampling));
            assertThat(two.value()).isEqualTo(one.value());
            assertThat(two.route()).isEqualTo(one.route());
        }
    }

    @Test
    void everyStatisticHasAPlan() {
        EmpiricalNtk ntk = EmpiricalNtk.of(Nn.mlp(4, 3, 2).fn(), Nn.mlp(4, 3, 2).init(Key.of(1)), Key.of(2)
                .normal(Shape.of(5, 4), DType.F64));
        for (NtkStatistic statistic : NtkStatistic.values()) {
            assertThat(ntk.explain(statistic, SIXTY)).contains(statistic.words(), "a kernel of size 10 over");
            assertThat(NtkStatistic.named(statistic.toString())).isEqualTo(statistic);
        }
        assertThatThrownBy(() -> NtkStatistic.named("mood")).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("stable-rank");
    }
}
