package cotangent.linalg;

import cotangent.dsl.ShapeException;
import cotangent.linalg.krylov.BlockKrylovSpace;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.probe.CancelledException;
import java.util.Arrays;

/**
 * Eigenpairs at the ends of a symmetric operator's spectrum, by the thick-restart block Lanczos method.
 *
 * <p>G. H. Golub and R. Underwood, The block Lanczos method for computing eigenvalues, Mathematical Software III (1977), with
 * the restarts of {@link Lanczos} and full re-orthogonalisation. The Krylov space of a random block of b vectors holds b
 * vectors of each eigenspace, so that eigenvalues of multiplicity up to b are found without a second look; by default b is
 * at least k. It takes more products than {@link Lanczos}, but b at a time: it is the faster one where an operator's product with a
 * block costs less than its products one by one, as a dense matrix's does.
 *
 * <p><b>Stopping.</b> When the residual ‖Ax − θx‖ of every wanted pair, as the recurrence has it, is at most a quarter of
 * {@link #tolerance} times the largest |θ|. Without convergence within {@link #maxMatvecs} products the best pairs so far are
 * returned, and {@link Eigenpairs#converged} says so. Where the space reaches the operator's dimension n it is exact but for
 * rounding.
 *
 * <p>Cost: one product per vector of the space, b at a time, and k that measure residuals; n + k where the space is whole.
 * Memory: (dimension + b)·n numbers of float64; work besides the products: about 8·n·dimension flops for each.
 */
public final class BlockLanczos extends SymmetricEigensolver<BlockLanczos> {
    private static final int LANES = 8;
    private static final int BLOCKS = 10;

    private BlockLanczos(Options options) {
        super(options);
    }

    private static BlockLanczos of(SpectrumEnd end, int count) {
        return new BlockLanczos(Options.of("BlockLanczos", end, count));
    }

    @Override
    BlockLanczos with(Options other) {
        return new BlockLanczos(other);
    }

    /**
     * The k largest eigenvalues, descending.
     *
     * @throws ShapeException if k is under 1
     */
    public static BlockLanczos largest(int k) {
        return of(SpectrumEnd.LARGEST, k);
    }

    /**
     * The k smallest eigenvalues, ascending: the most negative ones, not those nearest zero.
     *
     * @throws ShapeException if k is under 1
     */
    public static BlockLanczos smallest(int k) {
        return of(SpectrumEnd.SMALLEST, k);
    }

    /**
     * The k eigenvalues of largest magnitude, by magnitude descending.
     *
     * @throws ShapeException if k is under 1
     */
    public static BlockLanczos largestMagnitude(int k) {
        return of(SpectrumEnd.LARGEST_MAGNITUDE, k);
    }

    /**
     * k eigenvalues in turn from the top and the bottom: the largest, the smallest, the second largest, and so on.
     *
     * @throws ShapeException if k is under 1
     */
    public static BlockLanczos bothEnds(int k) {
        return of(SpectrumEnd.BOTH_ENDS, k);
    }

    /**
     * The same solver with blocks of so many vectors; the default is k rounded up to a multiple of 8. An eigenvalue of higher
     * multiplicity than this may be found fewer times than it is there.
     *
     * @throws ShapeException if it is under 1
     */
    public BlockLanczos blockSize(int vectors) {
        if (vectors < 1) {
            throw new ShapeException("BlockLanczos: expected a block of at least one vector, got " + vectors);
        }
        return new BlockLanczos(options.withBlockSize(vectors));
    }

    /**
     * The same solver with a Krylov space of so many vectors; the default is 2k + 10 blocks, and the least in force is k and 3
     * blocks.
     *
     * @throws ShapeException if it is under k
     */
    public BlockLanczos dimension(int vectors) {
        if (vectors < options.count()) {
            throw new ShapeException("BlockLanczos: expected a dimension of at least %d for as many eigenpairs, got %d"
                    .formatted(options.count(), vectors));
        }
        return new BlockLanczos(options.withDimension(vectors));
    }

    @Override
    Eigenpairs solve(CountingOperator operator, long started) {
        return new Iteration(operator).run(started);
    }

    /** One run of the method. */
    private final class Iteration {
        private final CountingOperator operator;
        private final int n;
        private final int k = options.count();
        private final int width;
        private final int capacity;
        private final double allowed;
        private final long limit;
        private final BlockKrylovSpace space;
        private BlockKrylovSpace.Ritz ritz = new BlockKrylovSpace.Ritz(new double[0], new double[0], new double[0]);
        private int[] order = new int[0];
        private int restarts;

        Iteration(CountingOperator operator) {
            this.operator = operator;
            this.n = operator.rows();
            this.limit = options.limit(operator);
            int wished = options.blockSize() > 0 ? options.blockSize() : (k + LANES - 1) / LANES * LANES;
            long reach = (k + wished - 1L) / wished * wished; // products until there are k vectors
            this.width = Math.min(n, reach <= limit - k ? wished : k);
            int dimension = options.dimension() > 0 ? options.dimension() : 2 * k + BLOCKS * width;
            this.capacity = (int) Math.min(n, Math.max(dimension, k + 3L * width));
            this.allowed = 0.25 * options.tolerance(operator);
            this.space = new BlockKrylovSpace(operator, capacity, width, options.seed());
        }

        Eigenpairs run(long started) {
            grow();
            while (space.size() < n && !settled() && affordable()) {
                restarts++;
                int kept = Math.min((k + space.size()) / 2, capacity - 2 * space.pending());
                space.restart(ritz, Arrays.copyOf(order, Math.max(k, kept)));
                grow();
            }
            String route = space.size() == n
                    ? "exact: Krylov space of dimension " + n
                    : "thick-restart block Lanczos: %d vectors in blocks of %d, %d restarts".formatted(capacity, width,
                            restarts);
            double[] values = Arrays.stream(order, 0, k).mapToDouble(i -> ritz.values()[i]).toArray();
            Separation rest = rest(n, ritz.values(), ritz.residuals(), order);
            return measured(operator, values, space.vectors(ritz, Arrays.copyOf(order, k)), rest, options.tolerance(
                    operator), largestMagnitude(ritz.values()), space.orthogonalityLoss(), route, started);
        }

        private boolean affordable() {
            return operator.products() + space.pending() <= limit - k;
        }

        /** Fills the space, as far as the budget goes and until the wanted pairs are there. */
        private void grow() {
            int check = Math.max(space.size(), k) + 3 * width;
            while (space.pending() > 0 && space.size() + space.pending() <= capacity
                    && (space.size() < k || affordable())) {
                CancelledException.throwIfInterrupted(name(), operator.products(), limit);
                space.extend();
                options.listener().progressed(operator.products(), limit);
                if (space.size() >= check && capacity < n) {
                    check = space.size() + 3 * width;
                    measure();
                    if (settled()) {
                        return;
                    }
                }
            }
            measure();
        }

        private void measure() {
            ritz = space.ritz();
            order = options.end().order(ritz.values());
        }

        private boolean settled() {
            double bound = allowed * largestMagnitude(ritz.values());
            return Arrays.stream(order, 0, k).allMatch(i -> ritz.residuals()[i] <= bound);
        }
    }
}
