package cotangent.linalg.dynamics;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;

/**
 * Gradient descent with a finite learning rate under a fixed kernel: f ← f − η·c·K·(f − y), all steps at once.
 *
 * <p>After s steps f = y + (I − ηcK)^s (f₀ − y). With momentum β (B. T. Polyak, USSR Comput. Math. Math. Phys. 4, 1964; the
 * velocity v ← βv + gradient of a training loop, from v = 0) f ← f − η·c·K·(f − y) + β·(f − f before).
 */
public final class GradientDescent extends KernelDynamics<GradientDescent> {
    private final double learningRate;
    private final double momentum;

    private GradientDescent(Setting setting, double learningRate, double momentum) {
        super(setting);
        this.learningRate = learningRate;
        this.momentum = momentum;
    }

    /**
     * Descent from initial outputs to targets; its {@link #learningRate} is to be told.
     *
     * @param kernel  symmetric and positive semidefinite, over all entries of the outputs or over their first axis
     * @param initial f₀, such as [N, C], in the kernel's dtype
     * @param targets y, of the same shape and dtype
     * @throws ShapeException       if shapes or dtypes do not fit, or the kernel is not known to be symmetric
     * @throws InvalidDataException if outputs or targets are empty, NaN or infinite; later, if a product is, or the kernel
     *                              turns out to be indefinite
     */
    public static GradientDescent of(LinearOperator kernel, Tensor initial, Tensor targets) {
        return new GradientDescent(Setting.of("gradient descent", kernel, initial, targets), Double.NaN, 0);
    }

    /**
     * The descent of a model linearized where its kernel is, from its outputs there.
     *
     * @param kernel  of a model whose output is one tensor
     * @param targets of the outputs' shape and dtype
     * @throws ShapeException       if shapes or dtypes do not fit
     * @throws InvalidDataException if outputs or targets are empty, NaN or infinite
     */
    public static GradientDescent of(EmpiricalNtk kernel, Tensor targets) {
        return of(kernel, kernel.output().asTensor(), targets);
    }

    /**
     * The same descent with a learning rate η. Over {@link #maxLearningRate} it diverges, which is computed as well as
     * anything else.
     *
     * @throws InvalidDataException if it is not positive and finite
     */
    public GradientDescent learningRate(double rate) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("gradient descent: expected a positive learning rate, got " + rate);
        }
        return new GradientDescent(setting, rate, momentum);
    }

    /**
     * The same descent with momentum β; the default is 0.
     *
     * @throws InvalidDataException if it is not from 0 to below 1
     */
    public GradientDescent momentum(double beta) {
        if (!(beta >= 0 && beta < 1)) {
            throw new InvalidDataException("gradient descent: expected a momentum from 0 to below 1, got " + beta);
        }
        return new GradientDescent(setting, learningRate, beta);
    }

    @Override
    GradientDescent with(Setting other) {
        return new GradientDescent(other, learningRate, momentum);
    }

    /**
     * The outputs on the training points after some numbers of steps.
     *
     * @param steps from 0, in any order
     * @throws InvalidDataException if one is negative, or no learning rate was told
     * @throws cotangent.linalg.ResultOverflowException if the outputs have grown beyond the dtype's range
     */
    public Trajectory after(long... steps) {
        return trajectory(Arrays.stream(steps).asDoubleStream().toArray());
    }

    @Override
    Decay decay(double time) {
        if (time == Double.POSITIVE_INFINITY) {
            requireConvergent();
            return new Decay.Forever();
        }
        if (!(time >= 0 && time <= 0x1p53 && time == Math.rint(time))) {
            throw new InvalidDataException("gradient descent: expected whole numbers of steps from 0 to 2^53, got "
                    + time);
        }
        double step = step();
        return momentum == 0 ? new Decay.Descent(step, time) : new Decay.HeavyBall(step, momentum, time);
    }

    private double step() {
        if (Double.isNaN(learningRate)) {
            throw new InvalidDataException(
                    "gradient descent: expected a learning rate; tell it with learningRate, such as half of maxLearningRate()");
        }
        return learningRate * setting.factor();
    }

    /**
     * −log of the factor by which a mode shrinks in the long run: |1 − hλ|, or with momentum the recurrence's spectral
     * radius.
     */
    @Override
    double rate(double eigenvalue) {
        double z = step() * eigenvalue;
        if (momentum == 0) {
            return z < 1 ? -Math.log1p(-z) : -Math.log(z - 1);
        }
        double half = 0.5 * (1 + momentum - z);
        double discriminant = half * half - momentum;
        return discriminant <= 0
                ? -0.5 * Math.log(momentum)
                : -Math.log(Math.abs(half) + Math.sqrt(discriminant));
    }

    @Override
    double stableStep() {
        return 2 * (1 + momentum);
    }

    @Override
    void requireConvergent() {
        double top = largestEigenvalue().value();
        if (step() * top >= stableStep()) {
            throw new InvalidDataException(
                    "gradient descent: learning rate %.6g diverges and has no limit; take one under %.6g".formatted(
                            learningRate, stableStep() / (setting.factor() * top)));
        }
    }

    @Override
    Losses.Clock clock() {
        double step = step();
        return new StepClock(step, momentum, step * eigenvaluesUpTo());
    }
}
