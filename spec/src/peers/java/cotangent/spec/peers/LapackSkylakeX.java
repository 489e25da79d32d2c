package cotangent.spec.peers;

import cotangent.spec.bench.Decomposition;
import cotangent.spec.bench.Processor;

/** LAPACK on OpenBLAS's AVX-512 kernels, which on AMD it does not pick by itself. */
public final class LapackSkylakeX extends Lapack {
    /** For {@link java.util.ServiceLoader}. */
    public LapackSkylakeX() {}

    @Override
    public String name() {
        return "LAPACK SkylakeX";
    }

    @Override
    public boolean suits(Decomposition work) {
        return Processor.here().isAmdWithAvx512();
    }

    @Override
    public Call prepare(Decomposition work, double[] a, int threads) throws Exception {
        OpenBlasSkylakeX.choose();
        return super.prepare(work, a, threads);
    }
}
