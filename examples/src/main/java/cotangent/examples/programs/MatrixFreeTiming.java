package cotangent.examples.programs;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.examples.data.EmbeddedMnist;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Plot;
import cotangent.examples.plot.Table;
import cotangent.linalg.ntk.EmpiricalNtk;
import java.io.PrintWriter;

/** The trace of the NTK from 60 products, and from the kernel written out, as the number of samples grows. */
final class MatrixFreeTiming implements Program {
    private static final int[] SAMPLES = {10, 20, 50, 100, 200};
    private static final int FEWEST_RUNS = 2;
    private static final int MOST_RUNS = 10;
    private static final long WARM_UP_NANOS = 1_000_000_000L;
    private static final long PATIENCE_NANOS = 300_000_000L;

    @Override
    public String name() {
        return "matrix-free-timing";
    }

    @Override
    public String summary() {
        return "time for the NTK's trace, matrix-free and explicit";
    }

    @Override
    public Plot run(PrintWriter out) {
        Mlp mlp = Nn.mlp(49, 32, 32, 10);
        Table table = Table.of("samples", "kernel size", "matrix-free ms", "explicit ms", "ratio");
        double[] x = new double[SAMPLES.length];
        double[] free = new double[SAMPLES.length];
        double[] explicit = new double[SAMPLES.length];
        warmUp(kernel(mlp, SAMPLES[1]));
        for (int i = 0; i < SAMPLES.length; i++) {
            EmpiricalNtk kernel = kernel(mlp, SAMPLES[i]);
            x[i] = SAMPLES[i];
            free[i] = fastest(kernel::trace);
            explicit[i] = fastest(kernel::toDense);
            table.row(Integer.toString(SAMPLES[i]), Integer.toString(kernel.rows()), Table.number(free[i], 3),
                    Table.number(
                            explicit[i], 3),
                    Table.number(explicit[i] / free[i], 2));
        }
        table.print(out);
        out.printf("  the fastest of %d to %d runs each%n", FEWEST_RUNS, MOST_RUNS);
        return Chart.logarithmic("The trace of the NTK: from products and from the matrix", "samples", "time, ms")
                .line(
                        "matrix-free, 60 products", x, free)
                .line("explicit kernel", x, explicit);
    }

    private static EmpiricalNtk kernel(Mlp mlp, int samples) {
        return EmpiricalNtk.of(mlp.fn(), mlp.init(Key.of(0)), EmbeddedMnist.pooled(samples, DType.F64).inputs());
    }

    /** Lets the JVM compile what both ways have in common. */
    private static void warmUp(EmpiricalNtk kernel) {
        long started = System.nanoTime();
        while (System.nanoTime() - started < WARM_UP_NANOS) {
            kernel.trace();
            kernel.toDense();
        }
    }

    /** Milliseconds of the fastest run. */
    private static double fastest(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        long started = System.nanoTime();
        for (int run = 0; run < FEWEST_RUNS
                || (run < MOST_RUNS && System.nanoTime() - started < PATIENCE_NANOS); run++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, 1e-6 * (System.nanoTime() - start));
        }
        return best;
    }
}
