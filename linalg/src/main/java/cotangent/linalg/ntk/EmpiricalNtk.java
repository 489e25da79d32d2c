package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Params;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.Linearization;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.operator.DerivativeCost;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.tangent.DiagonalRoute;
import cotangent.linalg.tangent.FrobeniusRoute;
import cotangent.linalg.tangent.KernelDiagonal;
import java.util.Arrays;
import java.util.List;

/**
 * The empirical neural tangent kernel K = J·Jᵀ of a model at its parameters, J the Jacobian of its outputs on a set of
 * inputs (A. Jacot, F. Gabriel and C. Hongler, Neural Tangent Kernel, NeurIPS 2018): symmetric and positive semidefinite,
 * over all outputs of all samples unless told otherwise.
 *
 * <p>The model is linearized once, when a product is first asked for. A product with K is one vjp and one jvp; a block of
 * vectors goes through as one program. Immutable, and safe to use from many threads.
 *
 * <p>Statistics are estimates with error bars, from a number of products or to a relative error, as a {@link Sampling} says.
 * Each is planned: by a cost model of the machine, which is measured once and stored, an exact way is taken where it costs no
 * more than the estimate. {@link #explain} says what is chosen and why, {@link #by} overrules it.
 */
public final class EmpiricalNtk extends NtkEstimates {
    private final Tree[] arguments;

    private EmpiricalNtk(KernelModel model, Tree[] arguments, Strategy strategy) {
        this(arguments, new Kernel(model, arguments), strategy);
    }

    private EmpiricalNtk(Tree[] arguments, Kernel kernel, Strategy strategy) {
        super(kernel, strategy);
        this.arguments = arguments;
    }

    /**
     * The kernel of a model.
     *
     * @param model  of parameters and inputs; its output is [N, C], [N] for one output per sample, or of any other shape, such as
     *               [N, times, hidden]
     * @param params differentiated
     * @param inputs the model's further inputs, such as a tensor [N, features]
     */
    public static EmpiricalNtk of(Fn model, Tree params, Tree... inputs) {
        return new EmpiricalNtk(new KernelModel(model, KernelOptions.standard()), joined(params, inputs),
                Strategy.AUTOMATIC);
    }

    private static Tree[] joined(Tree params, Tree... inputs) {
        Tree[] arguments = new Tree[inputs.length + 1];
        arguments[0] = params;
        System.arraycopy(inputs, 0, arguments, 1, inputs.length);
        return arguments;
    }

    private EmpiricalNtk with(KernelOptions options) {
        return new EmpiricalNtk(new KernelModel(kernel.model().model(), options), arguments, strategy);
    }

    private KernelOptions options() {
        return kernel.model().options();
    }

    /** The kernel over other outputs of the same model: {@code outputs(sum())} for the sum over each sample's outputs. */
    public EmpiricalNtk outputs(Outputs other) {
        return with(options().with(other));
    }

    /** The kernel over chosen outputs: positions along the last axis, from 0. */
    public EmpiricalNtk outputs(int... chosen) {
        return outputs(Outputs.of(chosen));
    }

    /**
     * The kernel averaged over axes of the outputs: the mean of its blocks on the diagonal, one for each index along these axes
     * (neural-tangents' {@code trace_axes}). With outputs [N, C], {@code traceAxes(-1)} is the kernel over samples
     * Σ_c K^{cc}/C, [N, N].
     *
     * <p>A product with it is one with the kernel over all outputs of as many vectors as there are indices.
     *
     * @param axes of the chosen outputs; a negative one counts from the last. None: nothing is averaged
     */
    public EmpiricalNtk traceAxes(int... axes) {
        return with(options().withTraced(axes));
    }

    /**
     * The kernel with zeros between outputs of different index along some axes (neural-tangents' {@code diagonal_axes}): block
     * diagonal, if the rows were put in the order of these axes first. {@link #toTensor} leaves the zeros out.
     *
     * <p>A product with it is one with the kernel over all outputs of as many vectors as there are indices.
     *
     * @param axes of the chosen outputs, none of those averaged over; a negative one counts from the last
     */
    public EmpiricalNtk diagonalAxes(int... axes) {
        return with(options().withDiagonal(axes));
    }

