package cotangent.spec.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One product by one library; JMH extends it, so it is not final. */
@State(Scope.Benchmark)
public class GemmBenchmark {
    /** The library. */
    @Param(Side.OURS)
    public String routine = Side.OURS;

    /** What to multiply. */
    @Param("f64 32x32x32")
    public String shape = "f64 32x32x32";

    /** Cores the library may use. */
    @Param("1")
    public int threads = 1;

    private GemmRoutine.Product product;

    /** For JMH. */
    public GemmBenchmark() {}

    /** Makes the matrices, and multiplies them once to see that the library is called as it should be. */
    @Setup
    public void prepare() throws Exception {
        GemmShape parsed = GemmShape.parse(shape);
        double[] a = Operands.random(parsed.m() * parsed.k(), 1);
        double[] b = Operands.random(parsed.k() * parsed.n(), 2);
        product = GemmRoutines.named(routine).prepare(parsed, a, b, threads);
        product.run();
        Operands.requireProduct(parsed, a, b, product.result());
        CoreWarmUp.of(product::run);
    }

    /** C := A·B. */
    @Benchmark
    public void multiply() {
        product.run();
    }
}
