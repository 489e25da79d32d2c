package cotangent.examples.randomized;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.examples.data.DataSet;
import cotangent.examples.data.EmbeddedMnist;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Table;
import cotangent.linalg.operator.HessianOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.trace.KernelPolynomial;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.StochasticLanczosQuadrature;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine.Command;

/**
 * The spectrum of a loss's Hessian as a density, from Hessian-vector products alone: nearly all eigenvalues of a small network
 * on digits are close to 0, a few stand apart, and some are negative.
 */
@Command(name = "spectral-density", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Density of a Hessian's eigenvalues with its error band.")
public final class HessianDensity extends Experiment {
    private static final int SAMPLES = 300;
    private static final int PRODUCTS = 900;
    private static final int STEPS = 60;
    private static final int SHOWN = 9;

    /** The experiment with no options set. */
    public HessianDensity() {}

    @Override
    protected Findings run(ProgressListener progress) {
        LinearOperator hessian = hessian();
        SpectralDensity lanczos = StochasticLanczosQuadrature.matvecs(PRODUCTS).steps(STEPS).density(hessian);
        progress.progressed(1, 2);
        SpectralDensity chebyshev = KernelPolynomial.matvecs(PRODUCTS).steps(STEPS).density(hessian);
        progress.progressed(2, 2);
        Table table = Table.of("method", "products", "from", "to", "width", "mass", "time");
        table.row(row("Lanczos quadrature", lanczos));
        table.row(row("kernel polynomial", chebyshev));
        return new Findings()
                .line("Hessian of size %d, cross-entropy of a 49-32-32-10 network on %d digits", hessian.rows(),
                        SAMPLES)
                .line("")
                .table(table)
                .table(values(lanczos))
                .value("lanczos", json(lanczos))
                .value("chebyshev", json(chebyshev))
                .plot("spectral-density", chart(lanczos, chebyshev));
    }

    private static Map<String, Object> json(SpectralDensity density) {
        return Map.of("points", density.points().toDoubles(), "values", density.values().toDoubles(), "width", density
                .width(), "mass", density.mass(), "products", density.numMatvecs());
    }

    private static LinearOperator hessian() {
        Mlp mlp = Nn.mlp(49, 32, 32, 10);
        Fn net = mlp.fn();
        Fn loss = Fn.of("loss", (p, x, y) -> Nn.crossEntropy(net.apply(p, x), y));
        DataSet digits = EmbeddedMnist.pooled(SAMPLES, DType.F64);
        return HessianOperator.of(loss, mlp.init(Key.of(0)), digits.inputs(), digits.labels());
    }

    private static String[] row(String method, SpectralDensity density) {
        int last = density.size() - 1;
        return new String[]{method, Long.toString(density.numMatvecs()), Table.number(density.points().get(0), 3), Table
                .number(density.points().get(last), 3), Table.number(density.width(), 2),
                Table.number(density.mass(),
                        3),
                Table.duration(density.elapsed())};
    }

    /** Some of the points, with half the width of their 95 % intervals. */
    private static Table values(SpectralDensity density) {
        Table table = Table.of("eigenvalue", "density", "± 95 %");
        for (int i = 0; i < SHOWN; i++) {
            int index = i * (density.size() - 1) / (SHOWN - 1);
            table.row("%.4f".formatted(density.points().get(index)), Table.number(density.values().get(index), 3), Table
                    .number(density.estimate(index).interval(0.95).halfWidth(), 2));
        }
        return table;
    }

    private static Chart chart(SpectralDensity... densities) {
        Chart chart = Chart.semiLogarithmic("Eigenvalues of a loss's Hessian", "eigenvalue",
                "density, with 95 % bands");
        String[] names = {"Lanczos quadrature", "kernel polynomial"};
        for (int d = 0; d < densities.length; d++) {
            SpectralDensity density = densities[d];
            int n = density.size();
            double[] band = density.band(0.95).toDoubles();
            double[] low = Arrays.copyOfRange(band, 0, n);
            double[] high = Arrays.copyOfRange(band, n, 2 * n);
            chart.band(names[d], density.points().toDoubles(), density.values().toDoubles(), low, high);
        }
        return chart;
    }
}
