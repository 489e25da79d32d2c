package cotangent.linalg.ntk;

import cotangent.dsl.DType;
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
 * <p>{@link #start} gives the listener that a {@link cotangent.dsl.train.Trainer} tells of its steps. Where the kernel has no
 * more rows than two passes per product of the budget, it is written out at each evaluation, and every statistic is exact;
 * else they are estimates from products. {@link NtkSeries#plannedPasses} says the cost before it starts. Each evaluation
 * linearizes the model once besides. Immutable: the methods that choose something give a changed copy.
 */
public final class NtkTracker {
    private static final int DEFAULT_BUDGET = 60;

    private final Fn model;
    private final List<Tree> inputs;
    private final Outputs outputs;
    private final Set<TrackedStatistic> statistics;
    private final Sampling sampling;
    private final long every;
    private final @Nullable Tensor labels;
    private final List<PointFile> files;

    private NtkTracker(Fn model, List<Tree> inputs, Outputs outputs, Set<TrackedStatistic> statistics,
            Sampling sampling,
            long every, @Nullable Tensor labels, List<PointFile> files) {
        this.model = model;
        this.inputs = inputs;
        this.outputs = outputs;
        this.statistics = statistics;
        this.sampling = sampling;
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
                Sampling
                        .matvecs(DEFAULT_BUDGET),
                1, null, List.of());
    }

    /** The same for the kernel over other outputs. */
    public NtkTracker outputs(Outputs other) {
        return new NtkTracker(model, inputs, other, statistics, sampling, every, labels, files);
    }

    /** The same with other statistics. */
    public NtkTracker statistics(TrackedStatistic one, TrackedStatistic... more) {
        return new NtkTracker(model, inputs, outputs, EnumSet.of(one, more), sampling, every, labels, files);
    }

    /** The same with another budget of products or other probes; a larger budget is more accurate. */
    public NtkTracker sampling(Sampling other) {
        return new NtkTracker(model, inputs, outputs, statistics, other, every, labels, files);
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
        return new NtkTracker(model, inputs, outputs, statistics, sampling, steps, labels, files);
    }

    /**
     * The same with labels, and their alignment with the kernel among the statistics.
     *
     * @param targets of the shape of the outputs that the kernel is over, such as one-hot rows
     */
    public NtkTracker labels(Tensor targets) {
        Set<TrackedStatistic> more = EnumSet.copyOf(statistics);
        more.add(TrackedStatistic.LABEL_ALIGNMENT);
        return new NtkTracker(model, inputs, outputs, more, sampling, every, targets, files);
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
        return new NtkTracker(model, inputs, outputs, statistics, sampling, every, labels, List.copyOf(more));
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
        return new NtkSeries(this, comparison(kernel(initial)));
    }

    EmpiricalNtk kernel(Tree params) {
        return EmpiricalNtk.of(model, params, inputs.toArray(Tree[]::new)).outputs(outputs);
    }

    private KernelComparison comparison(EmpiricalNtk first) {
        if (labels == null && statistics.contains(TrackedStatistic.LABEL_ALIGNMENT)) {
            throw new InvalidDataException("ntk tracker: label alignment needs labels; give them with labels");
        }
        if (labels != null && labels.shape().size() != first.rows()) {
            throw new ShapeException(
                    "ntk tracker: expected labels of the outputs' shape, %d numbers, got %s".formatted(first
                            .rows(), labels.type()));
        }
        boolean written = first.rows() <= 2L * sampling.budget() && Gram.fits(first.jacobian());
        Tensor flat = labels == null ? null : labels.flatten();
        return written
                ? new WrittenComparison(first, statistics, sampling.seed(), flat == null ? null : flat.cast(DType.F64))
                : new SampledComparison(first, statistics, sampling, flat == null ? null : flat.cast(first.dtype()));
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
