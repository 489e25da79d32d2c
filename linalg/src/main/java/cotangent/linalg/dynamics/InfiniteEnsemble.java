package cotangent.linalg.dynamics;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;

/**
 * The distribution of the outputs of infinitely wide networks, one for each draw of the initial parameters, trained by
 * gradient flow for a time: a Gaussian process before training (its NNGP kernel is G), and at every time after, as each moves
 * under one tangent kernel Θ.
 *
 * <p>J. Lee et al., Wide neural networks of any depth evolve as linear models under gradient descent, NeurIPS 2019, section
 * 2.3: with B = Θ_*·ct·φ₁(ctΘ), which is Θ_*Θ⁻¹(I − e^(−ctΘ)) where Θ is regular, the outputs f_* − B(f − y) of initial
 * outputs f at training and f_* at test points have mean B·y and covariance G_** − BG_*ᵀ − G_*Bᵀ + BGBᵀ. After all time this
 * is not the posterior of any Gaussian process unless Θ is a multiple of G, as when only the last layer is trained.
 *
 * <p>Kernels are over samples; outputs of one sample are independent and share the covariance. In float64, whatever the
 * dtype. Cost: an eigendecomposition of Θ once, and products of these matrices for each time.
 */
public final class InfiniteEnsemble {
    private static final String NAME = "ensemble";

    private final DType dtype;
    private final Shape shape;
    private final Tensor nngp;
    private final Tensor targets;
    private final double factor;
    /** What the flow makes of each unit residual. */
    private final GradientFlow response;

    private InfiniteEnsemble(DType dtype, Shape shape, Tensor nngp, Tensor targets, double factor,
            GradientFlow response) {
        this.dtype = dtype;
        this.shape = shape;
        this.nngp = nngp;
        this.targets = targets;
        this.factor = factor;
        this.response = response;
    }

    /**
     * The ensemble trained on targets.
     *
     * @param nngp    G of the training points, [N, N]
     * @param ntk     Θ of the training points, [N, N]; G itself where only the last layer is trained
     * @param targets y, [N] or [N, C]
     * @throws ShapeException       if shapes or dtypes do not fit
     * @throws InvalidDataException if an entry is NaN or infinite; later, if Θ turns out to be indefinite
     */
    public static InfiniteEnsemble of(Tensor nngp, Tensor ntk, Tensor targets) {
        int n = targets.rank() > 0 ? targets.shape().extent(0) : 0;
        requireMatrix("the NNGP kernel", nngp, n, n, targets.dtype());
        requireMatrix("the tangent kernel", ntk, n, n, targets.dtype());
        if (n == 0 || targets.rank() > 2) {
            throw new ShapeException(NAME + ": expected targets [N] or [N, C], got " + targets.type());
        }
        Tensor goal = Tensor.wrap(Shape.of(n, targets.shape().size() / n), Start.finite(NAME, "the targets", targets));
        Tensor zero = Tensor.zeros(DType.F64, n, n);
        GradientFlow response = GradientFlow.of(LinearOperator.of(Columns.wide(ntk)), Tensor.eye(n, DType.F64), zero)
                .viaEigh()
                .rankTolerance(Math.min(0.5, n * 2 * targets.dtype().unitRoundoff()));
        return new InfiniteEnsemble(targets.dtype(), targets.shape(), Columns.wide(nngp), goal, 1, response);
    }

    private static void requireMatrix(String what, Tensor matrix, int rows, int columns, DType dtype) {
        if (!matrix.shape().equals(Shape.of(rows, columns)) || matrix.dtype() != dtype || !dtype.isFloating()) {
            throw new ShapeException("%s: expected %s to be [%d, %d] of the targets' dtype %s, f32 or f64; got %s"
                    .formatted(NAME, what, rows, columns, dtype, matrix.type()));
        }
        if (!Double.isFinite(Columns.sumOfSquares(matrix))) {
            throw new InvalidDataException("%s: %s holds NaN, infinity or numbers too large".formatted(NAME, what));
        }
    }

