package cotangent.spec.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One decomposition by one library; JMH extends it, so it is not final. */
@State(Scope.Benchmark)
public class DecompositionBenchmark {
    /** The library. */
    @Param(Side.OURS)
    public String routine = Side.OURS;

    /** What to compute. */
    @Param("eigh 100x100")
    public String work = "eigh 100x100";

    /** Cores the library may use. */
    @Param("1")
    public int threads = 1;

    /** Of warming up, by the time a core has spent. */
    @Param("1000")
    public int warmUpMillis = 1000;

    private DecompositionRoutine.Call call;

    /** For JMH. */
    public DecompositionBenchmark() {}

    /** Makes the matrix and decomposes it once to see that the library is called as it should be. */
    @Setup
    public void prepare() throws Exception {
        Decomposition whole = Decomposition.parse(work);
        DecompositionRoutine library = DecompositionRoutines.named(routine);
        Decomposition small = whole.small();
        if (!library.isLapack()) {
            CoreWarmUp.of(library.prepare(small, small.matrix(), threads)::run, warmUpMillis / 2);
        }
        double[] a = whole.matrix();
        call = library.prepare(whole, a.clone(), threads);
        call.run();
        whole.require(a, call.result());
        if (!library.isLapack()) {
            CoreWarmUp.of(call::run, warmUpMillis);
        }
    }

    /** The decomposition. */
    @Benchmark
    public void decompose() {
        call.run();
    }
}
