package cotangent.linalg.kernel;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.LinearOperator;
import java.util.Locale;
import java.util.Optional;

/** What {@link KernelRidge} found: the weights, how they were solved for, and predictions. */
public final class RidgeFit {
    private final double lambda;
    private final LinearOperator operator;
    private final RegularizedSystem system;
    private final Tensor targets;
    private final KernelSolution solution;
    private final Optional<Trained> trained;

    /** The kernel and the inputs, where they are known. */
    private record Trained(KernelFunction kernel, Tensor x) {}

    private RidgeFit(double lambda, LinearOperator operator, RegularizedSystem system, Tensor targets,
            KernelSolution solution, Optional<Trained> trained) {
        this.lambda = lambda;
        this.operator = operator;
        this.system = system;
        this.targets = targets;
        this.solution = solution;
        this.trained = trained;
    }

    RidgeFit(double lambda, LinearOperator operator, RegularizedSystem system, Tensor targets,
            KernelSolution solution) {
        this(lambda, operator, system, targets, solution, Optional.empty());
    }

    RidgeFit of(KernelFunction kernel, Tensor x) {
        return new RidgeFit(lambda, operator, system, targets, solution, Optional.of(new Trained(kernel, x)));
    }

    /** α, of the targets' shape and dtype. */
    public Tensor weights() {
        return solution.weights();
    }

    /** How α was found: residual, reason for stopping, cost. */
    public KernelSolution solution() {
        return solution;
    }

    /** λ. */
    public double lambda() {
        return lambda;
    }

    /** f at the inputs it was fitted to, of the targets' shape: y − λα, without a product. */
    public Tensor fitted() {
        return targets.minus(weights().times(lambda));
    }

    /**
     * f at other inputs; the kernel of all pairs, made on the fly.
     *
     * @param x [m, ...] as the inputs it was fitted to
     * @return [m] or [m, outputs]
     * @throws ShapeException       if the inputs do not fit, or it was fitted to a matrix, not to inputs
     * @throws InvalidDataException if an input is NaN or infinite
     */
    public Tensor predict(Tensor x) {
        Trained known = trained.orElseThrow(() -> new ShapeException(
                "predict: fitted to a matrix, whose inputs are not known; give the kernel's matrix between new inputs and those"));
        return predict(KernelOperator.cross(known.kernel, x, known.x).memoryBudget(0));
    }

    /**
     * f at other inputs.
     *
     * @param cross [m, n], the kernel between them and those it was fitted to
     * @return [m] or [m, outputs]
     * @throws ShapeException if it does not fit the weights
     */
    public Tensor predict(LinearOperator cross) {
        return weights().rank() == 1 ? cross.matvec(weights()) : cross.matmat(weights());
    }

    /**
     * The errors yᵢ − f₋ᵢ(xᵢ) of the functions fitted without each sample in turn, exactly αᵢ/((K + λI)⁻¹)ᵢᵢ (C. E. Rasmussen and C. K. I.
     * Williams, Gaussian Processes for Machine Learning, 2006, equation 5.12); n³/3 flops.
     *
     * @return of the targets' shape, float64
     * @throws ShapeException if the system was not factored: raise {@link KernelSolver#denseUpTo}
     */
    public Tensor leaveOneOutErrors() {
        if (!(system instanceof FactoredSystem factored)) {
            throw new ShapeException("leaveOneOutErrors: expected a factored system, got %s; raise denseUpTo to %d"
                    .formatted(solution.route(), operator.rows()));
        }
        double[] diagonal = factored.inverseDiagonal();
        int outputs = targets.shape().size() / diagonal.length;
        double[] errors = factored.solve(targets.toDoubles(), outputs);
        for (int i = 0; i < errors.length; i++) {
            errors[i] /= diagonal[i / outputs];
        }
        return Tensor.wrap(Shape.of(targets.rank() == 1
                ? new int[]{errors.length}
                : new int[]{diagonal.length, outputs}), errors);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "ridge fit: lambda %.4g, weights %s, %s", lambda, weights().type(), solution);
    }
}
