package cotangent.linalg;

import cotangent.dsl.ShapeException;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.probe.CancelledException;
import java.util.Arrays;

/**
 * Eigenpairs at the ends of a symmetric operator's spectrum, by the thick-restart Lanczos method.
 *
 * <p>K. Wu and H. Simon, Thick-restart Lanczos method for large symmetric eigenvalue problems, SIAM J. Matrix Anal.
 * Appl. 22 (2000), with full re-orthogonalisation. A Krylov space grows to {@link #dimension} vectors; then the most
 * wanted half of its Ritz vectors and the last vector are kept, and it grows again. One product per vector.
 *
 * <p><b>Stopping.</b> When the residual ‖Ax − θx‖ of every wanted pair, as the recurrence has it, is at most a quarter of
 * {@link #tolerance} times the largest |θ|, the pairs are held and the space grows once more from a random vector
 * orthogonal to them. A Krylov space of one vector contains one vector of each eigenspace only, and this finds a
 * repeated or overlooked eigenvalue; the search goes on until a round changes nothing. Two eigenvalues closer than the
 * tolerance, or a start that misses a direction twice, can still deceive it. The residuals returned are measured by k
 * further products.
 *
 * <p>Without convergence within {@link #maxMatvecs} products the best pairs so far are returned, with their residuals, and
 * {@link Eigenpairs#converged} says so. Where the space reaches the operator's dimension n, it is exact but for
 * rounding, at n + k products. Memory: (dimension + 1)·n numbers of float64; work besides the products: about
 * 4·n·dimension flops for each.
 */
public final class Lanczos extends SymmetricEigensolver<Lanczos> {
    private static final int SMALLEST_DIMENSION = 40;
    /** Vectors, the held ones included, to which a random one must grow without news. */
    private static final int LEAST_PROOF = 20;
    /** Products between two looks at the Ritz pairs. */
    private static final int INTERVAL = 10;

    private final Reorthogonalization reorthogonalization;

    private Lanczos(Options options, Reorthogonalization reorthogonalization) {
        super(options);
        this.reorthogonalization = reorthogonalization;
    }

    private static Lanczos of(SpectrumEnd end, int count) {
        return new Lanczos(Options.of("Lanczos", end, count), Reorthogonalization.FULL);
    }

    @Override
    Lanczos with(Options other) {
        return new Lanczos(other, reorthogonalization);
    }

    /**
     * The k largest eigenvalues, descending.
     *
     * @throws ShapeException if k is under 1
     */
    public static Lanczos largest(int k) {
        return of(SpectrumEnd.LARGEST, k);
    }

    /**
     * The k smallest eigenvalues, ascending: the most negative ones, not those nearest zero.
     *
     * @throws ShapeException if k is under 1
     */
    public static Lanczos smallest(int k) {
        return of(SpectrumEnd.SMALLEST, k);
    }

    /**
     * The k eigenvalues of largest magnitude, by magnitude descending.
     *
     * @throws ShapeException if k is under 1
     */
    public static Lanczos largestMagnitude(int k) {
        return of(SpectrumEnd.LARGEST_MAGNITUDE, k);
    }

    /**
     * k eigenvalues in turn from the top and the bottom: the largest, the smallest, the second largest, and so on.
     *
     * @throws ShapeException if k is under 1
     */
    public static Lanczos bothEnds(int k) {
        return of(SpectrumEnd.BOTH_ENDS, k);
    }

    /** The same solver with a Krylov space of so many vectors, at least k + 2; the default is 4k + 20 and at least 40. */
    public Lanczos dimension(int vectors) {
        int count = options.count();
        if (vectors < count + 2) {
            throw new ShapeException("Lanczos: expected a dimension of at least %d for %d eigenpairs, got %d".formatted(
                    count + 2, count, vectors));
        }
        return new Lanczos(options.withDimension(vectors), reorthogonalization);
    }

    /**
     * The same solver with another way against rounding; the default is {@link Reorthogonalization#FULL}, with restarts.
     *
     * <p>With any other it is one run without restarts, of {@link #dimension} steps or as many as the products allow, and without
     * the second look from another vector: it finds one vector of each eigenspace, and gives fewer than k pairs where its Krylov
     * space ends before. With {@link Reorthogonalization#NONE} an eigenvalue that has converged comes again as copies, which are
     * among the pairs, and nothing is said of gaps. {@link Eigenpairs#orthogonalityLoss} says what became of the basis.
     *
     * <p>{@link Reorthogonalization#SELECTIVE} and {@link Reorthogonalization#PARTIAL} give values as good as full
     * re-orthogonalisation does, but residuals down to about √u‖A‖ only, since what they remove is missing in the recurrence: a
     * {@link #tolerance} under √u is not to be met.
     *
     * <p>Cost: a product a step, and one for each pair. Memory: {@link #dimension}·n numbers of float64, for the vectors.
     */
    public Lanczos reorthogonalization(Reorthogonalization how) {
        return new Lanczos(options, how);
    }

