package cotangent.examples.randomized;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Eigh;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The randomized eigendecomposition from products alone beside the dense one, with the bounds that come with it. */
@Command(name = "randomized-eigh", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Leading eigenpairs from few products, beside the dense ones.", footer = {
        "", "Full size:", "  ./cotangent randomized-eigh --n 2000 --rank 50"})
public final class RandomizedEighCheck extends Experiment {
    private static final double ROUNDING = 1e-16;
    private static final int BAR = 12;

    @Option(names = "--n", paramLabel = "N", description = "Size of the matrix (default: ${DEFAULT-VALUE}).")
    private int n = 100;

    @Option(names = "--rank", paramLabel = "K", description = "Eigenpairs wanted (default: ${DEFAULT-VALUE}).")
    private int rank = 5;

    @Option(names = "--oversampling", paramLabel = "P", description = "Random vectors beyond these (default: ${DEFAULT-VALUE}).")
    private int oversampling = 10;

    @Option(names = "--power-iterations", paramLabel = "Q", description = "Further rounds of products (default: ${DEFAULT-VALUE}).")
    private int powerIterations = 2;

    @Option(names = "--seed", paramLabel = "N", description = "Of the random vectors (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** The experiment with no options set. */
    public RandomizedEighCheck() {}

    @Override
    protected Findings run(ProgressListener progress) {
        Sizes.require("--n", n, 2);
        Sizes.require("--rank", rank, 1);
        if (rank >= n) {
            throw new InvalidDataException("--rank: expected fewer than --n %d, got %d".formatted(n, rank));
        }
        Tensor a = Decay.SLOW.matrix(n, 1);
        Eigh dense = Eigh.of(a);
        Eigenpairs pairs = RandomizedEigh.rank(rank)
                .oversampling(oversampling)
                .powerIterations(powerIterations)
                .seed(seed)
                .listener(progress)
                .decompose(LinearOperator.of(a));
        double[] index = IntStream.rangeClosed(1, rank).asDoubleStream().toArray();
        double[] differences = new double[rank];
        double[] bounds = new double[rank];
        double[] angles = new double[rank];
        Table table = Table.of("index", "dense", "randomized", "", "difference", "bound", "angle to the dense vector",
                "bound").text(3);
        for (int i = 0; i < rank; i++) {
            int position = n - 1 - i;
            double exact = dense.values().get(position);
            differences[i] = Math.max(Math.abs(exact - pairs.values().get(i)), ROUNDING);
            bounds[i] = pairs.valueBound(i);
            angles[i] = sine(dense.vectors().at(1, position), pairs.vectors().at(1, i));
            table.row(Integer.toString(i + 1), "%.8f".formatted(exact), "%.8f".formatted(pairs.values().get(i)),
                    Sparkline
                            .bar(exact, BAR),
                    Table.number(differences[i], 2), Table.number(bounds[i], 2), Table.number(
                            angles[i], 2),
                    Table.number(pairs.angleBound(i), 2));
        }
        double best = Decay.tail(Decay.SLOW.values(n), rank);
        double distance = EighTrials.distance(a, pairs);
        return new Findings()
                .line("A symmetric matrix of size %d with eigenvalues 1/(1+i); %d of them from %d products", n,
                        rank, pairs.numMatvecs())
                .line("")
                .table(table)
                .line("angles as sines; bounds of Kato and Temple, and of Davis and Kahan, from residuals alone")
                .line("‖A − VΛVᵀ‖ = %.6f in the Frobenius norm; no matrix of rank %d is nearer than %.6f", distance,
                        rank,
                        best)
                .line("%s", pairs.route())
                .value("dense", IntStream.range(0, rank)
                        .mapToDouble(i -> dense.values().get(n - 1 - i))
                        .toArray())
                .value("randomized", pairs.values().toDoubles())
                .value("differences", differences)
                .value("valueBounds", bounds)
                .value("residuals", pairs.residuals().toDoubles())
                .value("sines", angles)
                .value("sineBounds", IntStream.range(0, rank).mapToDouble(pairs::angleBound).toArray())
                .value("reconstruction", distance)
                .value("bestReconstruction", best)
                .value("products", pairs.numMatvecs())
                .plot("randomized-eigh", Chart.semiLogarithmic(
                        "Randomized eigenvalues, n = %d, %d products".formatted(n, pairs.numMatvecs()), "index",
                        "absolute error")
                        .line("difference from the dense value", index, differences)
                        .line("Kato and Temple's bound", index, bounds)
                        .line("residual", index, pairs.residuals().toDoubles()));
    }

    /** The sine of the angle of two unit vectors, from their difference, which does not cancel. */
    private static double sine(Tensor u, Tensor v) {
        double inner = u.times(v).sum().item();
        return Math.sqrt(u.minus(v.times(inner)).square().sum().item());
    }
}
