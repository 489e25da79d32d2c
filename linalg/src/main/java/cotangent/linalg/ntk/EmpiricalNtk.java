package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.Linearization;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Estimate;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.operator.DerivativeCost;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;
import java.util.Arrays;

/**
 * The empirical neural tangent kernel K = J·Jᵀ of a model at its parameters, J the Jacobian of its outputs on a set of
 * inputs (A. Jacot, F. Gabriel and C. Hongler, Neural Tangent Kernel, NeurIPS 2018): symmetric and positive semidefinite,
 * over all outputs of all samples unless told otherwise.
 *
 * <p>The model is linearized once, when a product is first asked for. A product with K is one vjp and one jvp; a block of
 * vectors goes through as one program. Immutable, and safe to use from many threads.
 *
 * <p>Statistics are estimates with error bars. A budget of m products is 2m passes through the model; where J has no more
 * than 2m rows or columns, and fits in memory, as many passes write it out, and the statistic is exact.
 */
public final class EmpiricalNtk implements LinearOperator {
    private static final int DEFAULT_BUDGET = 60;

    private final Fn model;
    private final Tree[] arguments;
    private final Outputs outputs;
    private final Kernel kernel;

    private EmpiricalNtk(Fn model, Tree[] arguments, Outputs outputs) {
        this.model = model;
        this.arguments = arguments;
        this.outputs = outputs;
        Fn selected = Fn.of(model.name(), model.arity(), in -> outputs.select(model.apply(in.toArray(
                Expr[]::new)))).on(model.backend());
        this.kernel = new Kernel(selected, arguments);
    }

    /**
     * The kernel of a model.
     *
     * @param model  of parameters and inputs; its output is [N, C], or [N] for one output per sample
     * @param params differentiated
     * @param inputs the model's further inputs, such as a tensor [N, features]
     */
    public static EmpiricalNtk of(Fn model, Tree params, Tree... inputs) {
        Tree[] arguments = new Tree[inputs.length + 1];
        arguments[0] = params;
        System.arraycopy(inputs, 0, arguments, 1, inputs.length);
        return new EmpiricalNtk(model, arguments, Outputs.all());
    }

    /** The kernel over other outputs of the same model: {@code outputs(sum())} for the sum over each sample's outputs. */
    public EmpiricalNtk outputs(Outputs other) {
        return new EmpiricalNtk(model, arguments, other);
    }

    /** The kernel over chosen outputs: positions along the last axis, from 0. */
    public EmpiricalNtk outputs(int... chosen) {
        return outputs(Outputs.of(chosen));
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

    /** The kernel written out from the rows of J, one vjp each, without the products of the operator: the explicit check. */
    @Override
    public Tensor toDense() {
        return Gram.in(dtype(), Gram.of(jacobian()));
    }

    /** The trace from 60 products; see {@link #trace(Sampling)}. */
    public Estimate trace() {
        return trace(Sampling.matvecs(DEFAULT_BUDGET));
    }

    /** The trace, by Hutch++ (see {@link cotangent.linalg.trace.HutchPlusPlus}) or exactly. */
    public Estimate trace(Sampling sampling) {
        return Estimate.of("trace", measure(sampling), Statistic.identity());
    }

    /** The Frobenius norm from 60 products; see {@link #frobeniusNorm(Sampling)}. */
    public Estimate frobeniusNorm() {
        return frobeniusNorm(Sampling.matvecs(DEFAULT_BUDGET));
    }

    /** The Frobenius norm, by the mean of ‖Kv‖² beside a sketched subspace, or exactly. */
    public Estimate frobeniusNorm(Sampling sampling) {
        return statistics(sampling).frobeniusNorm();
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
        return statistics(sampling).effectiveRank();
    }

    /**
     * Trace, Frobenius norm and effective rank, from the same products.
     *
     * @throws ShapeException                     if the budget is under 4
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty or zero, or a product is NaN or infinite
     */
    public KernelStatistics statistics(Sampling sampling) {
        Moments moments = measure(sampling);
        return new KernelStatistics(Estimate.of("trace", moments, Statistic.identity()), Estimate.of("Frobenius norm",
                moments.from(1), Statistic.squareRoot()),
                Estimate.of("effective rank", moments, Statistic
                        .participationRatio()));
    }

    private Moments measure(Sampling sampling) {
        return KernelMoments.of(kernel, sampling);
    }

    /** The alignment from 60 products with each kernel; see {@link #alignment(EmpiricalNtk, Sampling)}. */
    public Estimate alignment(EmpiricalNtk other) {
        return alignment(other, Sampling.matvecs(DEFAULT_BUDGET));
    }

    /**
     * The alignment ⟨K₁, K₂⟩_F / (‖K₁‖_F ‖K₂‖_F) with another kernel over as many outputs, between 0 and 1. The three
     * traces share probes; the error bar is by the delta method with their covariance.
     *
     * @param sampling the budget is that of each kernel
     * @throws ShapeException                     if sizes or dtypes differ, or the budget is under 4
     * @throws cotangent.dsl.InvalidDataException if a kernel is empty or zero, or a product is NaN or infinite
     */
    public Estimate alignment(EmpiricalNtk other, Sampling sampling) {
        return Estimate.of("alignment", KernelMoments.shared(kernel, other.kernel, sampling), Statistic.alignment());
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
        return "EmpiricalNtk of %s%s, %s, inputs %s".formatted(
                model.name(), outputs instanceof Outputs.All ? ""
                        : ", outputs "
                                + outputs,
                arguments[0].structure(), Arrays.stream(arguments).skip(1).map(Tree::structure).toList());
    }
}
