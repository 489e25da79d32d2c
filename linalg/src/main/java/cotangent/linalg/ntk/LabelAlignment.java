package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;
import java.util.Arrays;

/**
 * The alignment ⟨K, T⟩_F/(‖K‖_F‖T‖_F) of a kernel with the target T = YYᵀ ⊗ I that its labels Y would have it be.
 *
 * <p>The numerator is ‖Jᵀ(Y ⊗ I)‖_F², vjps alone: one for each pair of a label's column and an output, and then exact; where
 * the budget does not pay for these, a mean over random combinations of them. So the error bar is mostly that of ‖K‖_F.
 */
record LabelAlignment(KernelEstimates kernel, Tensor labels) {
    private static final String NAME = "label alignment";

    /**
     * Labels as the columns of a matrix.
     *
     * @param labels [N] or [N, columns] of F32 or F64; I32 [N] for classes from 0, which become columns of zeros and ones
     */
    static LabelAlignment of(KernelEstimates kernel, Tensor labels, boolean centred) {
        int samples = kernel.factors().samples();
        if (labels.rank() < 1 || labels.rank() > 2 || labels.shape().extent(0) != samples) {
            throw new ShapeException("%s: expected labels [%d] or [%d, columns], one row per sample, got %s".formatted(
                    NAME, samples, samples, labels.type()));
        }
        Tensor columns = labels.dtype() == DType.I32 ? classes(labels)
                : labels.cast(DType.F64)
                        .reshape(samples, labels
                                .type()
                                .size() / samples);
        for (double element : columns.toDoubles()) {
            if (!Double.isFinite(element)) {
                throw new InvalidDataException(NAME + ": a label is NaN or infinite");
            }
        }
        return new LabelAlignment(kernel, centred ? centred(columns, samples) : columns);
    }

    private static Tensor centred(Tensor columns, int samples) {
        Tensor centred = Factors.centred(columns, samples);
        double rounding = samples * DType.F64.unitRoundoff();
        // what rounding leaves of equal labels is no label
        return Columns.sumOfSquares(centred) <= rounding * rounding * Columns.sumOfSquares(columns) ? columns.times(0)
                : centred;
    }

    private static Tensor classes(Tensor labels) {
        int[] classes = labels.toInts();
        int least = Arrays.stream(classes).min().orElse(0);
        if (labels.rank() != 1 || least < 0) {
            throw new ShapeException("%s: expected classes from 0 as i32[N], got %s with %d among them".formatted(NAME,
                    labels.type(), least));
        }
        return labels.oneHot(Arrays.stream(classes).max().orElse(0) + 1, DType.F64);
    }

    private int samples() {
        return labels.shape().extent(0);
    }

    private int outputs() {
        return kernel.factors().size() / samples();
    }

    /** Y ⊗ I, [N·outputs, columns·outputs], in the kernel's dtype. */
    private LinearOperator target() {
        int columns = labels.shape().extent(1);
        int outputs = outputs();
        int n = samples();
        DType dtype = kernel.factors().jacobian().dtype();
        Tensor transposed = Columns.transposed(labels);
        return LinearOperator.of(n * outputs, columns * outputs, dtype, block -> spread(labels, block, columns, outputs,
                dtype), block -> spread(transposed, block, n, outputs, dtype));
    }

    /** The product of (matrix ⊗ I) with a block. */
    private static Tensor spread(Tensor matrix, Tensor block, int inner, int outputs, DType dtype) {
        int k = block.shape().extent(1);
        Tensor product = Columns.multiply(matrix, Columns.wide(block).reshape(inner, outputs * k));
        int rows = matrix.shape().extent(0) * outputs;
        return Columns.narrowed(dtype, rows, k, Columns.widened(product));
    }

    /** ‖YYᵀ ⊗ I‖_F. */
    private double targetNorm() {
        Tensor gram = Columns.inner(labels, labels);
        double norm = Math.sqrt(outputs() * Columns.sumOfSquares(gram));
        if (!(norm > 0)) {
            throw new InvalidDataException(
                    NAME + ": not defined for labels that are all zero, or all equal where they are "
                            + "centred");
        }
        return norm;
    }

    Estimate estimate(Sampling sampling) {
        double norm = targetNorm();
        Moments inner = inner(sampling);
        double numerator = inner.value(Statistic.identity()) / norm;
        Statistic ratio = new OverNorm(numerator);
        // half of the error for the numerator where that is sampled, and together all of it
        Sampling rest = inner.exact() ? sampling : share(sampling, Math.sqrt(0.75));
        Moments squares = kernel.planned(NAME, rest, new Quantity(NAME, 1, ratio));
        Estimate found = Estimate.of(NAME, squares.from(1), ratio);
        double sampled = inner.exact() ? 0
                : inner.standardError(Statistic.identity()) / norm * found.value() / Math.max(Double.MIN_NORMAL,
                        numerator);
        boolean exact = squares.exact() && inner.exact();
        int freedom = inner.exact() ? found.degreesOfFreedom()
                : Math.max(1, Math.min(inner.degreesOfFreedom(Statistic
                        .identity()), squares.exact() ? Integer.MAX_VALUE : found.degreesOfFreedom()));
        return new Estimate(NAME, found.value(), Math.hypot(found.standardError(), sampled), exact
                ? ErrorBar.EXACT
                : ErrorBar.SAMPLE, exact ? 0 : freedom, inner.exact() ? found.positivePart() : 0,
                squares.numMatvecs() + inner.numMatvecs(), squares.jvps()
                        + inner.jvps(),
                squares.vjps() + inner.vjps(), squares.count() + inner.count(), sampling.seed(),
                "norm of K: %s; inner product with the labels: %s".formatted(squares.route(), inner.exact()
                        ? "exact, %d vjps".formatted(inner.numMatvecs())
                        : inner.route()),
                squares.elapsed().plus(inner.elapsed()), true).against(sampling.accuracy());
    }

    /** ⟨K, YYᵀ ⊗ I⟩: exact where that is no dearer than the kernel's rows, or than what the norm may take. */
    private Moments inner(Sampling sampling) {
        LinearOperator pulled = kernel.factors().jacobian().adjoint().times(target());
        int columns = pulled.columns();
        boolean asked = sampling.accuracy().asked();
        boolean written = columns <= kernel.factors().size() || !asked && columns <= 2L * sampling.budget();
        MomentSampler sampler = MomentSampler.of(pulled, written ? sampling.atMost(columns) : sampling, QuadraticForm
                .squaredNorm());
        Accuracy half = share(sampling, 0.5).accuracy();
        return CancelledException.unlessInterrupted(NAME, () -> written || !asked
                ? sampler.plain()
                : sampler.plain(found -> Estimate.of(NAME, found, Statistic.identity()).excess(half)));
    }

    /** The same with a part of the error, where one was asked for. */
    private static Sampling share(Sampling sampling, double part) {
        Accuracy accuracy = sampling.accuracy();
        return sampling.accuracy(new Accuracy(part * accuracy.relativeError(), accuracy.confidence()));
    }
}
