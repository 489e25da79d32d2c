package cotangent.linalg.dynamics;

import cotangent.dsl.Expr;
import cotangent.dsl.Fn;

/**
 * Squared loss of outputs f against targets y in one of the normalisations in use, which set the unit of time.
 *
 * <p>Each is L = c/2·‖f − y‖², so that the gradient with respect to the outputs is c·(f − y); n is the number of all entries,
 * N·C for C outputs of each of N samples.
 */
public enum SquaredLoss {
    /** ½·Σ(f − y)², c = 1: the convention of the literature on the tangent kernel, and the default. */
    HALF_SUM("half sum of squares"),
    /** ½·mean (f − y)², c = 1/n: neural-tangents' {@code gradient_descent_mse}. */
    HALF_MEAN("half mean of squares"),
    /** mean (f − y)², c = 2/n: {@link cotangent.dsl.Nn#mse}. */
    MEAN("mean of squares");

    private final String label;

    SquaredLoss(String label) {
        this.label = label;
    }

    /** c for n entries. */
    double factor(long n) {
        return switch (this) {
            case HALF_SUM -> 1;
            case HALF_MEAN -> 1.0 / n;
            case MEAN -> 2.0 / n;
        };
    }

    /** The loss as a function of outputs and targets of one shape and dtype. */
    public Fn fn() {
        return Fn.of(label, (Expr outputs, Expr targets) -> outputs.minus(targets)
                .square()
                .sum()
                .times(0.5 * factor(outputs.shape().size())));
    }

    @Override
    public String toString() {
        return label;
    }
}
