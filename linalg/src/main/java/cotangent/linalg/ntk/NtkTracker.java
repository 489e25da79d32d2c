package cotangent.linalg.ntk;

import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.linalg.probe.Sampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which statistics of a model's kernel to follow through training, how often, at what cost, and where to write them.
 *
 * <p>{@link #start} gives the listener that a {@link cotangent.dsl.train.Trainer} tells of its steps. Each
 * evaluation is met as a planner says, by a cost model of the machine: the kernel is written out, and every statistic is exact,
 * where that costs no more than the products of the budget; of one kernel alone, trace and norm may be exact without it. What was
 * compiled for the first evaluation serves all. {@link NtkSeries#plannedPasses} says the cost before it starts. Each evaluation
 * linearizes the model once besides. Immutable: the methods that choose something give a changed copy.
 */
public final class NtkTracker {
    private static final int DEFAULT_BUDGET = 60;

    private final Fn model;
    private final List<Tree> inputs;
    private final Outputs outputs;
    private final Set<TrackedStatistic> statistics;
    private final Sampling sampling;
    private final Strategy strategy;
    private final long every;
    private final @Nullable Tensor labels;
    private final List<PointFile> files;

    private NtkTracker(Fn model, List<Tree> inputs, Outputs outputs, Set<TrackedStatistic> statistics,
            Sampling sampling, Strategy strategy, long every, @Nullable Tensor labels, List<PointFile> files) {
        this.model = model;
        this.inputs = inputs;
        this.outputs = outputs;
        this.statistics = statistics;
        this.sampling = sampling;
        this.strategy = strategy;
        this.every = every;
        this.labels = labels;
        this.files = files;
    }

    /**
     * A tracker of trace, norm, effective rank and alignment with the first kernel, at every step, from 60 products.
     *
     * @param model  as {@link EmpiricalNtk#of} takes it
     * @param inputs at which the kernel is taken, such as some of the training inputs
     */
    public static NtkTracker of(Fn model, Tree... inputs) {
        return new NtkTracker(model, List.of(inputs), Outputs.all(), EnumSet.of(TrackedStatistic.TRACE,
                TrackedStatistic.FROBENIUS_NORM, TrackedStatistic.EFFECTIVE_RANK, TrackedStatistic.ALIGNMENT),
                Sampling.matvecs(DEFAULT_BUDGET), Strategy.AUTOMATIC, 1, null, List.of());
    }

    /** The same for the kernel over other outputs. */
    public NtkTracker outputs(Outputs other) {
        return new NtkTracker(model, inputs, other, statistics, sampling, strategy, every, labels, files);
    }

    /** The same with other statistics. */
    public NtkTracker statistics(TrackedStatistic one, TrackedStatistic... more) {
        return new NtkTracker(model, inputs, outputs, EnumSet.of(one, more), sampling, strategy, every, labels, files);
    }

    /**
     * The same with another budget of products or other probes; a larger budget is more accurate.
     *
     * @throws InvalidDataException if it asks for an accuracy: what that takes is not known before
     */
    public NtkTracker sampling(Sampling other) {
        if (other.accuracy().asked()) {
            throw new InvalidDataException("ntk tracker: expected a number of products, got " + other);
        }
        return new NtkTracker(model, inputs, outputs, statistics, other, strategy, every, labels, files);
    }

    /** The same, measured as told and not by what is cheapest; see {@link EmpiricalNtk#by}. */
    public NtkTracker by(Strategy other) {
        return new NtkTracker(model, inputs, outputs, statistics, sampling, other, every, labels, files);
    }

    /**
     * The same at every so many steps, step 0 included.
     *
     * @throws InvalidDataException if the number is not positive
     */
    public NtkTracker every(long steps) {
        if (steps < 1) {
            throw new InvalidDataException("ntk tracker: expected at least one step between evaluations, got " + steps);
        }
        return new NtkTracker(model, inputs, outputs, statistics, sampling, strategy, steps, labels, files);
    }

    /**
     * The same with labels, and their alignments with the kernel among the statistics.
     *
     * @param targets of the shape of the outputs that the kernel is over, such as one-hot rows
     */
    public NtkTracker labels(Tensor targets) {
        Set<TrackedStatistic> more = EnumSet.copyOf(statistics);
        more.add(TrackedStatistic.LABEL_ALIGNMENT);
        more.add(TrackedStatistic.TARGET_ALIGNMENT);
        more.add(TrackedStatistic.CENTRED_TARGET_ALIGNMENT);
        return new NtkTracker(model, inputs, outputs, more, sampling, strategy, every, targets, files);
    }

    /** The same, writing a line for each evaluation to a file of comma-separated values, after those that are there. */
    public NtkTracker csv(Path path) {
        return writing(new PointFile(path, PointFormat.CSV));
    }

    /** The same, writing a JSON object on a line for each evaluation to a file, after those that are there. */
    public NtkTracker jsonLines(Path path) {
        return writing(new PointFile(path, PointFormat.JSON_LINES));
    }

    private NtkTracker writing(PointFile file) {
        List<PointFile> more = new ArrayList<>(files);
        more.add(file);
        return new NtkTracker(model, inputs, outputs, statistics, sampling, strategy, every, labels, List.copyOf(more));
    }

    /**
     * The listener for one run.
     *
     * @param initial parameters of the first kernel, which others are compared with; those that the run began with, also
     *                where it is resumed later
     * @throws ShapeException                         if the labels do not fit the outputs
     * @throws InvalidDataException                   if a file is one of other columns, or labels are tracked and missing
     * @throws cotangent.dsl.io.WriteFailedException if a file cannot be written
     */
    public NtkSeries start(Tree initial) {
        files.forEach(file -> file.prepare(statistics));
        EmpiricalNtk first = kernel(initial);
        return new NtkSeries(this, first, comparison(first));
    }

    private EmpiricalNtk kernel(Tree params) {
        return EmpiricalNtk.of(model, params, inputs.toArray(Tree[]::new)).outputs(outputs).by(strategy);
    }

    private KernelComparison comparison(EmpiricalNtk first) {
        boolean labelled = statistics.stream().anyMatch(TrackedStatistic::labelled);
        if (labels == null && labelled) {
            throw new InvalidDataException("ntk tracker: label alignment needs labels; give them with labels");
        }
        if (labels != null && labels.shape().size() != first.rows()) {
            throw new ShapeException(
                    "ntk tracker: expected labels of the outputs' shape, %d numbers, got %s".formatted(first.rows(),
                            labels.type()));
        }
        SampledComparison sampled = new SampledComparison(first, statistics, sampling, labels);
        if (!labelled && statistics.stream().noneMatch(TrackedStatistic::comparing)) {
            return sampled;
        }
        KernelEstimates estimates = first.estimates();
        KernelPlan plan = estimates.planner()
                .series("ntk tracker", sampling, estimates.subject(), sampled.seconds(),
                        sampled.explain());
        return plan.chosen().strategy() == Strategy.EXPLICIT
                ? new WrittenComparison(first, statistics, sampling.seed(), labels)
                : sampled;
    }

    boolean due(long step) {
        return step % every == 0;
    }

    void write(NtkPoint point) {
        files.forEach(file -> file.add(point));
    }

    @Override
    public String toString() {
        return "ntk tracker of %s: %s at every %d steps, %s".formatted(model.name(), statistics, every, sampling);
    }
}
