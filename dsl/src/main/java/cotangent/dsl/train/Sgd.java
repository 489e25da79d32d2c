package cotangent.dsl.train;

import cotangent.dsl.CotangentException;
import cotangent.dsl.Expr;
import java.util.List;

/**
 * Stochastic gradient descent, with momentum where asked for, by PyTorch's conventions (torch.optim.SGD).
 *
 * <p>With the gradient {@code g' = g + weightDecay p}: without momentum {@code p - rate g'}. With momentum mu the velocity
 * {@code u' = mu u + (1 - dampening) g'}, which is {@code g'} at the first step, and {@code p - rate u'}; with Nesterov's
 * {@code p - rate (g' + mu u')} (Sutskever, Martens, Dahl and Hinton, ICML 2013, section 2). The rate is outside of the
 * velocity, so that changing it does not change the velocity's scale.
 *
 * @param learningRate of each step
 * @param momentum     mu, from 0 to below 1
 * @param dampening    of what enters the velocity, from 0 to 1
 * @param nesterov     whether the gradient is looked up ahead; wants momentum and no dampening
 * @param weightDecay  times the parameter, added to the gradient
 */
public record Sgd(LearningRate learningRate, double momentum, double dampening, boolean nesterov, double weightDecay)
        implements
            Optimizer {
    /** Checks the numbers. */
    public Sgd {
        Hyperparameters.require("momentum", momentum >= 0 && momentum < 1, "from 0 to below 1", momentum);
        Hyperparameters.require("dampening", dampening >= 0 && dampening <= 1, "from 0 to 1", dampening);
        Hyperparameters.requireFinite("weightDecay", weightDecay);
        if (nesterov && (momentum == 0 || dampening != 0)) {
            throw new CotangentException("nesterov: expected a momentum above 0 and no dampening, got %s and %s"
                    .formatted(momentum, dampening));
        }
    }

    /** Plain gradient descent with the same learning rate at each step. */
    public static Sgd rate(double learningRate) {
        return rate(LearningRate.constant(learningRate));
    }

    /** Plain gradient descent with a schedule. */
    public static Sgd rate(LearningRate learningRate) {
        return new Sgd(learningRate, 0, 0, false, 0);
    }

    /** The same with momentum. */
    public Sgd momentum(double mu) {
        return new Sgd(learningRate, mu, dampening, nesterov, weightDecay);
    }

    /** The same with dampening of what enters the velocity. */
    public Sgd dampening(double tau) {
        return new Sgd(learningRate, momentum, tau, nesterov, weightDecay);
    }

    /** The same with Nesterov's momentum. */
    public Sgd nesterov(double mu) {
        return new Sgd(learningRate, mu, 0, true, weightDecay);
    }

    /** The same with a multiple of the parameters added to the gradient. */
    public Sgd weightDecay(double lambda) {
        return new Sgd(learningRate, momentum, dampening, nesterov, lambda);
    }

    @Override
    public List<String> slots() {
        return momentum == 0 ? List.of() : List.of("velocity");
    }

    @Override
    public int coefficientCount() {
        return momentum == 0 ? 1 : 2;
    }

    @Override
    public void coefficients(long step, double[] into) {
        into[0] = learningRate.at(step);
        if (momentum != 0) {
            into[1] = step == 0 ? 1 : 1 - dampening;
        }
    }

    @Override
    public Update update(Expr parameter, Expr gradient, List<Expr> slots, List<Expr> coefficients) {
        Expr rate = coefficients.getFirst();
        Expr decayed = weightDecay == 0 ? gradient : gradient.plus(parameter.times(weightDecay));
        if (momentum == 0) {
            return new Update(parameter.minus(decayed.times(rate)), List.of());
        }
        Expr entering = dampening == 0 ? decayed : decayed.times(coefficients.get(1));
        Expr velocity = slots.getFirst().times(momentum).plus(entering);
        Expr direction = nesterov ? decayed.plus(velocity.times(momentum)) : velocity;
        return new Update(parameter.minus(direction.times(rate)), List.of(velocity));
    }
}
