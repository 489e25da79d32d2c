package cotangent.linalg.dynamics;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Training under a fixed kernel K with squared loss, as of a model linear in its parameters or an infinitely wide one: the
 * outputs f on the training points, with targets y, follow the gradient of {@link SquaredLoss} c/2·‖f − y‖² in function
 * space.
 *
 * <p>A. Jacot, F. Gabriel and C. Hongler, Neural Tangent Kernel, NeurIPS 2018, section 5; J. Lee et al., Wide neural networks
 * of any depth evolve as linear models under gradient descent, NeurIPS 2019, section 2.2. Every eigenvector v of K with
 * eigenvalue λ keeps to itself: the residual along it decays by a factor p(λ) of its own, fastest for the largest λ (spectral
 * bias). What lies in the null space of K is never learned; {@link #limit} says how much that is.
 *
 * <p>The kernel is over all entries of the outputs (N·C states), or over their first axis, N samples, whose C outputs it then
 * moves independently, as neural-tangents has it. It is taken to be positive semidefinite: eigenvalues up to n·ε·λmax ({@link
 * #rankTolerance}) count as 0, and a negative one beyond rounding is refused.
 *
 * <p>Up to 1,024 rows the kernel is written out by n products and decomposed ({@link #viaEigh}), beyond that one Krylov space
 * for each column of the residual serves all times ({@link #viaLanczos}). Either is done once, when first needed, and shared
 * by copies with other losses or learning rates. Immutable, and safe to use from many threads.
 *
 * @param <D> the kind of training
 */
public abstract sealed class KernelDynamics<D extends KernelDynamics<D>> permits GradientFlow, GradientDescent {
    final Setting setting;

    /**
     * What all kinds of training have in common.
     *
     * @param factor c
     */
    record Setting(String name, Start start, SquaredLoss loss, double factor, Solver solver) {
        static Setting of(String name, LinearOperator kernel, Tensor initial, Tensor targets) {
            Start start = Start.of(name, kernel, initial, targets);
            return of(name, start, SquaredLoss.HALF_SUM, new Solver(start, Solver.Options.DEFAULT));
        }

        private static Setting of(String name, Start start, SquaredLoss loss, Solver solver) {
            return new Setting(name, start, loss, loss.factor(start.shape().size()), solver);
        }

        Setting with(SquaredLoss other) {
            return of(name, start, other, solver);
        }

        Setting with(Solver.Options options) {
            return of(name, start, loss, solver.with(options));
        }
    }

    KernelDynamics(Setting setting) {
        this.setting = setting;
    }

    abstract D with(Setting other);

    abstract Decay decay(double time);

    /** Exponential rate at which the residual along an eigenvector decays. */
    abstract double rate(double eigenvalue);

    /** Largest step h·λ, h the learning rate times c, at which discrete descent does not diverge. */
    abstract double stableStep();

    /** Refuses training that has no limit. */
    abstract void requireConvergent();

    abstract Losses.Clock clock();

    /** The same training with another normalisation of the loss; the default is {@link SquaredLoss#HALF_SUM}. */
    public final D under(SquaredLoss loss) {
        return with(setting.with(loss));
    }

    /**
     * The same training through all eigenvectors of the kernel, whatever its size: n products and 14/3·n³ flops, exact but
     * for rounding.
     */
    public final D viaEigh() {
        return with(setting.with(setting.solver.options().withRoute(Solver.Route.EIGH)));
    }

    /**
     * The same training through Krylov spaces, whatever the kernel's size: one for each column of the residual that is not 0,
     * grown together by one block product a step until results are within the tolerance; memory n numbers of float64 a step
     * and column.
     */
    public final D viaLanczos() {
        return with(setting.with(setting.solver.options().withRoute(Solver.Route.LANCZOS)));
    }

    /**
     * The same with so many steps at most in each Krylov space; the default is 400.
     *
     * @throws ShapeException if it is under 2
     */
    public final D maxSteps(int steps) {
        return with(setting.with(setting.solver.options().withMaxSteps(steps)));
    }

    /**
     * The same with another tolerance for results through Krylov spaces; the default is 1e-8: of outputs on the
     * training points relative to the norm of the first residual, of losses and all else relative to each result.
     *
     * @throws InvalidDataException if it is not from 0 to below 1
     */
    public final D tolerance(double relative) {
        return with(setting.with(setting.solver.options().withTolerance(relative)));
    }

    /**
     * The same with another size, relative to the largest eigenvalue, up to which one counts as 0; the default is n·ε with ε
     * that of the kernel's dtype.
     *
     * @throws InvalidDataException if it is not from 0 to below 1
     */
    public final D rankTolerance(double relative) {
        return with(setting.with(setting.solver.options().withRankTolerance(relative)));
    }

    /** The same with a listener that is told of the products of Krylov spaces. */
    public final D listener(ProgressListener listener) {
        return with(setting.with(setting.solver.options().withListener(listener)));
    }

    final Propagator propagator() {
        return CancelledException.unlessInterrupted(setting.name, setting.solver::propagator);
    }

    private List<Decay> decays(double... times) {
        return Arrays.stream(times).mapToObj(this::decay).toList();
    }

    final Trajectory trajectory(double... times) {
        long started = System.nanoTime();
        List<DoubleUnaryOperator> left = decays(times).stream().<DoubleUnaryOperator>map(decay -> decay::left).toList();
        Propagator propagator = propagator();
        Propagator.Applied applied = propagator.apply(left, true);
        Tensor outputs = Start.stacked(setting.name, setting.start.dtype(), setting.start.shape(), outputs(applied));
        return Trajectory.of(times, outputs, applied, propagator, started);
    }

    private double[][] outputs(Propagator.Applied applied) {
        double[][] outputs = new double[applied.blocks().length][];
        double[] targets = setting.start.targets();
        for (int t = 0; t < outputs.length; t++) {
            outputs[t] = applied.block(t).clone();
            for (int i = 0; i < targets.length; i++) {
                outputs[t][i] += targets[i];
            }
        }
        return outputs;
    }

    /**
     * The dynamics of the outputs at other points, driven by the training points.
     *
     * @param cross   the kernel between these points and the training points, [M, N] or over all entries [M·C, N·C]
     * @param initial the outputs there before training, of the training outputs' dtype
     * @throws ShapeException       if sizes or dtypes do not fit
     * @throws InvalidDataException if an initial output is NaN or infinite
     */
    public final TestPoints on(LinearOperator cross, Tensor initial) {
        return TestPoints.of(this, cross, initial);
    }

    /** The training loss at a time, or after a number of steps; with what is known of its error, from {@link #losses}. */
    public final double loss(double time) {
        return losses(time).values().item();
    }

    /**
     * The training loss at some times.
     *
     * <p>Through Krylov spaces it lies between the values of Gauss' rule and of Gauss and Radau's with a node at 0 (G. H.
     * Golub and G. Meurant, Matrices, Moments and Quadrature with Applications, 2010, chapter 6), wherever the derivatives of
     * p(λ)² alternate: always for a flow, and for descent without momentum up to half the maximum learning rate.
     *
     * @param times from 0; ∞ for the limit
     */
    public final LossCurve losses(double... times) {
        long started = System.nanoTime();
        List<Decay> decays = decays(times);
        Losses losses = lossMeasure();
        return CancelledException.unlessInterrupted(setting.name, () -> losses.curve(times, decays, clock()
                .alternates(), started));
    }

    private Losses lossMeasure() {
        return new Losses(propagator(), setting.solver.options().tolerance(), setting.factor);
    }

    /**
     * The first time at which the training loss is at most a target.
     *
     * @param target in the normalisation of {@link #under}
     * @return a time of a flow or a number of steps, with bounds; or that it is never reached, and the floor
     * @throws InvalidDataException if the target is negative or NaN
     */
    public final TimeToLoss timeToLoss(double target) {
        if (!(target >= 0)) {
            throw new InvalidDataException("%s: expected a loss from 0, got %s".formatted(setting.name, target));
        }
        Losses losses = lossMeasure();
        return CancelledException.unlessInterrupted(setting.name, () -> losses.timeTo(target, clock()));
    }

    /**
     * What training tends to, and what it never learns.
     *
     * @throws InvalidDataException if it diverges
     */
    public final TrainingLimit limit() {
        requireConvergent();
        Propagator propagator = propagator();
        Decay forever = new Decay.Forever();
        Propagator.Applied applied = propagator.apply(List.of(forever::left), true);
        double squares = squares(applied.block(0));
        double whole = squares(setting.start.residual());
        Tensor outputs = Start.stacked(setting.name, setting.start.dtype(), setting.start.shape(), outputs(applied));
        Tensor residual = Start.stacked(setting.name, setting.start.dtype(), setting.start.shape(), applied.blocks());
        return new TrainingLimit(first(outputs), first(residual), Math.sqrt(squares), whole > 0
                ? Math.min(1, Math.sqrt(squares / whole))
                : 0, 0.5 * setting.factor * squares, propagator.rank(applied.level()), propagator.threshold(),
                applied.errors()[0], applied.converged());
    }

    private static double squares(double[] elements) {
        return Dots.ddot(elements.length, elements, 0, elements, 0);
    }

    private Tensor first(Tensor stacked) {
        return stacked.reshape(setting.start.shape());
    }

    /**
     * The k modes that are learned fastest: eigenvectors of the kernel with the largest eigenvalues, their rates, and the
     * residual along them.
     *
     * @throws ShapeException if k is under 1 or over the kernel's size
     */
    public final Modes modes(int k) {
        if (k < 1) {
            throw new ShapeException("modes: expected at least one, got " + k);
        }
        Propagator.Leading leading = CancelledException.unlessInterrupted(setting.name, () -> propagator().leading(k));
        return new Modes(this, leading);
    }

    /**
     * The kernel's largest eigenvalue λmax, by the residual of its eigenvector where it comes from {@link
     * cotangent.linalg.Lanczos}.
     */
    public final Estimate largestEigenvalue() {
        return CancelledException.unlessInterrupted(setting.name, () -> propagator().largestEigenvalue());
    }

    /**
     * The largest learning rate at which gradient descent does not diverge: 2/(c·λmax), with momentum β 2(1 + β)/(c·λmax).
     *
     * @return its error bound follows from that of λmax
     * @throws InvalidDataException if the kernel is zero, so that every learning rate will do
     */
    public final Estimate maxLearningRate() {
        Estimate top = largestEigenvalue();
        if (!(top.value() > 0)) {
            throw new InvalidDataException(setting.name
                    + ": the kernel is zero: nothing is learned at any learning rate");
        }
        double value = stableStep() / (setting.factor * top.value());
        double least = stableStep() / (setting.factor * (top.value() + top.standardError()));
        return new Estimate("maximum learning rate", value, value - least, top.errorBar(), 0, 0, top.numMatvecs(), top
                .jvps(), top.vjps(), 0, top.seed(), top.route(), top.elapsed(), top.converged());
    }

    /** λmax and its error bound, no more than which matters for stability. */
    final double eigenvaluesUpTo() {
        Estimate top = largestEigenvalue();
        return top.value() + (top.errorBar() == ErrorBar.EXACT ? 0 : top.standardError());
    }

    @Override
    public String toString() {
        Start start = setting.start;
        return "%s of outputs %s under a kernel of size %d, loss: %s".formatted(setting.name, start.shape(), start
                .size(), setting.loss);
    }
}
