package cotangent.spec.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Backends;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random graphs and their derivatives on the device, within the oracle's bounds. */
@EnabledIfSystemProperty(named = "cotangent.device", matches = "true", disabledReason = "runs with TornadoVM's arguments")
final class FuzzOnDeviceTest {
    /** Graphs of each kind; every one is compiled by the device's own compiler, which takes a second or so. */
    private static final int GRAPHS = Integer.getInteger("cotangent.device.graphs", 20);
    private static final Backend BACKEND = Backends.named("tornado");

    @ParameterizedTest
    @EnumSource(FuzzCommand.Transformation.class)
    void agreesWithTheOracle(FuzzCommand.Transformation transformation) {
        Fuzz fuzz = new Fuzz(BACKEND, transformation::sample);
        StringWriter report = new StringWriter();
        Fuzz.Summary summary = fuzz.run(0, GRAPHS, new PrintWriter(report));
        assertThat(summary.failures()).as("%s", report).isZero();
        assertThat(summary.judged()).isPositive();
    }
}
