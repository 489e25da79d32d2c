package cotangent.dsl.train;

/** Decides after each step whether a run ends early. */
@FunctionalInterface
public interface StopRule {
    /**
     * Whether to make no further step.
     *
     * @param state after the latest step
     * @param loss  of its batch, before it
     */
    boolean stops(TrainingState state, double loss);
}
