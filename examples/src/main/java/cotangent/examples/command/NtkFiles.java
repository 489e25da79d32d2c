package cotangent.examples.command;

import cotangent.dsl.Tensor;
import cotangent.examples.plot.Eigenfunctions;
import cotangent.examples.plot.Plots;
import cotangent.linalg.Eigenpairs;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;

/** Writes the report's files: {@code ntk.json}, {@code spectrum.png} and, for images, {@code eigenfunctions.png}. */
final class NtkFiles {
    private NtkFiles() {
    }

    static void write(Path directory, NtkReport report, @Nullable KernelCheck check, Tensor inputs) {
        Plots.write(spectrum(report.top()), directory.resolve("spectrum.png"));
        if (Eigenfunctions.drawable(inputs)) {
            Plots.write(Eigenfunctions.images(inputs, report.top()).draw(), directory.resolve("eigenfunctions.png"));
        }
        Plots.write(NtkJson.text(report, check) + System.lineSeparator(), directory.resolve("ntk.json"));
    }

    private static XYChart spectrum(Eigenpairs pairs) {
        XYChart chart = Plots.chart("Leading eigenvalues of the neural tangent kernel", "index", "eigenvalue");
        double[] index = IntStream.rangeClosed(1, pairs.size()).asDoubleStream().toArray();
        Plots.line(chart, "eigenvalue ± residual bound", index, pairs.values().toDoubles(), pairs.residuals().toDoubles());
        chart.getStyler().setYAxisLogarithmic(IntStream.range(0, pairs.size()).allMatch(i -> pairs.values().get(i) > 0));
        chart.getStyler().setXAxisMin(0.5);
        chart.getStyler().setXAxisMax(pairs.size() + 0.5);
        chart.getStyler().setXAxisDecimalPattern("#");
        return chart;
    }
}
