package cotangent.examples.randomized;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.PowerLaw;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigh;
import cotangent.linalg.Lanczos;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.trace.HutchPlusPlus;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the methods cost as the number of samples N grows, measured and fitted, beside the orders that their descriptions give; and
 * the products that they really spend beside the formula.
 */
@Command(name = "cost-orders", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Measured and theoretical cost of the methods: ours against O().", footer = {
        "", "Full size:", "  ./cotangent cost-orders --samples 128,256,512,1024 --millis 500"})
public final class CostOrders extends Experiment {
    private static final int RANK = 5;
    private static final int MATVECS = 60;
    /** Cheap work is measured at so many times the samples, where it outweighs what a call and compiling cost. */
    private static final int LINEARIZATION_SCALE = 256;
    private static final int PRODUCT_SCALE = 32;
    private static final int ESTIMATE_SCALE = 16;
    private static final int SQUARE_SCALE = 2;
    private static final double SPAN = 1e3;

    @Option(names = "--net", paramLabel = "W", description = "Widths of a tanh network (default: ${DEFAULT-VALUE}).")
    private String net = "20-8-8-4";

    @Option(names = "--samples", paramLabel = "N", split = ",", description = "Ascending (default: 64,128,256,512).")
    private int[] samples = {64, 128, 256, 512};

    @Option(names = "--millis", paramLabel = "MS", description = "Length of a measurement (default: ${DEFAULT-VALUE}).")
    private double millis = 40;

    /** The experiment with no options set. */
    public CostOrders() {}

    /**
     * A piece of work.
     *
     * @param order    of its cost, in words; N samples, C outputs each, P parameters, m products
     * @param exponent of N in it
     * @param scale    samples are so many times those asked for
     * @param setting  makes, for a number of samples, what is then timed
     */
    private record Work(String name, String order, int exponent, int scale, IntFunction<Runnable> setting) {}

    private List<Work> works(KernelProducts products) {
        return List.of(new Work("linearization and a product", "O(NP)", 1, LINEARIZATION_SCALE, n -> {
            Tensor x = products.inputs(n);
            Tensor v = Tensor.ones(DType.F64, n * products.outputs());
            return () -> products.kernel(x).matvec(v);
        }), new Work("product K·v, matrix-free", "O(NP)", 1, PRODUCT_SCALE, n -> {
            EmpiricalNtk kernel = products.kernel(products.inputs(n));
            Tensor v = Tensor.ones(DType.F64, kernel.rows());
            return () -> kernel.matvec(v);
        }), new Work("randomized eigh, k = 5, 60 products", "O(NPm + NCm²)", 1, ESTIMATE_SCALE, n -> {
            EmpiricalNtk kernel = products.kernel(products.inputs(n));
            return () -> randomized(kernel);
        }), new Work("Lanczos, k = 5, 60 products", "O(NPm + NCm²)", 1, ESTIMATE_SCALE, n -> {
            EmpiricalNtk kernel = products.kernel(products.inputs(n));
            return () -> lanczos(kernel);
        }), new Work("Hutch++ trace, 60 products", "O(NPm + NCm²)", 1, ESTIMATE_SCALE, n -> {
            EmpiricalNtk kernel = products.kernel(products.inputs(n));
            return () -> hutchpp(kernel);
        }), new Work("K written out", "O(N²CP)", 2, SQUARE_SCALE, n -> {
            Tensor x = products.inputs(n);
            return () -> products.kernel(x).toDense();
        }), new Work(
                "product K·v, K kept", "O(N²C²)", 2, SQUARE_SCALE, n -> {
                    LinearOperator kernel = LinearOperator.of(products.kernel(products.inputs(n)).toDense());
                    Tensor v = Tensor.ones(DType.F64, kernel.rows());
                    return () -> kernel.matvec(v);
                }), new Work("all eigenvalues of K", "O(N³C³)", 3, 1, n -> {
                    Tensor kernel = products.kernel(products.inputs(n)).toDense();
                    return () -> Eigh.values(kernel);
                }));
    }

    private static void randomized(LinearOperator kernel) {
        RandomizedEigh.rank(RANK).oversampling(10).powerIterations(2).decompose(kernel);
    }

