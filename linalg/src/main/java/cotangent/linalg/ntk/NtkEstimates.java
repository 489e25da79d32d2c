package cotangent.linalg.ntk;

import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.SpectrumVerdict;

/**
 * The statistics of a tangent kernel: estimates with error bars, from a number of products or to a relative error, as a
 * {@link Sampling} says. Each is planned; see {@link KernelPlan}.
 */
public abstract sealed class NtkEstimates implements LinearOperator permits EmpiricalNtk {
    private static final int DEFAULT_BUDGET = 60;

    final Kernel kernel;
    final Strategy strategy;

    NtkEstimates(Kernel kernel, Strategy strategy) {
        this.kernel = kernel;
        this.strategy = strategy;
    }

    /**
     * How a statistic would be found: the ways there are, what each takes by the stored cost model, which is taken and why.
     *
     * @param statistic what is asked for
     * @param sampling  as it would be given
     */
    public final KernelPlan plan(NtkStatistic statistic, Sampling sampling) {
        return switch (statistic) {
            case TRACE -> estimates().tracePlan(sampling);
            case FROBENIUS_NORM, EFFECTIVE_RANK -> estimates().squaresPlan(statistic.words(), sampling);
            case STABLE_RANK, CONDITION_NUMBER, LOG_DETERMINANT, SPECTRAL_DENSITY, SPECTRUM -> new KernelSpectrum(
                    estimates()).plan(statistic.words(), sampling);
        };
    }

    /** {@link #plan} as text. */
    public final String explain(NtkStatistic statistic, Sampling sampling) {
        return plan(statistic, sampling).toString();
    }

    final KernelEstimates estimates() {
        return new KernelEstimates(Factors.of(kernel), strategy, CostModel.current(),
                "a kernel of size %d over %d parameters, %s"
                        .formatted(rows(), kernel.jacobian().columns(), dtype()));
    }

    final KernelEstimates centredEstimates() {
        KernelEstimates own = estimates();
        return new KernelEstimates(own.factors().centred(), strategy, own.model(), own.subject() + ", centred");
    }

    /** The trace from 60 products; see {@link #trace(Sampling)}. */
    public final Estimate trace() {
        return trace(Sampling.matvecs(DEFAULT_BUDGET));
    }

    /**
     * The trace: exact where that costs no more; else by Hutch++ or, of the Jacobian alone, RHutch or FHutch, whichever a pilot
     * of some products says is best (see {@link cotangent.linalg.trace.GramTrace}).
     */
    public final Estimate trace(Sampling sampling) {
        return estimates().trace(sampling);
    }

    /** The Frobenius norm from 60 products; see {@link #frobeniusNorm(Sampling)}. */
    public final Estimate frobeniusNorm() {
        return frobeniusNorm(Sampling.matvecs(DEFAULT_BUDGET));
    }

    /** The Frobenius norm, by the mean of ‖Kv‖² beside a sketched subspace, or exactly. */
    public final Estimate frobeniusNorm(Sampling sampling) {
        return estimates().of(Quantity.FROBENIUS_NORM, sampling);
    }

    /** The effective rank from 60 products; see {@link #effectiveRank(Sampling)}. */
    public final Estimate effectiveRank() {
        return effectiveRank(Sampling.matvecs(DEFAULT_BUDGET));
    }

    /**
     * The effective rank or participation ratio (tr K)²/‖K‖_F², between 1 and the rank. Numerator and denominator share
     * probes; the error bar is by the delta method with their covariance.
     */
    public final Estimate effectiveRank(Sampling sampling) {
        return estimates().of(Quantity.EFFECTIVE_RANK, sampling);
    }

    /** The stable rank from 60 products; see {@link #stableRank(Sampling)}. */
    public final Estimate stableRank() {
        return stableRank(Sampling.matvecs(DEFAULT_BUDGET));
    }

    /**
     * The stable rank ‖K‖_F²/‖K‖₂², between 1 and the rank; see {@link cotangent.linalg.StableRank}.
     *
     * @throws ShapeException                     if the budget is under 20
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty or zero, or a product is NaN or infinite
     */
    public final Estimate stableRank(Sampling sampling) {
        return new KernelSpectrum(estimates()).stableRank(sampling);
    }

    /**
     * Trace, Frobenius norm and effective rank, from the same products.
     *
     * @throws ShapeException                     if the budget is under 4
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty or zero, or a product is NaN or infinite
     */
    public final KernelStatistics statistics(Sampling sampling) {
        return estimates().statistics(sampling);
    }

    /** The alignment from 60 products with each kernel; see {@link #alignment(LinearOperator, Sampling)}. */
    public final Estimate alignment(LinearOperator other) {
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
    public final Estimate alignment(LinearOperator other, Sampling sampling) {
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
    public final Estimate centredAlignment(EmpiricalNtk other, Sampling sampling) {
        return centredEstimates().alignment(other.centredEstimates(), sampling);
    }

    /**
     * The inner product ⟨K₁, K₂⟩_F = tr K₁K₂ = ‖J₁ᵀJ₂‖_F² with another kernel over as many outputs: exact where that costs no
     * more, else one-sided, by jvps of one model and vjps of the other, or Hutch++, as {@link #trace(Sampling)} chooses.
     *
     * @throws ShapeException                     if sizes or dtypes differ, or the budget is under 8
     * @throws cotangent.dsl.InvalidDataException if a kernel is empty, or a product is NaN or infinite
     */
    public final Estimate innerProduct(EmpiricalNtk other, Sampling sampling) {
        return estimates().innerProduct(other.estimates(), sampling);
    }

    /** The alignment with labels from 60 products; see {@link #labelAlignment(Tensor, Sampling)}. */
    public final Estimate labelAlignment(Tensor labels) {
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
    public final Estimate labelAlignment(Tensor labels, Sampling sampling) {
        return LabelAlignment.of(estimates(), labels, false).estimate(sampling);
    }

    /** As {@link #labelAlignment}, of HKH with the target of centred labels; see {@link #centredAlignment}. */
    public final Estimate centredLabelAlignment(Tensor labels, Sampling sampling) {
        return LabelAlignment.of(centredEstimates(), labels, true).estimate(sampling);
    }

    /**
     * The condition number of K + λI: infinite where λ is zero and there are fewer parameters than rows. From products it is
     * that of the Ritz values at both ends of the spectrum, with their bounds; not converged where the budget did not do.
     *
     * @param shift λ, from 0
     * @throws cotangent.dsl.InvalidDataException if λ is negative, the kernel is empty, or a product is NaN or infinite
     */
    public final Estimate conditionNumber(double shift, Sampling sampling) {
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
    public final Estimate logDeterminant(double shift, Sampling sampling) {
        return new KernelSpectrum(estimates()).logDeterminant(shift, sampling);
    }

    /**
     * The spectral density, by stochastic Lanczos quadrature or from all eigenvalues; see
     * {@link cotangent.linalg.trace.StochasticLanczosQuadrature}.
     *
     * @throws ShapeException                     if the budget is under 2
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty, or a product is NaN or infinite
     */
    public final SpectralDensity spectralDensity(Sampling sampling) {
        return new KernelSpectrum(estimates()).density(sampling);
    }

    /**
     * Whether the spectrum is of low rank, falls as a power or is flat, from probes alone, and which estimator that favours.
     *
     * @throws ShapeException                     if the budget is under 12
     * @throws cotangent.dsl.InvalidDataException if the kernel is empty or zero, or a product is NaN or infinite
     */
    public final SpectrumVerdict spectrum(Sampling sampling) {
        return SpectrumVerdict.of(kernel.operator(), sampling);
    }
}
