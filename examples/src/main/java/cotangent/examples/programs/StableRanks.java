package cotangent.examples.programs;

import cotangent.dsl.Tensor;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Plot;
import cotangent.examples.plot.Table;
import cotangent.linalg.Estimate;
import cotangent.linalg.StableRank;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Sampling;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** The stable rank ‖A‖_F²/‖A‖₂² of three spectra: from 1 for a fast decay to n for none. */
final class StableRanks implements Program {
    private static final int N = 50;

    @Override
    public String name() {
        return "stable-rank";
    }

    @Override
    public String summary() {
        return "stable ranks of three spectra, exact and estimated";
    }

    @Override
    public Plot run(PrintWriter out) {
        Map<String, double[]> spectra = new LinkedHashMap<>();
        spectra.put("2⁻ⁱ", Spectra.of(N, i -> Math.pow(2, -i)));
        spectra.put("1/(1+i)", Spectra.of(N, i -> 1.0 / (1 + i)));
        spectra.put("flat", Spectra.of(N, i -> 1));
        Table table = Table.of("spectrum", "stable rank", "from 40 products", "± 95 %");
        Chart chart = Chart.semiLogarithmic("Three spectra and their stable ranks", "index i", "singular value");
        double[] index = Spectra.of(N, i -> i);
        spectra.forEach((label, values) -> {
            Tensor a = Spectra.symmetric(values, 0);
            double exact = StableRank.of(a);
            Estimate estimate = StableRank.of(LinearOperator.of(a), Sampling.matvecs(40));
            table.row(label, "%.6f".formatted(exact), Table.number(estimate.value(), 6), Table.number(estimate.interval(
                    0.95).halfWidth(), 2));
            chart.line("%s: stable rank %.4g".formatted(label, exact), index, values);
        });
        table.print(out);
        return chart;
    }
}
