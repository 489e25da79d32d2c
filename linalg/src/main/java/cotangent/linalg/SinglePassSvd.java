package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;
import java.util.Arrays;

/**
 * A low-rank approximation from products that do not depend on each other: one with A and one with Aᵀ, in one pass over data
 * that cannot be seen twice.
 *
 * <p>J. A. Tropp, A. Yurtsever, M. Udell and V. Cevher, Practical sketching algorithms for low-rank matrix approximation, SIAM J.
 * Matrix Anal. Appl. 38 (2017), algorithms 4 and 7: from Y = AΩ and W = ΨA, with Q a basis of Y's range, Â = Q (ΨQ)⁺ W, cut to the rank.
 * Ω has s = rank + oversampling columns, Ψ 2s + 1 rows, as they advise; 10 rows more in the same pass measure the error (J. A. Tropp,
 * A. Yurtsever, M. Udell and V. Cevher, Streaming low-rank matrix approximation, SIAM J. Sci. Comput. 41, 2019, section 6). For
 * a positive semidefinite operator {@link Nystrom} is the better one; where products may follow each other, {@link RandomizedSvd}.
 *
 * <p>Cost: s products with A and min(m, 2s + 1) + 10 with Aᵀ.
 */
public final class SinglePassSvd {
    private static final String NAME = "SinglePassSvd";
    private static final int ERROR_ROWS = 10;
    /** Apart from the range finder's stream. */
    private static final long STREAM = 9L << 33;

    private final RangeFinder finder;

    private SinglePassSvd(RangeFinder finder) {
        this.finder = finder;
    }

    /**
     * An approximation of a rank, with as much oversampling as rank, plus 1, and seed 0.
     *
     * @throws ShapeException if it is under 1
     */
    public static SinglePassSvd rank(int rank) {
        return new SinglePassSvd(RangeFinder.rank(rank).withOversampling(Math.max(1, rank) + 1));
    }

    /** The same with so many further random vectors. */
    public SinglePassSvd oversampling(int vectors) {
        return new SinglePassSvd(finder.withOversampling(vectors));
    }

    /** The same with another seed. */
    public SinglePassSvd seed(long seed) {
        return new SinglePassSvd(finder.withSeed(seed));
    }

    /** The same with a listener that is told of progress after each block. */
    public SinglePassSvd listener(ProgressListener listener) {
        return new SinglePassSvd(finder.withListener(listener));
    }

    /**
     * The approximation.
     *
     * @throws ShapeException       if the operator is smaller than the rank
     * @throws InvalidDataException if it is empty or a product is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between blocks
     */
    public LowRankApproximation decompose(LinearOperator operator) {
        return CancelledException.unlessInterrupted(NAME, () -> approximated(operator));
    }

    private LowRankApproximation approximated(LinearOperator operator) {
        finder.requireRank(NAME, operator);
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(operator);
        int m = operator.rows();
        int s = finder.width(Math.min(m, operator.columns()));
        int l = Math.min(m, 2 * s + 1);
        long planned = (long) s + l + ERROR_ROWS;
        Tensor y = finder.product(counted, counted, finder.random(operator, 0, s), planned);
        ProbeStream stream = new ProbeStream(Probes.GAUSSIAN, finder.seed(), STREAM);
        // Gaussian rows that would fill the space say no more than the unit vectors, and with rounding less
        Tensor psi = l < m
                ? stream.block(operator.dtype(), m, 0, l + ERROR_ROWS)
                : Columns.join(Columns.identity(operator.dtype(), m, 0, m), stream.block(operator.dtype(), m, l, l
                        + ERROR_ROWS));
        Tensor w = Columns.wide(finder.product(counted, counted.adjoint(), psi, planned));
        Tensor tests = Columns.range(psi, 0, l);
        Tensor q = OrthonormalBasis.spanning(y).block(DType.F64);
        // ΨQ = PT, so that (ΨQ)⁺W = T⁻¹PᵀW
        Qr core = Qr.of(Columns.inner(Columns.wide(tests), q));
        Tensor right = Columns.inner(core.q(), Columns.transposed(Columns.range(w, 0, l)));
        Svd svd = Svd.of(Lu.of(core.r()).solve(right));
        int k = finder.rank();
        double[] v = Columns.widened(Columns.range(Columns.transposed(svd.vt()), 0, k));
        double[] u = Columns.widened(Columns.multiply(q, Columns.range(svd.u(), 0, k)));
        double[] values = Arrays.copyOf(svd.s().toDoubles(), k);
        double error = error(Columns.range(Columns.wide(psi), l, l + ERROR_ROWS), Columns.range(w, l, l + ERROR_ROWS),
                u,
                values, v);
        return new LowRankApproximation(Columns.narrowed(operator.dtype(), m, k, u), Tensor.of(values), Columns
                .transposed(Columns.narrowed(operator.dtype(), operator.columns(), k, v)), error, counted.products(),
                counted.jvps(), counted.vjps(), finder.seed(), "single pass: %d and %d vectors".formatted(s, l),
                Duration
                        .ofNanos(System.nanoTime() - started));
    }

    /** The root mean square of ‖(A − Â)ᵀθ‖ over fresh Gaussian vectors θ, whose mean square is ‖A − Â‖_F². */
    private static double error(Tensor theta, Tensor images, double[] u, double[] values, double[] v) {
        int k = values.length;
        Tensor left = Tensor.wrap(Shape.of(theta.shape().extent(0), k), u);
        double[] along = Columns.widened(Columns.inner(left, theta));
        for (int i = 0; i < along.length; i++) {
            along[i] *= values[i / ERROR_ROWS];
        }
        Tensor rights = Tensor.wrap(Shape.of(images.shape().extent(0), k), v);
        Tensor approximated = Columns.multiply(rights, Tensor.wrap(Shape.of(k, ERROR_ROWS), along));
        double[] ones = new double[ERROR_ROWS];
        Arrays.fill(ones, 1);
        double[] norms = Residuals.norms(ERROR_ROWS, Columns.widened(images), ones, Columns.widened(approximated));
        return Separation.frobenius(norms) / Math.sqrt(ERROR_ROWS);
    }

    @Override
    public String toString() {
        return "SinglePassSvd: rank %d, oversampling %d, seed %d".formatted(finder.rank(), finder.oversampling(), finder
                .seed());
    }
}