    /**
     * Where the samples lie in each further input of the model, for the structured route; without this they are the first axis of
     * all inputs where that is as long as in the first, or the second, as in time-major sequences, where the model is seen to keep
     * samples apart along that only. The kernel does not depend on it, only what it costs.
     *
     * @param axes one for each input after the parameters, or {@link Fn#UNMAPPED} for what samples share
     */
    public EmpiricalNtk sampleAxes(int... axes) {
        return with(options().withSampleAxes(axes));
    }

    /**
     * The kernel of some parameters alone: its part from them, Σ over these of ∂f/∂θ·∂f/∂θᵀ. Such parts, over all parameters, add
     * up to the kernel.
     *
     * @param names entries of the model's parameters, which must be named
     * @throws ShapeException when first used, if there is no such parameter or they have no names
     */
    public EmpiricalNtk parameters(String... names) {
        return with(options().withParameters(names));
    }

    /**
     * The same kernel, written out in no more than a number of bytes beside the result, where that is possible: an eighth of the
     * largest heap without this.
     *
     * @throws ShapeException if the number is not positive
     */
    public EmpiricalNtk memory(long bytes) {
        if (bytes < 1) {
            throw new ShapeException("memory: expected a number of bytes, got " + bytes);
        }
        return with(options().withMemory(bytes));
    }

    /** The model's parameters. */
    public Tree params() {
        return arguments[0];
    }

    /** The kernel at other parameters of the same structure, on the same inputs; what was compiled serves again. */
    public EmpiricalNtk at(Tree params) {
        Tree[] moved = arguments.clone();
        moved[0] = params;
        return new EmpiricalNtk(kernel.model(), moved, strategy);
    }

    /**
     * The kernel between the outputs on these inputs and on others, J₁·J₂ᵀ.
     *
     * @param inputs as many as the model has further inputs, such as a tensor [M, features]
     * @throws ShapeException when first used, if outputs do not pair: they may differ in the number of samples
     */
    public CrossNtk between(Tree... inputs) {
        return new CrossNtk(kernel, new Kernel(kernel.model(), joined(arguments[0], inputs)));
    }

    /** The model's output at its inputs. */
    public Tree output() {
        return kernel.linearization().output();
    }

    /** The linearization that all products use. */
    public Linearization linearization() {
        return kernel.linearization();
    }

    /** J: [rows, parameters]. */
    public LinearOperator jacobian() {
        return kernel.jacobian();
    }

    @Override
    public int rows() {
        return kernel.reduction().rows();
    }

    @Override
    public int columns() {
        return rows();
    }

    @Override
    public DType dtype() {
        return kernel.dtype();
    }

    @Override
    public Tensor matvec(Tensor vector) {
        return kernel.operator().matvec(vector);
    }

    @Override
    public Tensor rmatvec(Tensor vector) {
        return matvec(vector);
    }

    @Override
    public Tensor matmat(Tensor block) {
        return kernel.operator().matmat(block);
    }

    @Override
    public Tensor rmatmat(Tensor block) {
        return matmat(block);
    }

    @Override
    public boolean symmetric() {
        return true;
    }

    @Override
    public boolean positiveSemidefinite() {
        return true;
    }

    @Override
    public DerivativeCost matvecCost() {
        return kernel.operator().matvecCost();
    }

    @Override
    public DerivativeCost rmatvecCost() {
        return matvecCost();
    }

    /** The kernel written out by the cheapest route; see {@link #toDense(Route)}. */
    @Override
    public Tensor toDense() {
        return toDense(Route.AUTOMATIC);
    }

    /**
     * The kernel written out by a route of one's choice. Routes agree up to rounding. Works within the
     * {@link #memory} given, where that is possible.
     *
     * @return [rows, rows], symmetric, of this operator's dtype
     * @throws cotangent.dsl.InvalidDataException if the kernel holds NaN or infinity, or the model has no such route
     */
    public Tensor toDense(Route route) {
        return explicit().dense(route);
    }

    private ExplicitKernel explicit() {
        return new ExplicitKernel(kernel, kernel, kernel::operator);
    }

