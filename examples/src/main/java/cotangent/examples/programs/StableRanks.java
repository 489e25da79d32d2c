package cotangent.examples.programs;

import cotangent.dsl.Tensor;
import cotangent.examples.command.Table;
import cotangent.examples.plot.Plots;
import cotangent.linalg.Estimate;
import cotangent.linalg.StableRank;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Sampling;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;

/** The stable rank ‖A‖_F²/‖A‖₂² of three spectra: from 1 for a fast decay to n for none. */
final class StableRanks implements Program {
    private static final int N = 50;

    @Override
    public String name() {
        return "stable-rank";
    }

    @Override
    public String summary() {
        return "stable rank of a fast, a slow and a flat spectrum, exactly and from 40 products";
    }

    @Override
    public void run(PrintWriter out, @Nullable Path plot) {
        Map<String, double[]> spectra = new LinkedHashMap<>();
        spectra.put("2^-i", Spectra.of(N, i -> Math.pow(2, -i)));
        spectra.put("1/(1+i)", Spectra.of(N, i -> 1.0 / (1 + i)));
        spectra.put("flat", Spectra.of(N, i -> 1));
        Table table = Table.of("spectrum", "stable rank", "from 40 products", "± 95 %");
        XYChart chart = Plots.chart("Three spectra and their stable ranks", "index i", "singular value");
        chart.getStyler().setYAxisLogarithmic(true);
        double[] index = Spectra.of(N, i -> i);
        spectra.forEach((label, values) -> {
            Tensor a = Spectra.symmetric(values, 0);
            double exact = StableRank.of(a);
            Estimate estimate = StableRank.of(LinearOperator.of(a), Sampling.matvecs(40));
            table.row(label, "%.6f".formatted(exact), Table.number(estimate.value(), 6), Table.number(estimate.interval(
                    0.95).halfWidth(), 2));
            Plots.line(chart, "%s: stable rank %.4g".formatted(label, exact), index, values);
        });
        table.print(out);
        if (plot != null) {
            chart.getStyler().setLegendPosition(org.knowm.xchart.style.Styler.LegendPosition.InsideSW);
            Plots.write(chart, plot);
        }
    }
}
