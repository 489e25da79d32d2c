package cotangent.examples.programs;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.examples.data.DataSet;
import cotangent.examples.data.EmbeddedMnist;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Plot;
import cotangent.examples.plot.Table;
import cotangent.linalg.operator.HessianOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.trace.KernelPolynomial;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.StochasticLanczosQuadrature;
import java.io.PrintWriter;
import java.util.Arrays;

/**
 * The spectrum of a loss's Hessian as a density, from Hessian-vector products alone: nearly all eigenvalues of a small network
 * on digits are close to 0, a few stand apart, and some are negative.
 */
final class HessianDensity implements Program {
    private static final int SAMPLES = 300;
    private static final int PRODUCTS = 900;
    private static final int STEPS = 60;
    private static final int SHOWN = 9;

    @Override
    public String name() {
        return "spectral-density";
    }

    @Override
    public String summary() {
        return "density of a Hessian's eigenvalues with its error band";
    }

    @Override
    public Plot run(PrintWriter out) {
        LinearOperator hessian = hessian();
        SpectralDensity lanczos = StochasticLanczosQuadrature.matvecs(PRODUCTS).steps(STEPS).density(hessian);
        SpectralDensity chebyshev = KernelPolynomial.matvecs(PRODUCTS).steps(STEPS).density(hessian);
        out.printf("  Hessian of size %d, cross-entropy of a 49-32-32-10 network on %d digits%n%n", hessian.rows(),
                SAMPLES);
        Table table = Table.of("method", "products", "from", "to", "width", "mass", "time");
        table.row(row("Lanczos quadrature", lanczos));
        table.row(row("kernel polynomial", chebyshev));
        table.print(out);
        out.println();
        values(lanczos).print(out);
        return chart(lanczos, chebyshev);
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
