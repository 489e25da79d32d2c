package cotangent.spec.bench;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.trace.HutchPlusPlus;
import java.util.Locale;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What is asked of a network's tangent kernel as a whole; JMH extends it, so it is not final. */
@State(Scope.Benchmark)
public class NtkBenchmark {
    /** As {@link Networks#kernel} reads them. */
    @Param("20-10-4")
    public String widths = "20-10-4";

    /** Of everything. */
    @Param("f64")
    public String dtype = "f64";

    /** Of its inputs. */
    @Param("8")
    public int samples = 8;

    /**
     * From parameters: {@code whole}, the kernel written out, {@code traced}, the same averaged over the outputs of a sample, or its
     * {@code diagonal}; with the linearization kept: {@code block}, a product with a block, or {@code hutch++}; {@code layers}, what a
     * product with a vector multiplies, alone.
     */
    @Param("whole")
    public String work = "whole";

    /** Vectors of the block, or products of the estimate. */
    @Param("1")
    public int vectors = 1;

    /** Of warming up, by the time a core has spent. */
    @Param("1000")
    public int warmUpMillis = 1000;

    private EmpiricalNtk kernel;
    private EmpiricalNtk traced;
    private Tensor block;
    private LayerProducts layers;
    private long seed;

    /** For JMH. */
    public NtkBenchmark() {}

    /** Draws parameters, inputs and vectors, and compiles. */
    @Setup
    public void prepare() {
        if (work.equals("layers")) {
            layers = new LayerProducts(samples, Networks.layers(widths));
            CoreWarmUp.of(this::compute, warmUpMillis);
            return;
        }
        DType type = DType.valueOf(dtype.toUpperCase(Locale.ROOT));
        kernel = Networks.kernel(widths, type, samples);
        traced = kernel.traceAxes(-1);
        block = Key.of(2).normal(Shape.of(kernel.rows(), vectors), type);
        CoreWarmUp.of(this::compute, warmUpMillis);
    }

    /** The work. */
    @Benchmark
    public Object compute() {
        return switch (work) {
            case "whole" -> kernel.at(kernel.params()).toDense();
            case "traced" -> traced.at(kernel.params()).toDense();
            case "diagonal" -> kernel.at(kernel.params()).diagonal();
            case "layers" -> layers.run();
            case "block" -> kernel.matmat(block);
            case "hutch++" -> HutchPlusPlus.matvecs(vectors).seed(seed++).trace(kernel);
            default -> throw new IllegalArgumentException("no such work: " + work);
        };
    }
}
