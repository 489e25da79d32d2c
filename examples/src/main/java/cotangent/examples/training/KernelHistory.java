package cotangent.examples.training;

import cotangent.dsl.Params;
import cotangent.dsl.Tree;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingListener;
import cotangent.dsl.train.TrainingState;
import cotangent.linalg.ntk.NtkPoint;
import cotangent.linalg.ntk.NtkSeries;
import cotangent.linalg.ntk.NtkTracker;
import cotangent.linalg.ntk.TrackedStatistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * A training run that was looked at from time to time.
 *
 * @param name   of the run
 * @param points the kernel's statistics
 * @param losses at the same parameters
 * @param params at the end
 */
record KernelHistory(String name, List<NtkPoint> points, double[] losses, Tree params) {
    /**
     * Trains, and follows one kernel.
     *
     * @param steps in all
     * @param every how many between two looks
     * @param loss  of parameters
     */
    static KernelHistory of(String name, Trainer trainer, Params start, NtkTracker tracker, long steps, long every,
            ToDoubleFunction<Tree> loss) {
        return all(name, trainer, start, List.of(tracker), steps, every, loss).getFirst();
    }

    /** Trains once, and follows several kernels: one history for each. */
    static List<KernelHistory> all(String name, Trainer trainer, Params start, List<NtkTracker> trackers, long steps,
            long every, ToDoubleFunction<Tree> loss) {
        Losses losses = new Losses(loss, every, new ArrayList<>());
        Trainer watched = trainer.listener(losses);
        List<NtkSeries> all = trackers.stream().map(tracker -> tracker.every(every).start(start)).toList();
        for (NtkSeries series : all) {
            watched = watched.listener(series);
        }
        TrainingState state = watched.start(start);
        watched.run(state, steps);
        double[] found = losses.found().stream().mapToDouble(each -> each).toArray();
        return all.stream().map(series -> new KernelHistory(name, series.points(), found, state.params())).toList();
    }

    /** Losses at the steps that the kernel is looked at. */
    private record Losses(ToDoubleFunction<Tree> loss, long every, List<Double> found) implements TrainingListener {
        @Override
        public void started(TrainingState state) {
            found.add(loss.applyAsDouble(state.params()));
        }

        @Override
        public void stepped(TrainingState state, double batchLoss, double seconds) {
            if (state.step() % every == 0) {
                found.add(loss.applyAsDouble(state.params()));
            }
        }
    }

    double[] steps() {
        return points.stream().mapToDouble(NtkPoint::step).toArray();
    }

    /** What was followed. */
    Set<TrackedStatistic> statistics() {
        return points.getFirst().estimates().keySet();
    }

    double[] values(TrackedStatistic statistic) {
        return points.stream().mapToDouble(point -> point.get(statistic).value()).toArray();
    }

    /** Half of the 95 % intervals' widths; 0 of what is exact. */
    double[] halfWidths(TrackedStatistic statistic) {
        return points.stream().mapToDouble(point -> point.get(statistic).interval(0.95).halfWidth()).toArray();
    }

    double lastLoss() {
        return losses[losses.length - 1];
    }

    double last(TrackedStatistic statistic) {
        return points.getLast().get(statistic).value();
    }
}
