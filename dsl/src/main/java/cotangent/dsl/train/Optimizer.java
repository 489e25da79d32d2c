package cotangent.dsl.train;

import cotangent.dsl.Expr;
import java.util.List;

/**
 * A first-order method: what it keeps beside each parameter, and how one step changes both, as expressions that become part
 * of the compiled training step.
 *
 * <p>What changes from step to step, such as the learning rate, reaches the graph as scalar inputs, the coefficients: they
 * are computed here in float64 and rounded to the parameters' dtype, and changing them compiles nothing.
 */
public interface Optimizer {
    /** Names of the tensors kept for each parameter; each has the parameter's type and starts at zero. */
    List<String> slots();

    /** Number of coefficients. */
    int coefficientCount();

    /**
     * The coefficients of a step.
     *
     * @param step updates done before this one, from 0
     * @param into filled with {@link #coefficientCount} numbers
     */
    void coefficients(long step, double[] into);

    /**
     * One step of one parameter.
     *
     * @param parameter    of any shape
     * @param gradient     of the parameter's type
     * @param slots        what is kept, one per name, of the parameter's type
     * @param coefficients scalars of the parameter's dtype
     */
    Update update(Expr parameter, Expr gradient, List<Expr> slots, List<Expr> coefficients);

    /**
     * A parameter and what is kept beside it, after a step.
     *
     * @param parameter its new value
     * @param slots     new values, in the order of {@link #slots}
     */
    record Update(Expr parameter, List<Expr> slots) {}
}
