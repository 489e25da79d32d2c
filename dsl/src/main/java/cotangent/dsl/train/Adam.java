package cotangent.dsl.train;

import cotangent.dsl.Expr;
import java.util.List;

/**
 * Adam (D. P. Kingma and J. Ba, ICLR 2015, Algorithm 1) and AdamW (I. Loshchilov and F. Hutter, Decoupled Weight Decay
 * Regularization, ICLR 2019, Algorithm 2), by PyTorch's conventions.
 *
 * <p>With the mean {@code m' = beta1 m + (1 - beta1) g} and the mean square {@code v' = beta2 v + (1 - beta2) g²}, the step
 * with number t from 1 is {@code p - rate / (1 - beta1^t) m' / (sqrt(v') / sqrt(1 - beta2^t) + epsilon)}. Weight decay is
 * coupled in Adam ({@code g + weightDecay p} stands for g) and decoupled in AdamW (p is first multiplied by
 * {@code 1 - rate weightDecay}).
 *
 * @param learningRate of each step
 * @param beta1        from 0 to below 1
 * @param beta2        from 0 to below 1
 * @param epsilon      added to the denominator
 * @param weightDecay  lambda
 * @param decoupled    whether weight decay is AdamW's
 */
public record Adam(LearningRate learningRate, double beta1, double beta2, double epsilon, double weightDecay,
        boolean decoupled) implements Optimizer {
    /** Checks the numbers. */
    public Adam {
        Hyperparameters.require("beta1", beta1 >= 0 && beta1 < 1, "from 0 to below 1", beta1);
        Hyperparameters.require("beta2", beta2 >= 0 && beta2 < 1, "from 0 to below 1", beta2);
        Hyperparameters.requireFinite("epsilon", epsilon);
        Hyperparameters.requireFinite("weightDecay", weightDecay);
    }

    /** Adam with the same learning rate at each step, betas 0.9 and 0.999, epsilon 1e-8, no weight decay. */
    public static Adam rate(double learningRate) {
        return rate(LearningRate.constant(learningRate));
    }

    /** As {@link #rate(double)}, with a schedule. */
    public static Adam rate(LearningRate learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8, 0, false);
    }

    /** The same with other decay rates of the two means. */
    public Adam betas(double first, double second) {
        return new Adam(learningRate, first, second, epsilon, weightDecay, decoupled);
    }

    /** The same with another number added to the denominator. */
    public Adam epsilon(double chosen) {
        return new Adam(learningRate, beta1, beta2, chosen, weightDecay, decoupled);
    }

    /** The same with a multiple of the parameters added to the gradient. */
    public Adam weightDecay(double lambda) {
        return new Adam(learningRate, beta1, beta2, epsilon, lambda, false);
    }

    /** AdamW: the same with parameters that shrink apart from the gradient; PyTorch's default is 0.01. */
    public Adam decoupledWeightDecay(double lambda) {
        return new Adam(learningRate, beta1, beta2, epsilon, lambda, true);
    }

    @Override
    public List<String> slots() {
        return List.of("mean", "meanSquare");
    }

    @Override
    public int coefficientCount() {
        return 3;
    }

    /** The bias corrections are found here in float64: in float32 {@code 1 - 0.999^t} is off by 6e-5 at t = 1. */
    @Override
    public void coefficients(long step, double[] into) {
        double rate = learningRate.at(step);
        double t = step + 1.0;
        into[0] = rate / (1 - Math.pow(beta1, t));
        into[1] = 1 / Math.sqrt(1 - Math.pow(beta2, t));
        into[2] = 1 - rate * weightDecay;
    }

    @Override
    public Update update(Expr parameter, Expr gradient, List<Expr> slots, List<Expr> coefficients) {
        boolean coupled = !decoupled && weightDecay != 0;
        Expr direction = coupled ? gradient.plus(parameter.times(weightDecay)) : gradient;
        Expr mean = slots.get(0).plus(direction.minus(slots.get(0)).times(1 - beta1));
        Expr meanSquare = slots.get(1).times(beta2).plus(direction.square().times(1 - beta2));
        Expr denominator = meanSquare.sqrt().times(coefficients.get(1)).plus(epsilon);
        Expr shrunk = decoupled && weightDecay != 0 ? parameter.times(coefficients.get(2)) : parameter;
        return new Update(shrunk.minus(mean.times(coefficients.get(0)).dividedBy(denominator)), List.of(mean,
                meanSquare));
    }
}
