package cotangent.examples.randomized;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Tensor;
import cotangent.examples.data.EmbeddedMnist;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Eigh;
import cotangent.linalg.Lanczos;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Lanczos and the randomized eigendecomposition on one operator, at equal numbers of products: which is nearer, and in how many
 * passes.
 */
@Command(name = "equal-products", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Lanczos and randomized eigh on one operator at equal products.", footer = {
        "", "Full size:", "  ./cotangent equal-products --n 2000 --samples 200 --products 60,120,240,480,960"})
public final class EqualProducts extends Experiment {
    private static final int BAR = 14;
    private static final double ROUNDING = 1e-17;
    private static final double MILLIS = 50;

    @Option(names = "--n", paramLabel = "N", description = "Size of a matrix with eigenvalues 1/(1+i) (default: ${DEFAULT-VALUE}).")
    private int n = 400;

    @Option(names = "--samples", paramLabel = "N", description = "Digits that the kernel of a 49-32-32-10 net is over (default: ${DEFAULT-VALUE}).")
    private int samples = 50;

    @Option(names = "--rank", paramLabel = "K", description = "Eigenpairs wanted (default: ${DEFAULT-VALUE}).")
    private int rank = 6;

    @Option(names = "--products", paramLabel = "M", split = ",", description = "To spend, ascending (default: 16,24,36,60,96,144).")
    private int[] budgets = {16, 24, 36, 60, 96, 144};

