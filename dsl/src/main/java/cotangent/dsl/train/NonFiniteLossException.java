package cotangent.dsl.train;

import cotangent.dsl.CotangentException;

/** The loss of a training step was NaN or infinite; the step was not made, and the state is the one before it. */
public final class NonFiniteLossException extends CotangentException {
    private static final long serialVersionUID = 1L;

    private final long step;
    private final double loss;

    NonFiniteLossException(long step, double loss) {
        super(("training: the loss is %s at step %d; the state is the one after %d updates. Lower the learning rate, clip "
                + "gradients, or check the data").formatted(loss, step, step));
        this.step = step;
        this.loss = loss;
    }

    /** Updates done before the loss was found. */
    public long step() {
        return step;
    }

    /** The loss: NaN or an infinity. */
    public double loss() {
        return loss;
    }
}
