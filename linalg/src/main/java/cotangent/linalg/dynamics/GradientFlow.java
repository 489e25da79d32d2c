package cotangent.linalg.dynamics;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.operator.LinearOperator;

/**
 * Gradient flow under a fixed kernel, ḟ = −c·K·(f − y): gradient descent with an infinitely small learning rate, time being
 * the number of steps times the learning rate.
 *
 * <p>f(t) = y + e^(−ctK)(f₀ − y) on the training points, and f_*(t) = f_*(0) − ct·K_*·φ₁(ctK)(f₀ − y) elsewhere, φ₁(z) = (1 −
 * e^(−z))/z, which needs no inverse of K.
 */
public final class GradientFlow extends KernelDynamics<GradientFlow> {
    private GradientFlow(Setting setting) {
        super(setting);
    }

    /**
     * The flow from initial outputs to targets.
     *
     * @param kernel  symmetric and positive semidefinite, over all entries of the outputs or over their first axis
     * @param initial f₀, such as [N, C], in the kernel's dtype
     * @param targets y, of the same shape and dtype
     * @throws ShapeException       if shapes or dtypes do not fit, or the kernel is not known to be symmetric
     * @throws InvalidDataException if outputs or targets are empty, NaN or infinite; later, if a product is, or the kernel
     *                              turns out to be indefinite
     */
    public static GradientFlow of(LinearOperator kernel, Tensor initial, Tensor targets) {
        return new GradientFlow(Setting.of("gradient flow", kernel, initial, targets));
    }

    /**
     * The flow of a model linearized where its kernel is, from its outputs there.
     *
     * @param kernel  of a model whose output is one tensor
     * @param targets of the outputs' shape and dtype
     * @throws ShapeException       if shapes or dtypes do not fit
     * @throws InvalidDataException if outputs or targets are empty, NaN or infinite
     */
    public static GradientFlow of(EmpiricalNtk kernel, Tensor targets) {
        return of(kernel, kernel.output().asTensor(), targets);
    }

    @Override
    GradientFlow with(Setting other) {
        return new GradientFlow(other);
    }

    /**
     * The outputs on the training points at some times.
     *
     * @param times from 0, in any order; ∞ for the limit
     * @throws InvalidDataException if one is negative or NaN
     */
    public Trajectory at(double... times) {
        return trajectory(times);
    }

    @Override
    Decay decay(double time) {
        if (!(time >= 0)) {
            throw new InvalidDataException("gradient flow: expected times from 0, got " + time);
        }
        return time == Double.POSITIVE_INFINITY ? new Decay.Forever() : new Decay.Flow(setting.factor(), time);
    }

    @Override
    double rate(double eigenvalue) {
        return setting.factor() * eigenvalue;
    }

    @Override
    double stableStep() {
        return 2;
    }

    @Override
    void requireConvergent() {
        // a flow under a positive semidefinite kernel always is
    }

    @Override
    Losses.Clock clock() {
        return new FlowClock(setting.factor());
    }

    /**
     * A clock that runs continuously.
     *
     * @param factor c
     */
    private record FlowClock(double factor) implements Losses.Clock {
        /** Halvings of an interval until no number lies between. */
        private static final int BISECTIONS = 64;

        @Override
        public double firstBelow(Measure measure, double squares) {
            if (measure.total() <= squares) {
                return 0;
            }
            if (infimum(measure) >= squares) {
                return Double.POSITIVE_INFINITY;
            }
            double high = 1 / (factor * measure.largest());
            while (measure.left(new Decay.Flow(factor, high)) > squares) {
                high *= 2;
            }
            double low = 0;
            for (int i = 0; i < BISECTIONS; i++) {
                double middle = 0.5 * (low + high);
                boolean reached = measure.left(new Decay.Flow(factor, middle)) <= squares;
                low = reached ? low : middle;
                high = reached ? middle : high;
            }
            return high;
        }

        @Override
        public double infimum(Measure measure) {
            return measure.left(new Decay.Forever());
        }

        @Override
        public boolean alternates() {
            return true;
        }

        @Override
        public double between(double low, double high) {
            return 0.5 * (low + high);
        }
    }
}
