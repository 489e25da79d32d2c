package cotangent.spec.autodiff;

import cotangent.dsl.Expr;

/** One way for a random function to go on: a new value from those that are there. */
@FunctionalInterface
interface Step {
    /** The new value, or the one it started from if the step cannot be taken there. */
    Expr take(Growth growth);
}