    @Override
    Eigenpairs solve(CountingOperator operator, long started) {
        if (reorthogonalization != Reorthogonalization.FULL) {
            return unrestarted(operator, started);
        }
        Iteration iteration = new Iteration(operator);
        iteration.run();
        return iteration.result(started);
    }

    private int capacity(int n) {
        int wished = options.dimension() > 0
                ? options.dimension()
                : Math.max(4 * options.count() + 20,
                        SMALLEST_DIMENSION);
        return Math.min(n, wished);
    }

    private Eigenpairs unrestarted(CountingOperator operator, long started) {
        int n = operator.rows();
        int steps = (int) Math.min(capacity(n), options.limit(operator) - options.count());
        UnrestartedLanczos run = UnrestartedLanczos.of(operator, steps, reorthogonalization, options);
        double[] values = run.values();
        int[] order = options.end().order(values);
        int k = Math.min(options.count(), values.length);
        // a copy is not another eigenvalue, and an eigenspace has more vectors than one
        boolean telling = reorthogonalization != Reorthogonalization.NONE && k == options.count();
        Separation rest = telling ? rest(n, values, run.residuals(), order) : Separation.UNKNOWN;
        double[] wanted = Arrays.stream(order, 0, k).mapToDouble(i -> values[i]).toArray();
        String route = "Lanczos: %d steps, %s re-orthogonalisation".formatted(run.steps(), reorthogonalization);
        return measured(operator, wanted, run.vectors(Arrays.copyOf(order, k)), rest, options.tolerance(operator),
                largestMagnitude(values), run.orthogonalityLoss(), route, started);
    }

    /** One run of the method. */
    private final class Iteration {
        private final CountingOperator operator;
        private final int n;
        private final int k = options.count();
        private final int capacity;
        private final double tolerance;
        private final long limit;
        private final KrylovSpace space;
        private KrylovSpace.Ritz ritz;
        private int[] order;
        private Separation rest = Separation.UNKNOWN;
        private int restarts;

        Iteration(CountingOperator operator) {
            this.operator = operator;
            this.n = operator.rows();
            this.capacity = capacity(n);
            this.tolerance = options.tolerance(operator);
            this.limit = options.limit(operator);
            this.space = new KrylovSpace(operator, capacity, options.seed());
            this.ritz = new KrylovSpace.Ritz(new double[0], new double[0], new double[0]);
            this.order = new int[0];
        }

        void run() {
            double[] held = new double[0];
            grow(capacity);
            rest = rest(n, ritz.values(), ritz.residuals(), order);
            while (space.size() < n && operator.products() < limit - k) {
                restarts++;
                if (!settled()) {
                    space.restart(ritz, Arrays.copyOf(order, (k + space.size()) / 2));
                    grow(capacity);
                    rest = rest(n, ritz.values(), ritz.residuals(), order);
                } else if (unchanged(held)) {
                    return;
                } else {
                    held = wantedValues();
                    space.restartAtRandom(ritz, Arrays.copyOf(order, k));
                    grow(Math.min(capacity, Math.max(2 * k + 10, LEAST_PROOF)));
                    // a fresh space knows the rest worse than the last one did, unless it met what that one had missed
                    rest = rest.join(rest(n, ritz.values(), new double[space.size()], order));
                }
            }
        }

        /** Grows the space to a size, as far as the budget goes or until the wanted pairs are there. */
        private void grow(int target) {
            int check = Math.max(space.size(), k) + INTERVAL;
            while (space.size() < target && (space.size() < k || operator.products() < limit - k)) {
                CancelledException.throwIfInterrupted("Lanczos", operator.products(), limit);
                space.extend();
                options.listener().progressed(operator.products(), limit);
                if (space.size() == check && restarts > 0 && target == capacity) {
                    check += INTERVAL;
                    measure();
                    if (settled()) {
                        break;
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
            double allowed = 0.25 * tolerance * scale();
            return Arrays.stream(order, 0, k).allMatch(i -> ritz.residuals()[i] <= allowed);
        }

        private boolean unchanged(double[] held) {
            double[] now = wantedValues();
            boolean same = held.length == k;
            for (int i = 0; i < k && same; i++) {
                same = Math.abs(now[i] - held[i]) <= tolerance * scale();
            }
            return same;
        }

        private double[] wantedValues() {
            return Arrays.stream(order, 0, k).mapToDouble(i -> ritz.values()[i]).toArray();
        }

        private double scale() {
            return largestMagnitude(ritz.values());
        }

        Eigenpairs result(long started) {
            String route = space.size() == n
                    ? "exact: Krylov space of dimension " + n
                    : "thick-restart Lanczos: %d vectors, %d restarts".formatted(capacity, restarts);
            return measured(operator, wantedValues(), space.vectors(ritz, Arrays.copyOf(order, k)), rest, tolerance,
                    scale(), space.orthogonalityLoss(), route, started);
        }
    }
}
