package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.krylov.ConjugateBasis;
import cotangent.linalg.krylov.Orthonormal;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Eigenpairs at one end of a symmetric operator's spectrum, by the locally optimal block preconditioned conjugate gradient
 * method.
 *
 * <p>A. V. Knyazev, Toward the optimal preconditioned eigensolver, SIAM J. Sci. Comput. 23 (2001): each step takes the best
 * vectors in the span of the last ones, their preconditioned residuals, and the direction of the last step. The bases are
 * those of J. A. Duersch, M. Shao, C. Yang and M. Gu, A robust and efficient implementation of LOBPCG, SIAM J. Sci. Comput.
 * 40 (2018), section 4: vectors and directions come out of one orthogonal matrix, so that none is ever near dependent.
 *
 * <p>Worth its products where a good preconditioner is at hand, as for the smallest eigenvalues of a stiff operator;
 * without one {@link BlockLanczos} needs fewer. Memory: 6·b·n numbers of float64, whatever the number of steps.
 *
 * <p><b>Stopping.</b> When the residual of each of the k wanted pairs is at most half of {@link #tolerance} times the largest
 * |θ|; a pair that is there gets no further products, but goes on taking part. Without convergence within {@link #maxMatvecs}
 * products the best pairs so far are returned, and {@link Eigenpairs#converged} says so.
 *
 * <p>Cost: b products to begin, one per unconverged vector and step, and k that measure residuals; where 4b reaches the
 * dimension n, n products with the unit vectors and k more, exact.
 */
public final class Lobpcg extends SymmetricEigensolver<Lobpcg> {
    /** Apart from the streams of estimators and of the other decompositions. */
    private static final long STREAM = 3L << 33;

    private final Optional<LinearOperator> preconditioner;

    private Lobpcg(Options options, Optional<LinearOperator> preconditioner) {
        super(options);
        this.preconditioner = preconditioner;
    }

    @Override
    Lobpcg with(Options other) {
        return new Lobpcg(other, preconditioner);
    }

    /**
     * The k largest eigenvalues, descending.
     *
     * @throws ShapeException if k is under 1
     */
    public static Lobpcg largest(int k) {
        return new Lobpcg(Options.of("Lobpcg", SpectrumEnd.LARGEST, k), Optional.empty());
    }

    /**
     * The k smallest eigenvalues, ascending: the most negative ones, not those nearest zero.
     *
     * @throws ShapeException if k is under 1
     */
    public static Lobpcg smallest(int k) {
        return new Lobpcg(Options.of("Lobpcg", SpectrumEnd.SMALLEST, k), Optional.empty());
    }

    /**
     * The same solver with blocks of so many vectors, at least k + 1; the default is k + max(2, k/4). The further ones are not
     * returned: they speed up the last of the k and tell how far away the rest is.
     *
     * @throws ShapeException if it is not over k
     */
    public Lobpcg blockSize(int vectors) {
        if (vectors <= options.count()) {
            throw new ShapeException("Lobpcg: expected a block of at least %d vectors for %d eigenpairs, got %d"
                    .formatted(options.count() + 1, options.count(), vectors));
        }
        return new Lobpcg(options.withBlockSize(vectors), preconditioner);
    }

    /**
     * The same solver with a preconditioner M, symmetric and positive definite, of the operator's size and dtype: for the
     * smallest eigenvalues one near A⁻¹.
     *
     * @throws ShapeException if it is not known to be symmetric
     */
    public Lobpcg preconditioner(LinearOperator inverse) {
        IterativeSolver.requireSymmetric("preconditioner", inverse);
        return new Lobpcg(options, Optional.of(inverse));
    }

    @Override
    Eigenpairs solve(CountingOperator operator, long started) {
        preconditioner.ifPresent(m -> Preconditioning.requireFit(name(), operator, m));
        int k = options.count();
        int n = operator.rows();
        int wished = options.blockSize() > 0 ? options.blockSize() : k + Math.max(2, k / 4);
        int width = (int) Math.min(wished, options.limit(operator) - k);
        boolean whole = 4L * width >= n;
        ConjugateBasis basis = whole
                ? new ConjugateBasis(Columns.identity(DType.F64, n, 0, n), block -> product(operator, block))
                : new ConjugateBasis(new ProbeStream(Probes.GAUSSIAN, options.seed(), STREAM).block(operator.dtype(), n,
                        0, width), block -> product(operator, block));
        basis.rotate(options.end()::order, whole ? n : width);
        int steps = whole ? 0 : iterate(operator, basis, width);
        String route = whole
                ? "exact: identity basis of dimension " + n
                : "LOBPCG: %d vectors, %d steps%s".formatted(width, steps, preconditioner.isPresent()
                        ? ", preconditioned"
                        : "");
        double[] values = basis.values();
        double[] residuals = basis.residuals();
        Separation rest = k == n ? Separation.COMPLETE : Separation.of(options.end(), k, values, residuals);
        return measured(operator, Arrays.copyOf(values, k), basis.leading(k), rest, options.tolerance(operator), basis
                .scale(), Double.NaN, route, started);
    }

    /** Steps until the wanted pairs are there, the budget is spent, or no direction is left; returns their number. */
    private int iterate(CountingOperator operator, ConjugateBasis basis, int width) {
        int k = options.count();
        long limit = options.limit(operator);
        double allowed = 0.5 * options.tolerance(operator);
        for (int steps = 0;; steps++) {
            double[] residuals = basis.residuals();
            double bound = allowed * basis.scale();
            int[] active = IntStream.range(0, width).filter(j -> residuals[j] > bound).toArray();
            if (active.length == 0 || active[0] >= k) {
                return steps;
            }
            if (operator.products() + active.length > limit - k) {
                return steps;
            }
            CancelledException.throwIfInterrupted(name(), operator.products(), limit);
            Tensor directions = basis.residual(active);
            boolean grown = basis.extend(preconditioner.isPresent() ? preconditioned(preconditioner.get(), directions)
                    : directions);
            if (!grown) {
                return steps;
            }
            basis.rotate(options.end()::order, width);
        }
    }

    private static Tensor preconditioned(LinearOperator inverse, Tensor residuals) {
        int n = residuals.shape().extent(0);
        int k = residuals.shape().extent(1);
        // to the size of one first: a residual near rounding must not underflow in float32
        Tensor block = Columns.narrowed(inverse.dtype(), n, k, Orthonormal.normalised(residuals));
        double[] product = inverse.matmat(block).toDoubles();
        KrylovSpace.requireFinite(product);
        return Tensor.wrap(Shape.of(n, k), product);
    }

    private Tensor product(CountingOperator operator, Tensor block) {
        Tensor narrowed = Columns.narrowed(operator.dtype(), block.shape().extent(0), block.shape().extent(1), block
                .toDoubles());
        Tensor product = BlockProducts.matmat(operator, narrowed,
                () -> options.listener()
                        .progressed(operator.products(),
                                options.limit(operator)));
        KrylovSpace.requireFinite(Columns.widened(product));
        return Columns.wide(product);
    }
}
