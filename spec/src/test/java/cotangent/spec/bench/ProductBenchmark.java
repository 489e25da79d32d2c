package cotangent.spec.bench;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ntk.EmpiricalNtk;
import java.util.Locale;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The product of a network's empirical NTK with a vector or a block of them; JMH extends it, so it is not final. */
@State(Scope.Benchmark)
public class ProductBenchmark {
    /** The network's, input first, or {@code gru-inputs-states-steps}. */
    @Param("20-10-4")
    public String widths = "20-10-4";

    /** Of everything. */
    @Param("f64")
    public String dtype = "f64";

    /** Of its inputs. */
    @Param("8")
    public int samples = 8;

    /** In a block; 1 for a product with a vector. */
    @Param("1")
    public int vectors = 1;

    private EmpiricalNtk kernel;
    private Tensor v;

    /** For JMH. */
    public ProductBenchmark() {}

    /** Linearizes the network and draws the vectors. */
    @Setup
    public void prepare() {
        DType type = DType.valueOf(dtype.toUpperCase(Locale.ROOT));
        kernel = Networks.kernel(widths, type, samples);
        int rows = kernel.rows();
        v = Key.of(2).normal(vectors == 1 ? Shape.of(rows) : Shape.of(rows, vectors), type);
        CoreWarmUp.of(this::product);
    }

    /** K·v. */
    @Benchmark
    public Tensor product() {
        return vectors == 1 ? kernel.matvec(v) : kernel.matmat(v);
    }
}
