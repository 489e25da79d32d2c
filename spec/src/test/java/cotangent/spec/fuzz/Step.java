package cotangent.spec.fuzz;

import cotangent.dsl.Expr;

/** One way for a graph to grow: a new value from those that are there. */
@FunctionalInterface
interface Step {
    /** The new value, or an old one if the step cannot be taken there. */
    Expr take(Growth growth);
}
