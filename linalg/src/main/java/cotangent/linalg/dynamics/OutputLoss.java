package cotangent.linalg.dynamics;

import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Nn;

/**
 * A loss as a function of a model's outputs and of targets.
 *
 * @param fn     of (outputs, targets), a scalar
 * @param convex whether it is known to be convex in the outputs, so that its Hessian there is positive semidefinite
 */
public record OutputLoss(Fn fn, boolean convex) {
    /** Squared loss: its Hessian in the outputs is c·I. */
    public static OutputLoss squared(SquaredLoss normalisation) {
        return new OutputLoss(normalisation.fn(), true);
    }

    /**
     * The mean over samples of the cross-entropy of softmax ({@link Nn#crossEntropy}): its Hessian in the logits of a sample
     * with probabilities p, of N, is (diag p − ppᵀ)/N, whatever the label.
     */
    public static OutputLoss softmaxCrossEntropy() {
        return new OutputLoss(Fn.of("cross-entropy", (Expr logits, Expr labels) -> Nn.crossEntropy(logits, labels)),
                true);
    }

    /** A loss of which nothing is known. */
    public static OutputLoss of(Fn fn) {
        return new OutputLoss(fn, false);
    }

    /** The same loss with the user's word that it is convex in the outputs. */
    public OutputLoss asConvex() {
        return new OutputLoss(fn, true);
    }

    /** The loss of a model, as a function of (parameters, inputs, targets). */
    public Fn of(Fn model, int inputs) {
        return Fn.of(fn.name() + " of " + model.name(), inputs + 2, in -> fn.apply(model.apply(in.subList(0, inputs + 1)
                .toArray(Expr[]::new)), in.getLast()));
    }
}
