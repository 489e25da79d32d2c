package cotangent.examples.randomized;

import cotangent.examples.experiment.Experiment;
import java.util.List;

/** The experiments on randomized methods, one command each. */
public final class Randomized {
    private Randomized() {}

    /** All of them, with no options set. */
    public static List<Experiment> experiments() {
        return List.of(new StableRanks(), new RandomizedEighCheck(), new OversamplingSweep(), new PowerIterationSweep(),
                new EqualProducts(), new MatrixFreeTiming(), new CostOrders(), new TopEigenfunctions(),
                new HessianDensity());
    }
}
