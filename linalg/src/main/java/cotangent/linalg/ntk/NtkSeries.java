package cotangent.linalg.ntk;

import cotangent.dsl.train.TrainingListener;
import cotangent.dsl.train.TrainingState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel's statistics through one training run, as an {@link NtkTracker} says: a listener for a trainer, which keeps the
 * points and writes each to the tracker's files as it comes. Evaluations run on the training thread; an interrupt ends one
 * with a {@link cotangent.linalg.probe.CancelledException}, after whole steps of training.
 */
public final class NtkSeries implements TrainingListener {
    private static final long NONE = -1;

    private final NtkTracker tracker;
    private final EmpiricalNtk first;
    private final KernelComparison comparison;
    private final List<NtkPoint> points = new ArrayList<>();
    private long latest = NONE;
    private long spent;
    private Duration elapsed = Duration.ZERO;

    /** A series that begins with a kernel. */
    NtkSeries(NtkTracker tracker, EmpiricalNtk first, KernelComparison comparison) {
        this.tracker = tracker;
        this.first = first;
        this.comparison = comparison;
    }

    /** Passes through the model, forward or reverse, that each evaluation takes. */
    public long plannedPasses() {
        return comparison.plannedPasses();
    }

    /** Further passes that the first evaluation takes for what is kept of the first kernel. */
    public long initialPasses() {
        return comparison.initialPasses();
    }

    /** Passes spent so far. */
    public synchronized long spentPasses() {
        return spent;
    }

    /** Time that evaluations have taken so far. */
    public synchronized Duration elapsed() {
        return elapsed;
    }

    /** The points so far, in order; of a run that went on from an earlier step, some steps come again. */
    public synchronized List<NtkPoint> points() {
        return List.copyOf(points);
    }

    /** What an evaluation does and costs, in words. */
    public String explain() {
        return "%d passes per evaluation and %d at the first: %s".formatted(plannedPasses(), initialPasses(), comparison
                .explain());
    }

    @Override
    public void started(TrainingState state) {
        if (state.step() != latest && tracker.due(state.step())) {
            evaluate(state, Double.NaN, 0);
        }
    }

    @Override
    public void stepped(TrainingState state, double loss, double seconds) {
        if (tracker.due(state.step())) {
            evaluate(state, loss, seconds);
        }
    }

    private void evaluate(TrainingState state, double loss, double seconds) {
        long started = System.nanoTime();
        KernelComparison.Measured measured = comparison.measure(first.at(state.params()));
        Duration taken = Duration.ofNanos(System.nanoTime() - started);
        NtkPoint point = new NtkPoint(state.step(), loss, seconds, measured.estimates(), measured.passes(), taken);
        keep(point);
        tracker.write(point);
    }

    private synchronized void keep(NtkPoint point) {
        points.add(point);
        latest = point.step();
        spent += point.passes();
        elapsed = elapsed.plus(point.elapsed());
    }

    @Override
    public synchronized String toString() {
        return "ntk series of %d points, %d passes; %s".formatted(points.size(), spent, explain());
    }
}