    /**
     * The kernel with axes of its own for those of the outputs, as neural-tangents gives it: for each axis that is neither averaged
     * over nor diagonal two, one after the other, for each diagonal one a single one. Outputs [N, C] give [N, N, C, C];
     * traced over axis 1 [N, N]; diagonal along it [N, N, C].
     */
    public Tensor toTensor() {
        return kernel.reduction().zipped(toDense(), kernel.reduction());
    }

    /**
     * What each parameter adds to the kernel: its share of the trace, and of the norm. Writes out as many kernels as there are
     * parameters.
     *
     * @return one for each of the model's named parameters, in their order; the shares of each kind add up to 1
     * @throws ShapeException                     if the parameters have no names
     * @throws cotangent.dsl.InvalidDataException if the kernel is zero, or holds NaN or infinity
     */
    public List<ParameterShare> parameterShares() {
        if (!(arguments[0] instanceof Params named)) {
            throw new ShapeException("parameterShares: expected named parameters, got " + arguments[0].structure());
        }
        List<String> names = options().parameters().isEmpty() ? List.copyOf(named.names()) : options().parameters();
        return ParameterShare.of(names, toDense(), name -> parameters(name).toDense());
    }

    /**
     * The same kernel, whose statistics are found as told and not by what is cheapest.
     *
     * @param other a strategy; a statistic that has no such way refuses it
     */
    public EmpiricalNtk by(Strategy other) {
        return new EmpiricalNtk(arguments, kernel, other);
    }

    /**
     * The diagonal, exact: each output's squared gradient norm, without the gradients where the model keeps samples apart; of
     * averaged outputs the mean. A reverse pass over all samples for each of a sample's outputs, or one for each row.
     *
     * @return [rows]
     * @throws cotangent.dsl.InvalidDataException if it holds NaN or infinity
     */
    public Tensor diagonal() {
        return diagonal(ProgressListener.NONE);
    }

    /**
     * {@link #diagonal()}, told of its progress.
     *
     * @throws cotangent.linalg.probe.CancelledException if the thread is interrupted
     */
    public Tensor diagonal(ProgressListener listener) {
        KernelDiagonal diagonal = CancelledException.unlessInterrupted("diagonal",
                () -> kernel.diagonalRoute()
                        .diagonal(
                                listener));
        return diagonal.tensor(kernel.reduction(), dtype());
    }

    /** The trace as the sum of the exact diagonal: what that takes, then the trace. */
    public ExactStatistic exactTrace() {
        DiagonalRoute route = kernel.diagonalRoute();
        return new ExactStatistic("trace", route.route(), route.cost(), route.passes(), dtype(),
                listener -> route.diagonal(
                        listener).trace(kernel.reduction()));
    }

    /**
     * The exact Frobenius norm by the cheapest route: the kernel part by part, never held, or JᵀJ where there are fewer
     * parameters than outputs. What that takes, then the norm.
     */
    public ExactStatistic exactFrobeniusNorm() {
        FrobeniusRoute route = kernel.frobeniusRoute(CostModel.current());
        return new ExactStatistic("Frobenius norm", route.route(), route.cost(), route.passes(), dtype(), route::norm);
    }

    /** The leading eigenpairs with oversampling 10, 2 power iterations and seed 0. */
    public Eigenpairs topEigenpairs(int k) {
        return topEigenpairs(k, 10, 2);
    }

    /** The leading eigenpairs with seed 0; see {@link RandomizedEigh}. */
    public Eigenpairs topEigenpairs(int k, int oversampling, int powerIterations) {
        return topEigenpairs(RandomizedEigh.rank(k).oversampling(oversampling).powerIterations(powerIterations));
    }

    /**
     * The leading eigenpairs, largest first, each with its residual.
     *
     * @throws ShapeException                     if fewer outputs than pairs wanted
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty or a product is NaN or infinite
     */
    public Eigenpairs topEigenpairs(RandomizedEigh solver) {
        return solver.decompose(this);
    }

    @Override
    public String toString() {
        String over = options().toString();
        return "EmpiricalNtk of %s%s, %s, inputs %s".formatted(kernel.model().model().name(), over.isEmpty() ? ""
                : ", " + over, arguments[0].structure(),
                Arrays.stream(arguments).skip(1).map(Tree::structure).toList());
    }
}
