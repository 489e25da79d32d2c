package cotangent.dsl.train;

import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tree;
import java.util.List;

/**
 * The scale of a model's output, which decides how far its parameters move (L. Chizat, E. Oyallon and F. Bach, On Lazy
 * Training in Differentiable Programming, NeurIPS 2019, section 1.1): the model {@code alpha (f(theta, x) - f(theta_0, x))}
 * is trained with its loss divided by alpha².
 *
 * <p>With a large alpha parameters move by O(1/alpha) and the tangent kernel hardly changes: lazy training. With a small one
 * features are learned: rich training. Both take the same learning rate, in the sense that the output moves at a rate that
 * does not depend on alpha to first order. The kernel of the scaled model is alpha² times that of the model.
 *
 * @param alpha above 0
 */
public record OutputScaling(double alpha) {
    /** Checks the scale. */
    public OutputScaling {
        Hyperparameters.requirePositive("alpha", alpha);
    }

    /** The model with its outputs multiplied by alpha. */
    public static OutputScaling of(double alpha) {
        return new OutputScaling(alpha);
    }

    /**
     * Mean-field scaling of a network in the NTK parameterisation: its output, a sum over the last hidden layer divided by
     * sqrt(width), becomes the mean over that layer (S. Mei, A. Montanari and P.-M. Nguyen, A mean field view of the
     * landscape of two-layer neural networks, PNAS 115, 2018, equation 1), which keeps learning features however wide it is.
     * The loss times the width, alpha^-2, is the mean-field time scale.
     *
     * @param width of the last hidden layer
     */
    public static OutputScaling meanField(int width) {
        Hyperparameters.requirePositive("width", width);
        return new OutputScaling(1 / Math.sqrt(width));
    }

    /**
     * The function (parameters, inputs...) to {@code alpha (f(theta, x) - f(theta_0, x))}, which is zero at theta_0. It costs
     * one forward pass more than the model.
     *
     * @param model   of parameters and inputs to a tensor
     * @param initial theta_0, kept as constants
     */
    public Fn model(Fn model, Tree initial) {
        return Fn.of(model.name() + " scaled by " + alpha, model.arity(), in -> centred(model, initial, in))
                .on(model
                        .backend());
    }

    private Expr centred(Fn model, Tree initial, List<Expr> in) {
        Expr[] now = in.toArray(Expr[]::new);
        Expr[] then = now.clone();
        then[0] = Expr.tree(initial.structure(), initial.leaves().stream().map(Expr::of).toList());
        if (!then[0].structure().equals(now[0].structure())) {
            throw new ShapeException("output scaling: expected parameters like the initial ones, %s, got %s".formatted(
                    then[0].structure(), now[0].structure()));
        }
        return model.apply(now).minus(model.apply(then)).times(alpha);
    }

    /**
     * The loss (parameters, inputs..., target) of the scaled model, divided by alpha².
     *
     * @param model   of parameters and inputs to a tensor
     * @param initial theta_0
     * @param loss    of (prediction, target) to a scalar, such as {@code Nn::mse}
     */
    public Fn loss(Fn model, Tree initial, Fn.Binary loss) {
        Fn scaled = model(model, initial);
        return Fn.of(scaled.name() + ".loss", model.arity() + 1, in -> {
            Expr prediction = scaled.apply(in.subList(0, in.size() - 1).toArray(Expr[]::new));
            return loss.apply(prediction, in.getLast()).dividedBy(alpha * alpha);
        }).on(model.backend());
    }
}