    @Option(names = "--seed", paramLabel = "N", description = "Of networks and random vectors (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** The experiment with no options set. */
    public EqualProducts() {}

    /** A way to spend products. */
    private enum Method {
        LANCZOS("Lanczos", 0) {
            @Override
            Eigenpairs solve(LinearOperator operator, int rank, int products, long seed) {
                return Lanczos.largestMagnitude(rank)
                        .dimension(Math.min(operator.rows(), products - rank))
                        .maxMatvecs(products)
                        .tolerance(0)
                        .seed(seed)
                        .decompose(operator);
            }
        },
        SKETCH("sketch alone", 2) {
            @Override
            RandomizedEigh refined(RandomizedEigh solver) {
                return solver.powerIterations(0);
            }
        },
        POWERS("2 power iterations", 4) {
            @Override
            RandomizedEigh refined(RandomizedEigh solver) {
                return solver.powerIterations(2);
            }
        },
        KRYLOV("4 Krylov blocks", 6) {
            @Override
            RandomizedEigh refined(RandomizedEigh solver) {
                return solver.blockKrylov(4);
            }
        };

        private final String label;
        /** Products that each random vector takes. */
        private final int rounds;

        Method(String label, int rounds) {
            this.label = label;
            this.rounds = rounds;
        }

        boolean affords(int rank, int products) {
            return products >= rounds * rank;
        }

        RandomizedEigh refined(RandomizedEigh solver) {
            return solver;
        }

        Eigenpairs solve(LinearOperator operator, int rank, int products, long seed) {
            return refined(RandomizedEigh.rank(rank).oversampling(products / rounds - rank)).seed(seed)
                    .decompose(operator);
        }
    }

    /**
     * What a method did.
     *
     * @param error    the largest relative error of an eigenvalue
     * @param products really spent; 0 where they do not suffice
     * @param passes   calls of the operator, with a vector or a block
     * @param millis   of the fastest run; NaN where it is not measured
     */
    private record Outcome(double error, long products, long passes, double millis) {
        static final Outcome NONE = new Outcome(Double.NaN, 0, 0, Double.NaN);

        boolean ran() {
            return products > 0;
        }

        Map<String, Object> values() {
            Map<String, Object> values = new LinkedHashMap<>(Map.of("products", products, "passes", passes));
            if (ran()) {
                values.put("error", error);
            }
            if (!Double.isNaN(millis)) {
                values.put("milliseconds", millis);
            }
            return values;
        }
    }

    @Override
    protected Findings run(ProgressListener progress) {
        Sizes.require("--n", n, 2);
        Sizes.require("--samples", samples, 1);
        Sizes.require("--rank", rank, 1);
        Sizes.requireAscending("--products", budgets);
        int least = 2 * rank + 2;
        int most = budgets[budgets.length - 1];
        if (budgets[0] < least || most >= Math.min(n, 10 * samples)) {
            throw new InvalidDataException(
                    "--products: expected %d to %d for %d eigenpairs of --n %d and 10·--samples %d, got %s"
                            .formatted(least, Math.min(n, 10 * samples) - 1, rank, n, samples,
                                    Arrays.toString(budgets)));
        }
        Mlp mlp = Nn.mlp(49, 32, 32, 10);
        EmpiricalNtk kernel = EmpiricalNtk.of(mlp.fn(), mlp.init(Key.of(seed)), EmbeddedMnist.pooled(samples, DType.F64)
                .inputs());
        Findings findings = new Findings()
                .line("The %d leading eigenpairs; error: the largest relative one of an eigenvalue", rank)
                .line("");
        compare(findings, "matrix", "A matrix of size %d with eigenvalues 1/(1+i)".formatted(n),
                Decay.SLOW.matrix(n, 1),
                null, progress);
        compare(findings, "kernel", "The tangent kernel of a 49-32-32-10 tanh net over %d digits, size %d".formatted(
                samples, kernel.rows()), kernel.toDense(), kernel, progress);
        return findings.value("budgets", budgets);
    }

    private void compare(Findings findings, String name, String title, Tensor matrix,
            @Nullable LinearOperator products, ProgressListener progress) {
        LinearOperator operator = products == null ? LinearOperator.of(matrix) : products;
        double[] ascending = Eigh.values(matrix).toDoubles();
        double[] exact = new double[rank];
        Arrays.setAll(exact, i -> ascending[ascending.length - 1 - i]);
        Map<Method, List<Outcome>> outcomes = new LinkedHashMap<>();
        Chart chart = Chart.semiLogarithmic(title, "products",
                "largest relative error of %d eigenvalues".formatted(rank));
        double[] axis = Arrays.stream(budgets).asDoubleStream().toArray();
        for (Method method : Method.values()) {
            List<Outcome> row = new ArrayList<>();
            for (int budget : budgets) {
                row.add(outcome(method, operator, exact, budget));
            }
            outcomes.put(method, row);
            int skipped = (int) row.stream().filter(outcome -> !outcome.ran()).count();
            double[] errors = row.stream().filter(Outcome::ran).mapToDouble(Outcome::error).toArray();
            if (errors.length > 0) {
                chart.line(method.label, Arrays.copyOfRange(axis, skipped, axis.length), errors);
            }
            progress.progressed((products == null ? 0 : Method.values().length) + outcomes.size(), 2L * Method
                    .values().length);
        }
        report(findings.line("%s", title).line(""), outcomes);
        Map<String, Object> found = new LinkedHashMap<>();
        outcomes.forEach((method, row) -> found.put(method.name(), row.stream().map(Outcome::values).toList()));
        findings.value(name, found).plot("equal-products-" + name, chart);
    }

    private Outcome outcome(Method method, LinearOperator operator, double[] exact, int budget) {
        if (!method.affords(rank, budget)) {
            return Outcome.NONE;
        }
        CountingOperator counted = CountingOperator.of(operator);
        Eigenpairs pairs = method.solve(counted, rank, budget, seed);
        double millis = budget < budgets[budgets.length - 1] ? Double.NaN
                : 1e-3 * new Stopwatch(MILLIS).runs(() -> method.solve(operator, rank, budget, seed)).micros();
        return new Outcome(EighTrials.largestError(pairs, exact), counted.products(), counted.calls(), millis);
    }

    private void report(Findings findings, Map<Method, List<Outcome>> outcomes) {
        Method[] methods = Method.values();
        String[] heading = new String[methods.length + 1];
        heading[0] = "products";
        Arrays.setAll(heading, i -> i == 0 ? "products" : methods[i - 1].label);
        Table errors = Table.of(heading);
        int wins = 0;
        for (int i = 0; i < budgets.length; i++) {
            String[] row = new String[methods.length + 1];
            row[0] = Integer.toString(budgets[i]);
            Method nearest = Method.LANCZOS;
            for (int m = 0; m < methods.length; m++) {
                double error = of(outcomes, methods[m], i).error;
                row[m + 1] = of(outcomes, methods[m], i).ran() ? Table.number(error, 2) : "-";
                nearest = error < of(outcomes, nearest, i).error ? methods[m] : nearest;
            }
            wins += nearest == Method.LANCZOS ? 1 : 0;
            errors.row(row);
        }
        findings.table(errors);
        int last = budgets.length - 1;
        Table costs = Table.of("at %d products".formatted(budgets[last]), "really spent", "passes", "ms", "error", "")
                .text(5);
        double largest = Math.log(outcomes.values()
                .stream()
                .mapToDouble(row -> row.get(last).error)
                .filter(error -> error > 0)
                .max()
                .orElse(1) / ROUNDING);
        for (Method method : methods) {
            Outcome outcome = of(outcomes, method, last);
            if (!outcome.ran()) {
                continue;
            }
            costs.row(method.label, Long.toString(outcome.products), Long.toString(outcome.passes), Table.number(
                    outcome.millis, 2), Table.number(outcome.error, 2),
                    Sparkline.bar(Math.log(outcome.error / ROUNDING)
                            / largest, BAR));
        }
        findings.table(costs)
                .line("Lanczos is nearest at %d of %d budgets; the randomized ones ask for their products in blocks,",
                        wins,
                        budgets.length)
                .line("2 to 6 passes instead of one for each. bars: digits still wrong")
                .line("");
    }

    private static Outcome of(Map<Method, List<Outcome>> outcomes, Method method, int budget) {
        return outcomes.getOrDefault(method, List.of()).get(budget);
    }
}
