package cotangent.dsl.train;

import cotangent.dsl.CotangentException;

/**
 * The training thread was interrupted, between two steps or within one; its interrupt flag stays set, and the state is the
 * one after the last whole step.
 */
public final class TrainingInterruptedException extends CotangentException {
    private static final long serialVersionUID = 1L;

    private final long step;

    TrainingInterruptedException(long step) {
        super("training: interrupted after %d updates; run again with the same state to go on".formatted(step));
        this.step = step;
    }

    /** Updates done. */
    public long step() {
        return step;
    }
}
