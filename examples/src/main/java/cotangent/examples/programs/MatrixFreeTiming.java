package cotangent.examples.programs;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.examples.command.Table;
import cotangent.examples.data.EmbeddedMnist;
import cotangent.examples.plot.Plots;
import cotangent.linalg.ntk.EmpiricalNtk;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;

/** The trace of the NTK from 60 products, and from the kernel written out, as the number of samples grows. */
final class MatrixFreeTiming implements Program {
    private static final int[] SAMPLES = {25, 50, 100, 200, 400};
    private static final int REPEATS = 5;

    @Override
    public String name() {
        return "matrix-free-timing";
    }

    @Override
    public String summary() {
        return "time of the NTK's trace from products against the explicit kernel, over the number of samples";
    }

    @Override
    public void run(PrintWriter out, @Nullable Path plot) {
        Mlp mlp = Nn.mlp(49, 32, 32, 10);
        Table table = Table.of("samples", "kernel size", "matrix-free ms", "explicit ms", "ratio");
        double[] x = new double[SAMPLES.length];
        double[] free = new double[SAMPLES.length];
        double[] explicit = new double[SAMPLES.length];
        for (int i = 0; i < SAMPLES.length; i++) {
            EmpiricalNtk kernel = EmpiricalNtk.of(mlp.fn(), mlp.init(Key.of(0)), EmbeddedMnist.pooled(SAMPLES[i],
                    DType.F64).inputs());
            x[i] = SAMPLES[i];
            free[i] = fastest(() -> kernel.trace());
            explicit[i] = fastest(() -> kernel.toDense());
            table.row(Integer.toString(SAMPLES[i]), Integer.toString(kernel.rows()), Table.number(free[i], 3), Table.number(
                    explicit[i], 3), Table.number(explicit[i] / free[i], 2));
        }
        table.print(out);
        out.printf("  the fastest of %d runs each, after as many to warm up; 60 products%n", REPEATS);
        if (plot != null) {
            XYChart chart = Plots.chart("The trace of the NTK: from products and from the matrix", "samples", "time, ms");
            chart.getStyler().setYAxisLogarithmic(true);
            chart.getStyler().setXAxisLogarithmic(true);
            chart.getStyler().setLegendPosition(org.knowm.xchart.style.Styler.LegendPosition.InsideNW);
            Plots.line(chart, "matrix-free, 60 products", x, free);
            Plots.line(chart, "explicit kernel", x, explicit);
            Plots.write(chart, plot);
        }
    }

    private static double fastest(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        for (int run = 0; run < 2 * REPEATS; run++) {
            long start = System.nanoTime();
            work.run();
            double elapsed = 1e-6 * (System.nanoTime() - start);
            best = run < REPEATS ? best : Math.min(best, elapsed);
        }
        return best;
    }
}
