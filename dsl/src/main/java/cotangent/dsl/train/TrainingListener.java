package cotangent.dsl.train;

/** Told of each step of a training run, on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {
    /** A listener that does nothing. */
    TrainingListener NONE = (state, loss, seconds) -> {};

    /**
     * A step is done.
     *
     * @param state   after the step; {@link TrainingState#step} counts it
     * @param loss    of the batch, before the step
     * @param seconds since the run or its continuation began
     */
    void stepped(TrainingState state, double loss, double seconds);

    /** Called before the first step of a run or of its continuation. */
    default void started(TrainingState state) {}

    /** Both listeners, this one first. */
    default TrainingListener and(TrainingListener other) {
        TrainingListener first = this;
        return new TrainingListener() {
            @Override
            public void started(TrainingState state) {
                first.started(state);
                other.started(state);
            }

            @Override
            public void stepped(TrainingState state, double loss, double seconds) {
                first.stepped(state, loss, seconds);
                other.stepped(state, loss, seconds);
            }
        };
    }
}
