package cotangent.dsl.train;

/** A learning rate as a function of the number of updates done before. */
@FunctionalInterface
public interface LearningRate {
    /**
     * The rate of an update.
     *
     * @param step updates done before it, from 0
     */
    double at(long step);

    /**
     * The same rate always.
     *
     * @throws cotangent.dsl.CotangentException if it is negative or not finite
     */
    static LearningRate constant(double rate) {
        Hyperparameters.requireFinite("learning rate", rate);
        return new Schedule(Double.toString(rate), step -> rate);
    }

    /**
     * Half a cosine from one rate down to another, which it then keeps: {@code last + (first - last) (1 + cos(pi t / steps)) /
     * 2} (I. Loshchilov and F. Hutter, SGDR, ICLR 2017, equation 5, without restarts).
     *
     * @param steps until the last rate is reached, at least 1
     */
    static LearningRate cosine(double first, double last, long steps) {
        Hyperparameters.requireFinite("first learning rate", first);
        Hyperparameters.requireFinite("last learning rate", last);
        Hyperparameters.requirePositive("cosine: steps", (double) steps);
        return new Schedule("cosine from %s to %s in %d steps".formatted(first, last, steps), step -> last
                + 0.5 * (first - last) * (1 + Math.cos(Math.PI * Math.min(step, steps) / steps)));
    }

    /** {@link #cosine(double, double, long)} down to 0. */
    static LearningRate cosine(double first, long steps) {
        return cosine(first, 0, steps);
    }

    /**
     * A rate that is multiplied by a factor after every so many steps.
     *
     * @param every  steps with one rate, at least 1
     * @param factor such as 0.1
     */
    static LearningRate step(double first, long every, double factor) {
        Hyperparameters.requireFinite("first learning rate", first);
        Hyperparameters.requirePositive("step: every", (double) every);
        Hyperparameters.requireFinite("step: factor", factor);
        return new Schedule("%s, times %s every %d steps".formatted(first, factor, every),
                step -> first * Math.pow(factor,
                        (double) Math.floorDiv(step, every)));
    }

    /**
     * This schedule after a linear warm-up: the update number i from 1 of the first {@code steps} has {@code i / (steps + 1)}
     * of this schedule's first rate; then this schedule begins.
     *
     * @param steps from 0
     */
    default LearningRate warmUp(long steps) {
        Hyperparameters.requireFinite("warm-up steps", (double) steps);
        return new Schedule("%s after %d steps of warm-up".formatted(this, steps), step -> step < steps
                ? at(0) * (step + 1) / (steps + 1)
                : at(step - steps));
    }
}
