package cotangent.examples.training;

import cotangent.dsl.Activation;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.train.Adam;
import cotangent.dsl.train.Minibatches;
import cotangent.dsl.train.NonFiniteLossException;
import cotangent.dsl.train.Optimizer;
import cotangent.dsl.train.Sgd;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingState;
import cotangent.dsl.train.TrainingStep;
import cotangent.examples.data.DataSet;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.families.ImageNetwork;
import cotangent.examples.families.NetworkFamily;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.examples.training.InitialKernel.Predictor;
import cotangent.linalg.dynamics.SquaredLoss;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.ProgressListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Whether statistics of the kernel at the beginning tell which network is going to learn digits well: networks of four families and
 * several sizes, activations and scales of the weights, ranked by each statistic and by the losses they reach.
 *
 * <p>Each is trained twice: by gradient descent at the same share of its own largest stable rate, which the theory of the kernel
 * is about, and by Adam at one rate for all, which it is not. With so many pairs some correlate by chance: a p-value counts after
 * Holm's correction for all of them.
 */
@Command(name = "kernel-ranking", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Does the NTK at initialisation tell which network learns digits best?", footer = {
        "", "Full size:",
        "  ./cotangent kernel-ranking --mnist DIR --samples 4000 --test 2000 --steps 1000 \\",
        "    --tracked 100"})
public final class KernelRanking extends Experiment {
    /** Of the largest stable rate of the kernel at the beginning. */
    private static final double SHARE = 0.25;
    private static final double SIGNIFICANT = 0.05;

    @Mixin
    private Digits digits = new Digits();

    @Option(names = "--scales", paramLabel = "S", split = ",", description = "Of the weights at the beginning; 1 keeps the size of what passes through a layer (default: 0.5,1,2).")
    private double[] scales = {0.5, 1, 2};

    @Option(names = "--samples", paramLabel = "N", description = "Digits to train on (default: ${DEFAULT-VALUE}).")
    private int samples = 512;

    @Option(names = "--test", paramLabel = "N", description = "Digits to test on (default: ${DEFAULT-VALUE}).")
    private int test = 512;

    @Option(names = "--tracked", paramLabel = "N", description = "Of those trained on, how many the kernel is over (default: ${DEFAULT-VALUE}).")
    private int tracked = 40;

    @Option(names = "--batch", paramLabel = "N", description = "Digits for each step (default: ${DEFAULT-VALUE}).")
    private int batch = 64;

    @Option(names = "--steps", paramLabel = "N", description = "Of training (default: ${DEFAULT-VALUE}).")
    private int steps = 200;

    @Option(names = "--rate", paramLabel = "R", description = "Of Adam (default: ${DEFAULT-VALUE}).")
    private double rate = 0.003;

    @Option(names = "--seeds", paramLabel = "N", description = "Networks of each kind, which count as one by their mean (default: ${DEFAULT-VALUE}).")
    private int seeds = 1;

    /** The experiment with no options set. */
    public KernelRanking() {}

    /** What is to be told beforehand. */
    private enum Outcome {
        DESCENT_TRAINING("descent, training"), DESCENT_TEST("descent, test"), ADAM_TRAINING(
                "Adam, training"), ADAM_TEST("Adam, test");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /** One network: what is known before, the losses after by outcome. */
    private record Trained(ImageNetwork net, int parameters, double[] before, double[] losses) {}

