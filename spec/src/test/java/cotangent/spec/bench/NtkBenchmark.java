package cotangent.spec.bench;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.linalg.ntk.EmpiricalNtk;
import java.util.Arrays;
import java.util.Locale;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The tangent kernel of a tanh network written out, from parameters to kernel; JMH extends it, so it is not final. */
@State(Scope.Benchmark)
public class NtkBenchmark {
    /** The network's, input first. */
    @Param("20-10-4")
    public String widths = "20-10-4";

    /** Of everything. */
    @Param("f64")
    public String dtype = "f64";

    /** Of its inputs. */
    @Param("8")
    public int samples = 8;

    /** {@code whole}, or {@code traced} over the outputs of a sample. */
    @Param("whole")
    public String work = "whole";

    /** Of warming up, by the time a core has spent. */
    @Param("1000")
    public int warmUpMillis = 1000;

    private EmpiricalNtk kernel;
    private Params params;

    /** For JMH. */
    public NtkBenchmark() {}

    /** Draws parameters and inputs, and compiles. */
    @Setup
    public void prepare() {
        DType type = DType.valueOf(dtype.toUpperCase(Locale.ROOT));
        int[] layers = Arrays.stream(widths.split("-")).mapToInt(Integer::parseInt).toArray();
        Mlp mlp = Nn.mlp(layers).activation(Activation.TANH).dtype(type);
        params = mlp.init(Key.of(0));
        EmpiricalNtk whole = EmpiricalNtk.of(mlp.fn(), params, Key.of(1).normal(Shape.of(samples, layers[0]), type));
        kernel = switch (work) {
            case "whole" -> whole;
            case "traced" -> whole.traceAxes(-1);
            default -> throw new IllegalArgumentException("no such work: " + work);
        };
        WarmUp.of(this::compute, warmUpMillis);
    }

    /** The kernel at the parameters, forward pass included. */
    @Benchmark
    public Object compute() {
        return kernel.at(params).toDense();
    }
}