    private static void lanczos(LinearOperator kernel) {
        Lanczos.largest(RANK).dimension(MATVECS - RANK).maxMatvecs(MATVECS).decompose(kernel);
    }

    private static void hutchpp(LinearOperator kernel) {
        HutchPlusPlus.matvecs(MATVECS).trace(kernel);
    }

    @Override
    protected Findings run(ProgressListener progress) {
        double[] axis = Sizes.requireAscending("--samples", samples);
        KernelProducts products = KernelProducts.of(net, 0);
        if (samples[0] * products.outputs() <= MATVECS || !(millis > 0)) {
            throw new InvalidDataException(
                    "--samples: expected more than %d outputs of all samples, and --millis above 0, got %s and %s"
                            .formatted(MATVECS, Arrays.toString(samples), millis));
        }
        Findings findings = new Findings()
                .line("Tangent kernel of a %s tanh net: C = %d outputs a sample, P = %d parameters", net,
                        products.outputs(), products.parameters())
                .line("");
        Table table = Table.of("what", "O()", "N", "exponent", "theory", "time at the largest N", "over N").text(1, 6);
        Chart chart = Chart.logarithmic("Time over samples; dashed: the exponent of the theory", "samples N",
                "time, microseconds");
        Stopwatch watch = new Stopwatch(millis);
        List<Work> works = works(products);
        Map<String, Object> found = new LinkedHashMap<>();
        works.forEach(work -> watch.steady(work.setting.apply(samples[0] * work.scale))); // lets the JVM compile all
        for (Work work : works) {
            double[] times = new double[samples.length];
            for (int i = 0; i < times.length; i++) {
                times[i] = watch.steady(work.setting.apply(samples[i] * work.scale));
            }
            double[] sizes = Arrays.stream(axis).map(n -> n * work.scale).toArray();
            double slope = PowerLaw.fit(sizes, times).slope();
            int last = times.length - 1;
            table.row(work.name, work.order, "%d-%d".formatted(samples[0] * work.scale, samples[last] * work.scale),
                    "%.2f".formatted(slope), Integer.toString(work.exponent), time(times[last]), Sparkline.decay(SPAN,
                            times));
            if (found.size() % 2 == 1 || work.exponent > 1) {
                chart.line(work.name, sizes, times)
                        .theory(sizes, Arrays.stream(sizes)
                                .map(n -> times[last] * Math.pow(n / sizes[last], work.exponent))
                                .toArray());
            }
            found.put(work.name,
                    Map.of("order", work.order, "theory", work.exponent, "exponent", slope, "samples", sizes,
                            "microseconds", times));
            progress.progressed(found.size(), works.size());
        }
        findings.table(table)
                .line("time ~ N^exponent by least squares; below theory: what does not grow, such as a call, still counts")
                .line("");
        products(findings, products);
        return findings.value("costs", found).plot("cost-orders", chart);
    }

    private static String time(double micros) {
        return micros < 1e3 ? Table.number(micros, 3) + " us" : Table.number(1e-3 * micros, 3) + " ms";
    }

    /** Products really spent, counted by the operator. */
    private void products(Findings findings, KernelProducts products) {
        EmpiricalNtk kernel = products.kernel(products.inputs(samples[0]));
        Table table = Table.of("method", "formula", "products", "counted");
        Map<String, Object> found = new LinkedHashMap<>();
        count(table, found, "randomized eigh", "(q + 2)(k + p)", 4 * (RANK + 10), kernel, CostOrders::randomized);
        count(table, found, "Lanczos", "m", MATVECS, kernel, CostOrders::lanczos);
        count(table, found, "Hutch++", "m", MATVECS, kernel, CostOrders::hutchpp);
        findings.table(table.text(1)).value("products", found);
    }

    private static void count(Table table, Map<String, Object> found, String name, String formula, long expected,
            LinearOperator kernel, Consumer<LinearOperator> method) {
        CountingOperator counted = CountingOperator.of(kernel);
        method.accept(counted);
        table.row(name, formula, Long.toString(expected), Long.toString(counted.products()));
        found.put(name, Map.of("formula", expected, "counted", counted.products()));
    }
}
