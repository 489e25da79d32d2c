package cotangent.spec.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.reference.ReferenceBackend;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** The oracle itself: its bounds hold for the coarsest implementation, are not so wide that they hold for any, and judge. */
final class OracleTest {
    private static final int GRAPHS = 200;

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs().between(0, 1L << 48).withoutEdgeCases();
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "11")
    void boundsHoldForTheCoarsestBackend(@ForAll("seeds") long seed) {
        CoarseBackend coarse = new CoarseBackend(seed);
        assertThat(new Fuzz(coarse, RandomGraphs::of).check(seed).disagreement()).isEmpty();
        assertThat(new Fuzz(coarse, Transformed::jvp).check(seed).disagreement()).isEmpty();
        assertThat(new Fuzz(coarse, Transformed::vjp).check(seed).disagreement()).isEmpty();
    }

    /** Elements whose bound is infinite are agreed with whatever they are, so there must be few of them. */
    @Test
    void mostElementsAreJudged() {
        Fuzz.Summary summary = run(new ReferenceBackend(), new StringWriter());
        assertThat(summary.judged()).isGreaterThan(summary.elements() * 9 / 10);
    }

    /** A backend whose float64 results are each off by 2^-40 of themselves passes for graphs without them only. */
    @Test
    void aSlightlyWrongBackendIsFound() {
        StringWriter report = new StringWriter();
        Fuzz.Summary summary = run(new Biased(), report);
        assertThat(summary.failures()).isGreaterThan(GRAPHS / 5);
        assertThat(report.toString()).contains("backend biased", "return %");
    }

    private static Fuzz.Summary run(Backend backend, StringWriter report) {
        return new Fuzz(backend, RandomGraphs::of).run(0, GRAPHS, new PrintWriter(report));
    }

    /** The reference, with every float64 result made larger by 2^-40 of itself. */
    private static final class Biased implements Backend {
        private final Backend exact = new ReferenceBackend(true);

        @Override
        public String name() {
            return "biased";
        }

        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        public int preference() {
            return -1;
        }

        @Override
        public Executable compile(Graph graph) {
            Executable executable = exact.compile(graph);
            return new Executable() {
                @Override
                public List<Tensor> run(List<Tensor> inputs) {
                    return executable.run(inputs).stream().map(Biased::biased).toList();
                }

                @Override
                public String explain() {
                    return executable.explain();
                }
            };
        }

        private static Tensor biased(Tensor x) {
            return switch (x.dtype()) {
                case F64 -> times(x.shape(), x.toDoubles());
                case F32, I32, BOOL -> x;
            };
        }

        private static Tensor times(Shape shape, double[] elements) {
            for (int i = 0; i < elements.length; i++) {
                elements[i] *= 1 + 0x1p-40;
            }
            return Tensor.wrap(shape, elements);
        }
    }
}