    /** The same ensemble trained under another normalisation of the loss; the default is {@link SquaredLoss#HALF_SUM}. */
    public InfiniteEnsemble under(SquaredLoss loss) {
        return new InfiniteEnsemble(dtype, shape, nngp, targets, loss.factor(shape.size()), response);
    }

    /**
     * A Gaussian distribution of outputs.
     *
     * @param time       of the training
     * @param mean       [M] or [M, C]
     * @param covariance [M, M] over samples, the same for each output
     */
    public record Distribution(double time, Tensor mean, Tensor covariance) {
        /** The standard deviation of each sample's outputs, [M]; 0 where rounding left a variance under it. */
        public Tensor standardDeviation() {
            int m = covariance.shape().extent(0);
            double[] deviations = new double[m];
            for (int i = 0; i < m; i++) {
                deviations[i] = Math.sqrt(Math.max(0, covariance.get(i, i)));
            }
            return Tensor.of(deviations).cast(covariance.dtype());
        }
    }

    /**
     * The distribution on the training points.
     *
     * @param time from 0; ∞ for the limit
     * @throws InvalidDataException if it is negative or NaN
     */
    public Distribution at(double time) {
        Tensor left = response.at(factor * time).outputs(0);
        return distribution(time, shape, targets.minus(left.matmul(targets)), left.matmul(nngp)
                .matmul(left
                        .transpose()));
    }

    /**
     * The ensemble at points that take no part in training.
     *
     * @param crossNngp G_* between these points and the training points, [M, N]
     * @param crossNtk  Θ_*, [M, N]
     * @param testNngp  G_** of these points, [M, M]
     * @throws ShapeException       if shapes or dtypes do not fit
     * @throws InvalidDataException if an entry is NaN or infinite
     */
    public OnTestPoints on(Tensor crossNngp, Tensor crossNtk, Tensor testNngp) {
        int n = nngp.shape().extent(0);
        int m = testNngp.rank() > 0 ? testNngp.shape().extent(0) : 0;
        requireMatrix("the NNGP kernel of the test points", testNngp, m, m, dtype);
        requireMatrix("the NNGP kernel between test and training points", crossNngp, m, n, dtype);
        requireMatrix("the tangent kernel between test and training points", crossNtk, m, n, dtype);
        TestPoints points = response.on(LinearOperator.of(Columns.wide(crossNtk)), Tensor.zeros(DType.F64, m, n));
        return new OnTestPoints(this, points, Columns.wide(crossNngp), Columns.wide(testNngp));
    }

    private Distribution distribution(double time, Shape meanShape, Tensor mean, Tensor covariance) {
        Tensor symmetric = covariance.plus(covariance.transpose()).times(0.5);
        return new Distribution(time, mean.reshape(meanShape).cast(dtype), symmetric.cast(dtype));
    }

    /** An {@link InfiniteEnsemble} at points that take no part in training. */
    public static final class OnTestPoints {
        private final InfiniteEnsemble ensemble;
        private final TestPoints points;
        private final Tensor cross;
        private final Tensor prior;

        private OnTestPoints(InfiniteEnsemble ensemble, TestPoints points, Tensor cross, Tensor prior) {
            this.ensemble = ensemble;
            this.points = points;
            this.cross = cross;
            this.prior = prior;
        }

        /**
         * The distribution at these points.
         *
         * @param time from 0; ∞ for the limit
         * @throws InvalidDataException if it is negative or NaN
         */
        public Distribution at(double time) {
            // unit residuals move the outputs by −B
            Tensor b = points.at(ensemble.factor * time).outputs(0).neg();
            Tensor mixed = b.matmul(cross.transpose());
            Tensor covariance = prior.minus(mixed)
                    .minus(mixed.transpose())
                    .plus(b.matmul(ensemble.nngp).matmul(b.transpose()));
            Shape shape = ensemble.shape.with(0, prior.shape().extent(0));
            return ensemble.distribution(time, shape, b.matmul(ensemble.targets), covariance);
        }
    }

    @Override
    public String toString() {
        return "infinite ensemble trained on %d samples".formatted(shape.extent(0));
    }
}
