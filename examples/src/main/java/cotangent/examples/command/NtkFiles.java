package cotangent.examples.command;

import cotangent.dsl.Tensor;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Eigenfunctions;
import cotangent.examples.plot.OutputDirectory;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.trace.SpectralDensity;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes the report's files: {@code ntk.json}, {@code spectrum.png}, {@code density.png} and, for images, {@code eigenfunctions.png}. */
final class NtkFiles {
    private static final String TITLE = "Leading eigenvalues of the neural tangent kernel";

    /** Beyond this ratio the small ones are only told apart on a logarithmic axis. */
    private static final double WIDE = 50;

    private NtkFiles() {}

    static void write(OutputDirectory directory, NtkReport report, @Nullable KernelCheck check, Tensor inputs) {
        report.top().ifPresent(pairs -> {
            directory.write("spectrum.png", spectrum(pairs));
            if (Eigenfunctions.drawable(inputs)) {
                directory.write("eigenfunctions.png", Eigenfunctions.images(inputs, pairs));
            }
        });
        report.density().ifPresent(density -> directory.write("density.png", density(density)));
        directory.write("ntk.json", NtkJson.text(report, check) + System.lineSeparator());
    }

    private static Chart density(SpectralDensity density) {
        return Chart.linear("Spectral density of the neural tangent kernel", "eigenvalue", "share per unit")
                .line("smoothed by %.2g".formatted(density.width()), density.points().toDoubles(), density.values()
                        .toDoubles(), density.standardErrors().toDoubles());
    }

    private static Chart spectrum(Eigenpairs pairs) {
        double[] index = IntStream.rangeClosed(1, pairs.size()).asDoubleStream().toArray();
        double[] values = pairs.values().toDoubles();
        double last = values[values.length - 1];
        Chart chart = last > 0 && values[0] > WIDE * last
                ? Chart.semiLogarithmic(TITLE, "index", "eigenvalue")
                : Chart.linear(TITLE, "index", "eigenvalue");
        return chart.line("eigenvalue ± residual bound", index, values, pairs.residuals().toDoubles());
    }
}
