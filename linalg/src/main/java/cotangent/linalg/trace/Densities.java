package cotangent.linalg.trace;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.MeteredOperator;
import java.util.Arrays;

/** Spectral densities from samples, or from all eigenvalues. */
final class Densities {
    /** Standard deviations of the smoothing from the extreme eigenvalues to the ends of the grid. */
    private static final double MARGIN = 4;
    /** Shares of the spectrum's range that the smoothing of an exact density is wide. */
    private static final int RESOLUTION = 50;

    private Densities() {}

    /** The mean over the probes' densities, and its standard error, at each point. */
    static SpectralDensity of(MeteredOperator operator, FormSampler sampler, SpectralEstimator.Recurrence recurrence,
            int points, Accuracy accuracy) {
        boolean told = recurrence.range().length == 2;
        double[] range = told ? recurrence.range() : range(sampler);
        // half the spacing of Chebyshev nodes at the centre: what so many steps resolve
        double width = positive(0.5 * Math.PI * (range[1] - range[0]) / 2 / sampler.steps());
        double[] grid = told
                ? grid(range[0], range[1], points, true)
                : grid(range[0] - MARGIN * width, range[1] + MARGIN * width, points, false);
        double[][] rows = sampler.densities(width, grid);
        int m = rows.length;
        double[] means = new double[points];
        double[] errors = new double[points];
        double correction = operator.sampling().law().correction(m, operator.columns());
        for (int p = 0; p < points; p++) {
            for (double[] row : rows) {
                means[p] += row[p] / m;
            }
            double squares = 0;
            for (double[] row : rows) {
                squares += (row[p] - means[p]) * (row[p] - means[p]);
            }
            errors[p] = Math.sqrt(correction * squares / (m - 1) / m);
        }
        SpectralDensity density = density(operator, grid, means, errors, ErrorBar.SAMPLE, width, m,
                "%d %s probes, %d %s each".formatted(m, operator.sampling().law(), sampler.steps(), recurrence.name()),
                true);
        return accuracy.asked()
                ? density(operator, grid, means, errors, ErrorBar.SAMPLE, width, m, density.route(), reached(density,
                        accuracy))
                : density;
    }

    private static boolean reached(SpectralDensity density, Accuracy accuracy) {
        double halfWidths = 0;
        double values = 0;
        for (int i = 0; i < density.size(); i++) {
            Estimate estimate = density.estimate(i);
            halfWidths = Math.hypot(halfWidths, estimate.interval(accuracy.confidence()).halfWidth());
            values = Math.hypot(values, estimate.value());
        }
        return halfWidths <= accuracy.relativeError() * values;
    }

    private static double[] range(FormSampler sampler) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (ProbeRuns block : sampler.blocks()) {
            if (block instanceof LanczosRuns runs) {
                for (int j = 0; j < runs.count(); j++) {
                    double[] nodes = runs.quadrature(j, sampler.steps()).nodes();
                    low = Math.min(low, Arrays.stream(nodes).min().orElse(low));
                    high = Math.max(high, Arrays.stream(nodes).max().orElse(high));
                }
            }
        }
        return new double[]{low, high};
    }

    /** The width itself; some width for a spectrum of one point. */
    private static double positive(double width) {
        return width > 0 ? width : 1;
    }

    /** Points at even distances, ends included or half a distance away from them. */
    private static double[] grid(double low, double high, int points, boolean inside) {
        double[] grid = new double[points];
        for (int i = 0; i < points; i++) {
            double share = inside ? (i + 0.5) / points : i / (points - 1.0);
            grid[i] = low + share * (high - low);
        }
        return grid;
    }

    /** From all eigenvalues, ascending. */
    static SpectralDensity exact(MeteredOperator operator, double[] eigenvalues, int points) {
        int n = eigenvalues.length;
        double width = positive((eigenvalues[n - 1] - eigenvalues[0]) / RESOLUTION);
        double[] grid = grid(eigenvalues[0] - MARGIN * width, eigenvalues[n - 1] + MARGIN * width, points, false);
        double[] values = new double[points];
        for (int p = 0; p < points; p++) {
            for (double eigenvalue : eigenvalues) {
                double distance = (grid[p] - eigenvalue) / width;
                values[p] += Math.exp(-0.5 * distance * distance) / (n * width * Math.sqrt(2 * Math.PI));
            }
        }
        return density(operator, grid, values, new double[points], ErrorBar.EXACT, width, 0,
                "exact: identity basis of dimension " + n, true);
    }

    private static SpectralDensity density(MeteredOperator operator, double[] grid, double[] values, double[] errors,
            ErrorBar bar, double width, int samples, String route, boolean converged) {
        return new SpectralDensity(vector(grid), vector(values), vector(errors), bar, width, operator.spent(), operator
                .jvps(), operator.vjps(), samples, operator.sampling().seed(), route, operator.elapsed(), converged);
    }

    private static Tensor vector(double[] elements) {
        return Tensor.wrap(Shape.of(elements.length), elements);
    }
}
