package cotangent.examples.programs;

import cotangent.dsl.Tensor;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Plot;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Eigh;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.operator.LinearOperator;
import java.io.PrintWriter;

/** The randomized eigendecomposition from products alone beside the dense one, with its residual bounds. */
final class RandomizedEighCheck implements Program {
    private static final int N = 300;
    private static final int RANK = 12;

    @Override
    public String name() {
        return "randomized-eigh";
    }

    @Override
    public String summary() {
        return "leading eigenvalues from 88 products, beside all";
    }

    @Override
    public Plot run(PrintWriter out) {
        Tensor a = Spectra.symmetric(Spectra.of(N, i -> 100 / Math.pow(1 + i, 1.5)), 1);
        double[] ascending = Eigh.values(a).toDoubles();
        Eigenpairs pairs = RandomizedEigh.rank(RANK)
                .oversampling(10)
                .powerIterations(2)
                .decompose(LinearOperator.of(a));
        Table table = Table.of("index", "dense", "randomized", "difference", "residual bound");
        double[] index = Spectra.of(RANK, i -> i + 1.0);
        double[] errors = new double[RANK];
        for (int i = 0; i < RANK; i++) {
            double exact = ascending[N - 1 - i];
            errors[i] = Math.max(Math.abs(exact - pairs.values().get(i)), 1e-17);
            table.row(Integer.toString(i + 1), "%.8f".formatted(exact), "%.8f".formatted(pairs.values().get(i)), Table
                    .number(errors[i], 2), Table.number(pairs.residuals().get(i), 2));
        }
        table.print(out);
        out.println("  " + pairs.numMatvecs() + " products; " + pairs.route());
        return Chart.semiLogarithmic("Randomized eigenvalues, n = 300, rank 12, 2 power iterations", "index",
                "absolute error")
                .line("difference from the dense value", index, errors)
                .line("residual bound", index, pairs
                        .residuals()
                        .toDoubles());
    }
}