    @Override
    protected Findings run(ProgressListener progress) {
        if (scales.length == 0 || Arrays.stream(scales).anyMatch(scale -> !(scale > 0 && scale < 100)) || tracked < 2
                || tracked > samples || test < 1 || batch < 1 || steps < 1 || seeds < 1 || !(rate > 0)) {
            throw new InvalidDataException(
                    "expected --scales between 0 and 100, --tracked from 2 to --samples, --test, --batch, --steps and --seeds from 1, --rate above 0");
        }
        Digits.Sets sets = digits.load(samples, test);
        int edge = (int) Math.round(Math.sqrt(sets.training().inputs().shape().extent(1)));
        List<ImageNetwork> networks = networks(edge);
        List<Trained> trained = new ArrayList<>();
        for (ImageNetwork net : networks) {
            trained.add(train(net, sets));
            progress.progressed(trained.size(), networks.size());
        }
        Findings findings = new Findings()
                .line("%d networks on %d digits of %s, %d steps of batches of %d; kernel over %d digits at the beginning",
                        networks.size(), samples, sets.training().name(), steps, batch, tracked)
                .line("");
        list(findings, trained);
        judge(findings, "all", trained);
        if (scales.length > 1) {
            judge(findings, "scale %s alone".formatted(scales[scales.length / 2]), trained.stream()
                    .filter(each -> each.net().scale() == scales[scales.length / 2])
                    .toList());
        }
        judge(findings, "MLPs alone",
                trained.stream().filter(each -> each.net().family() == NetworkFamily.MLP).toList());
        findings.line(
                "ρ: Spearman's, with Fisher's 95 %% interval. * p < 5 %% by permutation, after Holm's correction for all of a table.")
                .line("A statistic that grows with the scale of the weights ranks the scales: see what is left of it at one scale.");
        for (Predictor predictor : Predictor.values()) {
            findings.plot("kernel-ranking-" + predictor.name().toLowerCase(Locale.ROOT).replace('_', '-'), chart(
                    predictor, trained));
        }
        return findings.value("networks", trained.stream().map(KernelRanking::values).toList());
    }

    private List<ImageNetwork> networks(int edge) {
        List<ImageNetwork> all = new ArrayList<>();
        for (double scale : scales) {
            for (Activation activation : new Activation[]{Activation.RELU, Activation.TANH}) {
                all.add(new ImageNetwork(NetworkFamily.MLP, edge, 16, 1, activation, scale));
                all.add(new ImageNetwork(NetworkFamily.MLP, edge, 128, 1, activation, scale));
                all.add(new ImageNetwork(NetworkFamily.MLP, edge, 32, 3, activation, scale));
                all.add(new ImageNetwork(NetworkFamily.CONVOLUTION, edge, 8, 2, activation, scale));
            }
            all.add(new ImageNetwork(NetworkFamily.GRU, edge, 24, 1, Activation.TANH, scale));
            all.add(new ImageNetwork(NetworkFamily.ATTENTION, edge, 16, 1, Activation.GELU, scale));
        }
        return all;
    }

    private Trained train(ImageNetwork net, Digits.Sets sets) {
        double[] before = new double[Predictor.values().length];
        double[] losses = new double[Outcome.values().length];
        Fn model = net.outputs();
        Fn half = SquaredLoss.HALF_MEAN.fn();
        Fn loss = Fn.of("loss", (params, x, y) -> half.apply(net.outputs(params, x), y));
        DataSet few = sets.training().take(tracked);
        int parameters = 0;
        for (int seed = 0; seed < seeds; seed++) {
            Params start = net.init(Key.of(seed));
            parameters = start.size();
            InitialKernel kernel = InitialKernel.of(EmpiricalNtk.of(model, start, few.inputs()), few, SHARE, steps);
            for (Predictor predictor : Predictor.values()) {
                before[predictor.ordinal()] += kernel.get(predictor) / seeds;
            }
            double stable = 2 * SHARE * tracked * Digits.CLASSES / kernel.largest();
            double[] descent = losses(loss, Sgd.rate(stable), start, sets);
            double[] adam = losses(loss, Adam.rate(rate), start, sets);
            for (int i = 0; i < 2; i++) {
                losses[i] += descent[i] / seeds;
                losses[2 + i] += adam[i] / seeds;
            }
        }
        return new Trained(net, parameters, before, losses);
    }

