package cotangent.linalg.dynamics;

import cotangent.linalg.Figures;

/** When the training loss comes down to a target, if it does; a time of a flow, or a number of steps. */
public sealed interface TimeToLoss {
    /** The loss asked for. */
    double target();

    /** Whether it is reached. */
    default boolean reached() {
        return this instanceof Reached;
    }

    /**
     * It is reached.
     *
     * @param target    the loss asked for
     * @param time      when: the middle of the bounds, or their later end where times are steps
     * @param low       not before this
     * @param high      not after this
     * @param converged whether the ends came within the tolerance of each other
     */
    record Reached(double target, double time, double low, double high, boolean converged) implements TimeToLoss {
        @Override
        public String toString() {
            return "loss %s is reached at %s%s".formatted(Figures.number(target, 4), Figures.number(time, 6),
                    low == high
                            ? ""
                            : ", between %s and %s".formatted(Figures.number(low, 6), Figures.number(high, 6)));
        }
    }

    /**
     * It is never reached.
     *
     * @param target the loss asked for
     * @param floor  what the loss does not go under: its limit, or its least value where training diverges
     */
    record Never(double target, double floor) implements TimeToLoss {
        @Override
        public String toString() {
            return "loss %s is never reached: it stays above %s".formatted(Figures.number(target, 4), Figures.number(
                    floor, 6));
        }
    }

    /**
     * The Krylov spaces, as large as they may grow, do not tell; more steps might.
     *
     * @param target the loss asked for
     * @param low    not before this, if ever
     * @param floor  that the loss certainly comes down to: an upper bound of its limit
     */
    record Undecided(double target, double low, double floor) implements TimeToLoss {
        @Override
        public String toString() {
            return "whether loss %s is reached is undecided: not before %s, and the loss comes down to %s; allow more Lanczos steps"
                    .formatted(Figures.number(target, 4), Figures.number(low, 6), Figures.number(floor, 6));
        }
    }
}
