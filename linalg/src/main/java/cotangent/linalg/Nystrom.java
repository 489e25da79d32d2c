package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.HouseholderQr;
import cotangent.linalg.dense.PowerOfTwo;
import cotangent.linalg.dense.SingularValueDecomposition;
import cotangent.linalg.dense.SingularValueDecomposition.Extent;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.randomized.NystromFactor;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/**
 * The randomized Nystrom approximation of a positive semidefinite operator, from one block of products.
 *
 * <p>J. A. Tropp, A. Yurtsever, M. Udell and V. Cevher, Fixed-rank approximation of a positive-semidefinite matrix from
 * streaming data, NIPS 2017, algorithm 3, with an orthonormalised Gaussian Ω: Â = AΩ (ΩᵀAΩ)⁺ (AΩ)ᵀ, cut to the rank asked for.
 * It is the best approximation of A that AΩ alone can prove, and twice as cheap as {@link RandomizedEigh}, which is more
 * accurate a product where the spectrum falls slowly. Values under about n·u·‖AΩ‖_F are noise.
 *
 * <p>Cost: l = min(n, rank + oversampling) products; where l = n the matrix is written out, and there is no error but
 * rounding.
 */
public final class Nystrom {
    private static final String NAME = "Nystrom";

    private final RangeFinder finder;

    private Nystrom(RangeFinder finder) {
        this.finder = finder;
    }

    /**
     * An approximation of so many eigenvalues, with oversampling 10 and seed 0.
     *
     * @throws ShapeException if the rank is under 1
     */
    public static Nystrom rank(int rank) {
        return new Nystrom(RangeFinder.rank(rank));
    }

    /** The same approximation with so many further random vectors. */
    public Nystrom oversampling(int vectors) {
        return new Nystrom(finder.withOversampling(vectors));
    }

    /** The same approximation with another seed. */
    public Nystrom seed(long seed) {
        return new Nystrom(finder.withSeed(seed));
    }

    /** The same approximation with a listener that is told of progress after each block. */
    public Nystrom listener(ProgressListener listener) {
        return new Nystrom(finder.withListener(listener));
    }

    /**
     * The approximation.
     *
     * @param operator known to be positive semidefinite; declare it with {@link LinearOperator#asPositiveSemidefinite} where only
     *                 you know
     * @throws ShapeException       if it is not known to be positive semidefinite, or is smaller than the rank
     * @throws InvalidDataException if it is empty, a product is NaN or infinite, or it turns out to be indefinite
     */
    public NystromApproximation approximate(LinearOperator operator) {
        return CancelledException.unlessInterrupted(NAME, () -> approximated(operator));
    }

    private NystromApproximation approximated(LinearOperator operator) {
        if (!operator.positiveSemidefinite()) {
            throw new ShapeException("%s: expected a positive semidefinite operator, got %s; use RandomizedEigh, or "
                    .formatted(NAME, operator) + "asPositiveSemidefinite() if it is so nevertheless");
        }
        finder.requireRank(NAME, operator);
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(operator);
        int n = operator.rows();
        int l = finder.width(n);
        Sketched sketched = l == n ? whole(counted) : sketched(counted, l);
        int k = finder.rank();
        double[] vectors = Columns.widened(Columns.range(Tensor.wrap(Shape.of(n, l), sketched.vectors), 0, k));
        Tensor signed = Columns.narrowed(operator.dtype(), n, k, Signs.largestPositive(k, vectors));
        double rest = k < l ? sketched.values[k] : 0;
        String route = l == n
                ? "exact: identity basis of dimension " + n
                : "randomized Nystrom: %d vectors".formatted(l);
        return new NystromApproximation(signed, Tensor.of(Arrays.copyOf(sketched.values, k)), rest, sketched.error,
                sketched.shift, counted.products(), counted.jvps(), counted.vjps(), finder.seed(), route, Duration
                        .ofNanos(System.nanoTime() - started));
    }

