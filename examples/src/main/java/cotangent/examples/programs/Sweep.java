package cotangent.examples.programs;

import cotangent.dsl.Tensor;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Plot;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.operator.LinearOperator;
import java.io.PrintWriter;
import java.util.function.BiFunction;

/** How one setting of the randomized eigendecomposition changes its error, on a slowly and a quickly decaying spectrum. */
final class Sweep {
    private static final int N = 300;
    private static final int RANK = 10;
    private static final int SEEDS = 10;

    private final String setting;
    private final int[] values;
    private final BiFunction<RandomizedEigh, Integer, RandomizedEigh> configure;

    Sweep(String setting, int[] values, BiFunction<RandomizedEigh, Integer, RandomizedEigh> configure) {
        this.setting = setting;
        this.values = values;
        this.configure = configure;
    }

    /** Largest relative error of the ten leading eigenvalues, averaged over seeds, for each value of the setting. */
    Plot run(PrintWriter out) {
        double[] slow = errors(1);
        double[] quick = errors(3);
        Table table = Table.of(setting, "error, λ ~ 1/i", "error, λ ~ 1/i³");
        double[] x = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            x[i] = values[i];
            table.row(Integer.toString(values[i]), Table.number(slow[i], 3), Table.number(quick[i], 3));
        }
        table.print(out);
        out.printf("  largest relative error of the %d leading eigenvalues of %d, mean of %d seeds%n", RANK, N, SEEDS);
        return Chart.semiLogarithmic("Randomized eigendecomposition: " + setting, setting,
                "largest relative error of ten eigenvalues")
                .line("eigenvalues ~ 1/i", x, slow)
                .line("eigenvalues ~ 1/i³", x,
                        quick);
    }

    private double[] errors(double decay) {
        double[] spectrum = Spectra.of(N, i -> Math.pow(1 + i, -decay));
        Tensor a = Spectra.symmetric(spectrum, 2);
        double[] errors = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            for (int seed = 0; seed < SEEDS; seed++) {
                Eigenpairs pairs = configure.apply(RandomizedEigh.rank(RANK), values[i])
                        .seed(seed)
                        .decompose(LinearOperator
                                .of(a));
                double worst = 1e-16;
                for (int j = 0; j < RANK; j++) {
                    worst = Math.max(worst, Math.abs(pairs.values().get(j) - spectrum[j]) / spectrum[j]);
                }
                errors[i] += worst / SEEDS;
            }
        }
        return errors;
    }
}
