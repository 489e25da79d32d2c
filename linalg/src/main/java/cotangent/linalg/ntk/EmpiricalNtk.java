package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Params;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.Linearization;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Estimate;
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
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.SpectrumVerdict;
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
public final class EmpiricalNtk implements LinearOperator {
    private static final int DEFAULT_BUDGET = 60;

    private final Tree[] arguments;
    private final Kernel kernel;
    private final Strategy strategy;

    private EmpiricalNtk(KernelModel model, Tree[] arguments, Strategy strategy) {
        this(arguments, new Kernel(model, arguments), strategy);
    }

    private EmpiricalNtk(Tree[] arguments, Kernel kernel, Strategy strategy) {
        this.arguments = arguments;
        this.kernel = kernel;
        this.strategy = strategy;
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
     * all inputs whose first axis is as long as that of the first. The kernel does not depend on it, only what it costs.
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
        return jacobian().rows();
    }

    @Override
    public int columns() {
        return jacobian().rows();
    }

    @Override
    public DType dtype() {
        return jacobian().dtype();
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
     * How a statistic would be found: the ways there are, what each takes by the stored cost model, which is taken and why.
     *
     * @param statistic what is asked for
     * @param sampling  as it would be given
     */
    public KernelPlan plan(NtkStatistic statistic, Sampling sampling) {
        return switch (statistic) {
            case TRACE -> estimates().tracePlan(sampling);
            case FROBENIUS_NORM, EFFECTIVE_RANK -> estimates().squaresPlan(statistic.words(), sampling);
            case STABLE_RANK, CONDITION_NUMBER, LOG_DETERMINANT, SPECTRAL_DENSITY, SPECTRUM -> new KernelSpectrum(
                    estimates()).plan(statistic.words(), sampling);
        };
    }

    /** {@link #plan} as text. */
    public String explain(NtkStatistic statistic, Sampling sampling) {
        return plan(statistic, sampling).toString();
    }

    private KernelEstimates estimates() {
        return new KernelEstimates(Factors.of(kernel), strategy, CostModel.current(),
                "a kernel of size %d over %d parameters, %s"
                        .formatted(rows(), jacobian().columns(), dtype()));
    }

    private KernelEstimates centredEstimates() {
        KernelEstimates own = estimates();
        return new KernelEstimates(own.factors().centred(), strategy, own.model(), own.subject() + ", centred");
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
        KernelDiagonal diagonal = CancelledException.unlessInterrupted("diagonal", () -> kernel.diagonalRoute().diagonal(
                listener));
        return diagonal.tensor(kernel.reduction(), dtype());
    }

    /** The trace as the sum of the exact diagonal: what that takes, then the trace. */
    public ExactStatistic exactTrace() {
        DiagonalRoute route = kernel.diagonalRoute();
        return new ExactStatistic("trace", route.route(), route.cost(), route.passes(), dtype(), listener -> route.diagonal(
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

    /** The trace from 60 products; see {@link #trace(Sampling)}. */
    public Estimate trace() {
        return trace(Sampling.matvecs(DEFAULT_BUDGET));
    }

    /**
     * The trace: exact where that costs no more; else by Hutch++ or, of the Jacobian alone, RHutch or FHutch, whichever a pilot
     * of some products says is best (see {@link cotangent.linalg.trace.GramTrace}).
     */
    public Estimate trace(Sampling sampling) {
        return estimates().trace(sampling);
    }

    /** The Frobenius norm from 60 products; see {@link #frobeniusNorm(Sampling)}. */
    public Estimate frobeniusNorm() {
        return frobeniusNorm(Sampling.matvecs(DEFAULT_BUDGET));
    }

    /** The Frobenius norm, by the mean of ‖Kv‖² beside a sketched subspace, or exactly. */
    public Estimate frobeniusNorm(Sampling sampling) {
        return estimates().of(Quantity.FROBENIUS_NORM, sampling);
    }

    /** The effective rank from 60 products; see {@link #effectiveRank(Sampling)}. */
    public Estimate effectiveRank() {
        return effectiveRank(Sampling.matvecs(DEFAULT_BUDGET));
    }

    /**
     * The effective rank or participation ratio (tr K)²/‖K‖_F², between 1 and the rank. Numerator and denominator share
     * probes; the error bar is by the delta method with their covariance.
     */
    public Estimate effectiveRank(Sampling sampling) {
        return estimates().of(Quantity.EFFECTIVE_RANK, sampling);
    }

    /** The stable rank from 60 products; see {@link #stableRank(Sampling)}. */
    public Estimate stableRank() {
        return stableRank(Sampling.matvecs(DEFAULT_BUDGET));
    }

    /**
     * The stable rank ‖K‖_F²/‖K‖₂², between 1 and the rank; see {@link cotangent.linalg.StableRank}.
     *
     * @throws ShapeException                     if the budget is under 20
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty or zero, or a product is NaN or infinite
     */
    public Estimate stableRank(Sampling sampling) {
        return new KernelSpectrum(estimates()).stableRank(sampling);
    }

    /**
     * Trace, Frobenius norm and effective rank, from the same products.
     *
     * @throws ShapeException                     if the budget is under 4
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty or zero, or a product is NaN or infinite
     */
    public KernelStatistics statistics(Sampling sampling) {
        return estimates().statistics(sampling);
    }

    /** The alignment from 60 products with each kernel; see {@link #alignment(LinearOperator, Sampling)}. */
    public Estimate alignment(LinearOperator other) {
        return alignment(other, Sampling.matvecs(DEFAULT_BUDGET));
    }

    /**
     * The alignment ⟨K₁, K₂⟩_F / (‖K₁‖_F ‖K₂‖_F) with another kernel over as many outputs, between 0 and 1: that of another
     * model, of the same model at other parameters or on other data, or any positive semidefinite operator. The three
     * traces share probes; the error bar is by the delta method with their covariance.
     *
     * @param sampling the budget is that of each kernel
     * @throws ShapeException                     if sizes or dtypes differ, or the budget is under 4
     * @throws cotangent.dsl.InvalidDataException if a kernel is empty or zero, or a product is NaN or infinite
     */
    public Estimate alignment(LinearOperator other, Sampling sampling) {
        return other instanceof EmpiricalNtk ntk
                ? estimates().alignment(ntk.estimates(), sampling)
                : estimates().alignment(other, sampling);
    }

    /**
     * The centred alignment ⟨HK₁H, HK₂H⟩ / (‖HK₁H‖ ‖HK₂H‖) with another kernel, H the projection onto what has mean zero over
     * the samples, output by output (C. Cortes, M. Mohri and A. Rostamizadeh, Algorithms for learning kernels based on centered
     * alignment, JMLR 13, 2012): blind to what all samples share.
     *
     * @throws ShapeException as {@link #alignment} does, and if the first axis of an output is not the samples
     */
    public Estimate centredAlignment(EmpiricalNtk other, Sampling sampling) {
        return centredEstimates().alignment(other.centredEstimates(), sampling);
    }

    /**
     * The inner product ⟨K₁, K₂⟩_F = tr K₁K₂ = ‖J₁ᵀJ₂‖_F² with another kernel over as many outputs: exact where that costs no
     * more, else one-sided, by jvps of one model and vjps of the other, or Hutch++, as {@link #trace(Sampling)} chooses.
     *
     * @throws ShapeException                     if sizes or dtypes differ, or the budget is under 8
     * @throws cotangent.dsl.InvalidDataException if a kernel is empty, or a product is NaN or infinite
     */
    public Estimate innerProduct(EmpiricalNtk other, Sampling sampling) {
        return estimates().innerProduct(other.estimates(), sampling);
    }

    /** The alignment with labels from 60 products; see {@link #labelAlignment(Tensor, Sampling)}. */
    public Estimate labelAlignment(Tensor labels) {
        return labelAlignment(labels, Sampling.matvecs(DEFAULT_BUDGET));
    }

    /**
     * The kernel-target alignment ⟨K, T⟩_F / (‖K‖_F ‖T‖_F), T = YYᵀ ⊗ I, between 0 and 1 (N. Cristianini, J. Shawe-Taylor,
     * A. Elisseeff and J. Kandola, On kernel-target alignment, NIPS 2001).
     *
     * <p>YYᵀ says which samples have the same label. A kernel over all outputs of all samples is compared with that for each output
     * alike and nothing between outputs, which is what the kernel of a wide network comes to: there this is the alignment of its
     * kernel over samples with YYᵀ. Of one output per sample, or their sum, T is YYᵀ itself. The numerator is exact, by a vjp
     * for each pair of a column of Y and an output, unless these are more than the budget pays for.
     *
     * @param labels [N] or [N, columns], such as one-hot rows; classes from 0 as I32 [N] stand for their one-hot rows
     * @throws ShapeException                     if there is not one row of labels for each sample, the samples are not the first
     *                                            axis of the model's output, or the budget is under 4
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty or zero or the labels are, or a product is NaN or infinite
     */
    public Estimate labelAlignment(Tensor labels, Sampling sampling) {
        return LabelAlignment.of(estimates(), labels, false).estimate(sampling);
    }

    /** As {@link #labelAlignment}, of HKH with the target of centred labels; see {@link #centredAlignment}. */
    public Estimate centredLabelAlignment(Tensor labels, Sampling sampling) {
        return LabelAlignment.of(centredEstimates(), labels, true).estimate(sampling);
    }

    /**
     * The condition number of K + λI: infinite where λ is zero and there are fewer parameters than rows. From products it is
     * that of the Ritz values at both ends of the spectrum, with their bounds; not converged where the budget did not do.
     *
     * @param shift λ, from 0
     * @throws cotangent.dsl.InvalidDataException if λ is negative, the kernel is empty, or a product is NaN or infinite
     */
    public Estimate conditionNumber(double shift, Sampling sampling) {
        return new KernelSpectrum(estimates()).conditionNumber(shift, sampling);
    }

    /**
     * log det(K + λI): by Cholesky's factor of the kernel written out, or from products; see
     * {@link cotangent.linalg.trace.LogDeterminant}.
     *
     * @param shift λ; positive, or 0 for a kernel of full rank that is written out
     * @throws ShapeException                     if the budget is under 6
     * @throws cotangent.dsl.InvalidDataException if λ is negative, the kernel is empty, or a product is NaN or infinite
     */
    public Estimate logDeterminant(double shift, Sampling sampling) {
        return new KernelSpectrum(estimates()).logDeterminant(shift, sampling);
    }

    /**
     * The spectral density, by stochastic Lanczos quadrature or from all eigenvalues; see
     * {@link cotangent.linalg.trace.StochasticLanczosQuadrature}.
     *
     * @throws ShapeException                     if the budget is under 2
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty, or a product is NaN or infinite
     */
    public SpectralDensity spectralDensity(Sampling sampling) {
        return new KernelSpectrum(estimates()).density(sampling);
    }

    /**
     * Whether the spectrum is of low rank, falls as a power or is flat, from probes alone, and which estimator that favours.
     *
     * @throws ShapeException                     if the budget is under 12
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty or zero, or a product is NaN or infinite
     */
    public SpectrumVerdict spectrum(Sampling sampling) {
        return SpectrumVerdict.of(kernel.operator(), sampling);
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