    /** Eigenvectors [n, l], eigenvalues descending, error and shift. */
    private record Sketched(double[] vectors, double[] values, double error, double shift) {}

    private Sketched whole(CountingOperator operator) {
        int n = operator.rows();
        Eigh eigh = Eigh.of(RitzPairs.symmetricPart(Columns.wide(finder.dense(operator))));
        double[] ascending = eigh.values().toDoubles();
        double[] columns = eigh.vectors().toDoubles();
        double[] values = new double[n];
        double[] vectors = new double[n * n];
        for (int j = 0; j < n; j++) {
            values[j] = Math.max(0, ascending[n - 1 - j]);
            for (int i = 0; i < n; i++) {
                vectors[i * n + j] = columns[i * n + n - 1 - j];
            }
        }
        return new Sketched(vectors, values, 0, 0);
    }

    private Sketched sketched(CountingOperator operator, int l) {
        int n = operator.rows();
        HouseholderQr qr = HouseholderQr.factor(n, l, finder.random(operator, 0, l).toDoubles());
        Tensor omega = Columns.narrowed(operator.dtype(), n, l, qr.q(l));
        double[] sketch = Columns.widened(finder.product(operator, operator, omega, l));
        double[] directions = Columns.widened(omega);
        NystromFactor factor = NystromFactor.of(NAME, "RandomizedEigh", n, l, directions, sketch, operator.dtype()
                .unitRoundoff());
        if (factor.shift() == 0) {
            return new Sketched(directions.clone(), new double[l], 0, 0);
        }
        SingularValueDecomposition svd = SingularValueDecomposition.decompose(n, l, factor.factor().clone(),
                Extent.THIN);
        if (svd == null) {
            throw new NotConvergedException(NAME + ": the QR iteration did not converge; please report the operator");
        }
        double[] values = new double[l];
        for (int i = 0; i < l; i++) {
            values[i] = Math.max(0, svd.values()[i] * svd.values()[i] - factor.shift());
        }
        int back = -2 * factor.exponent();
        PowerOfTwo.scale(l, values, back);
        return new Sketched(Objects.requireNonNull(svd.u()), values, Math.scalb(leaveOneOut(factor, svd, qr.r()), back),
                Math.scalb(factor.shift(), back));
    }

    /**
     * The root mean square of ‖(Â − Âⱼ)ωⱼ‖, where Âⱼ does without the j-th Gaussian vector ωⱼ and Âωⱼ = Aωⱼ. With G = QR the
     * Gaussian vectors, C the core's factor and Z = R⁻¹C⁻¹, whose rows are zⱼ, it is ‖F zⱼᵀ‖/‖zⱼ‖².
     */
    private static double leaveOneOut(NystromFactor factor, SingularValueDecomposition svd, double[] r) {
        int l = factor.l();
        double[] z = Columns.widened(Columns.identity(DType.F64, l, 0, l));
        Trsm.dtrsm(Side.RIGHT, Triangle.UPPER, Diagonal.GENERAL, l, l, 1, factor.core(), 0, l, 1, z, 0, l);
        Trsm.dtrsm(Side.LEFT, Triangle.UPPER, Diagonal.GENERAL, l, l, 1, r, 0, l, 1, z, 0, l);
        double[] vt = Objects.requireNonNull(svd.vt());
        double squares = 0;
        for (int j = 0; j < l; j++) {
            double size = Dots.dnrm2(l, z, j * l);
            double image = 0;
            for (int i = 0; i < l; i++) {
                image = Math.hypot(image, svd.values()[i] * (Dots.ddot(l, vt, i * l, z, j * l) / size));
            }
            squares += image / size * (image / size);
        }
        return Math.sqrt(squares / l);
    }

    @Override
    public String toString() {
        return "Nystrom: rank %d, oversampling %d, seed %d".formatted(finder.rank(), finder.oversampling(), finder
                .seed());
    }
}