    /** On the digits trained on and those to test on; infinite where training diverged. */
    private double[] losses(Fn loss, Optimizer optimizer, Params start, Digits.Sets sets) {
        Tensor x = sets.training().inputs();
        Tensor y = Digits.oneHot(sets.training());
        Trainer trainer = Trainer.of(TrainingStep.of(loss, optimizer), Minibatches.of(batch, x, y));
        TrainingState state = trainer.start(start);
        try {
            trainer.run(state, steps);
        } catch (NonFiniteLossException diverged) {
            return new double[]{Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        }
        return new double[]{((Tensor) loss.apply(state.params(), x, y)).item(),
                ((Tensor) loss.apply(state.params(), sets
                        .test()
                        .inputs(), Digits.oneHot(sets.test()))).item()};
    }

    private static void list(Findings findings, List<Trained> trained) {
        Table table = Table.of("network", "parameters", "trace / rows", "effective rank", "condition", "centred target",
                "descent, test", "Adam, test", "").text(8);
        double worst = trained.stream().mapToDouble(each -> each.losses()[3]).filter(Double::isFinite).max().orElse(1);
        for (Trained each : trained) {
            double[] before = each.before();
            table.row(each.net().toString(), "%,d".formatted(each.parameters()), Table.number(before[Predictor.TRACE
                    .ordinal()], 3), Table.number(before[Predictor.EFFECTIVE_RANK.ordinal()], 3), Table.number(
                            before[Predictor.CONDITION.ordinal()], 2),
                    Table.number(
                            before[Predictor.CENTRED_ALIGNMENT.ordinal()], 2),
                    loss(each.losses()[1]), loss(each
                            .losses()[3]),
                    Sparkline.bar(each.losses()[3] / worst, 12));
        }
        findings.table(table);
    }

    private static String loss(double loss) {
        return Double.isFinite(loss) ? Table.number(loss, 3) : "diverged";
    }

    /** The correlations of every statistic with every loss, and what they come to. */
    private static void judge(Findings findings, String name, List<Trained> trained) {
        Map<String, RankCorrelation> pairs = new LinkedHashMap<>();
        for (Predictor predictor : Predictor.values()) {
            for (Outcome outcome : Outcome.values()) {
                pairs.put(predictor + " / " + outcome, RankCorrelation.of(column(trained, predictor), column(trained,
                        outcome)));
            }
        }
        Map<String, Double> corrected = RankCorrelation.holm(pairs);
        Table table = Table.of("%s (%d networks): ρ".formatted(name, trained.size()), "descent, training",
                "descent, test", "Adam, training", "Adam, test");
        List<String> telling = new ArrayList<>();
        for (Predictor predictor : Predictor.values()) {
            List<String> cells = new ArrayList<>(List.of(predictor.toString()));
            for (Outcome outcome : Outcome.values()) {
                String pair = predictor + " / " + outcome;
                boolean tells = corrected.getOrDefault(pair, 1.0) < SIGNIFICANT;
                cells.add(pairs.get(pair) + (tells ? "*" : " "));
                if (tells) {
                    telling.add(pair);
                }
            }
            table.row(cells.toArray(String[]::new));
        }
        findings.table(table);
        Map<String, Object> values = new LinkedHashMap<>();
        pairs.forEach((pair, correlation) -> values.put(pair, correlation.values(corrected.getOrDefault(pair, 1.0))));
        findings.value(name, values);
        conclude(findings, name, telling);
    }

    private static void conclude(Findings findings, String name, List<String> telling) {
        for (Outcome outcome : Outcome.values()) {
            List<String> found = telling.stream()
                    .filter(pair -> pair.endsWith("/ " + outcome))
                    .map(pair -> pair.substring(0, pair.indexOf(" / " + outcome)))
                    .toList();
            findings.line("%s, %s: %s", name, outcome, found.isEmpty() ? "nothing tells it beforehand"
                    : String.join(
                            "; ", found));
        }
        findings.line("");
    }

    private static double[] column(List<Trained> trained, Predictor predictor) {
        return trained.stream().mapToDouble(each -> each.before()[predictor.ordinal()]).toArray();
    }

    private static double[] column(List<Trained> trained, Outcome outcome) {
        return trained.stream().mapToDouble(each -> each.losses()[outcome.ordinal()]).toArray();
    }

    private static Chart chart(Predictor predictor, List<Trained> trained) {
        Chart chart = Chart.logarithmic("Loss reached with Adam against the kernel's " + predictor,
                predictor + " at the beginning", "½ mean (f − y)² on digits to test");
        for (NetworkFamily family : NetworkFamily.values()) {
            List<Trained> own = trained.stream()
                    .filter(each -> each.net().family() == family && Double.isFinite(each.losses()[Outcome.ADAM_TEST
                            .ordinal()]))
                    .toList();
            if (!own.isEmpty()) {
                chart.points(family.toString(), column(own, predictor), column(own, Outcome.ADAM_TEST));
            }
        }
        return chart;
    }

    private static Map<String, Object> values(Trained trained) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("network", trained.net().toString());
        values.put("parameters", trained.parameters());
        for (Predictor predictor : Predictor.values()) {
            values.put(predictor.toString(), trained.before()[predictor.ordinal()]);
        }
        for (Outcome outcome : Outcome.values()) {
            double loss = trained.losses()[outcome.ordinal()];
            values.put(outcome.toString(), Double.isFinite(loss) ? (Object) loss : "diverged");
        }
        return values;
    }
}
