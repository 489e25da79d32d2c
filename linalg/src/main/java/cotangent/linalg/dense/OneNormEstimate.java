package cotangent.linalg.dense;

import cotangent.dsl.ir.Distribution;
import cotangent.dsl.kernel.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * An estimate of ‖B‖₁ from products with B and Bᵀ, for a matrix that is costly to form: an inverse or a power.
 *
 * <p>The largest column sum is a convex function of the vector B is applied to, and is climbed along its gradient from
 * {@value #WIDTH} starting vectors at once. Higham and Tisseur, <i>A block algorithm for matrix 1-norm estimation, with an
 * application to 1-norm pseudospectra</i>, SIAM J. Matrix Anal. Appl. 21 (2000), algorithm 2.4. Never more than ‖B‖₁ but for
 * rounding, mostly equal to it, hardly ever under a third; no bound holds for every matrix. The random signs are fixed
 * ones, so estimates repeat. Cost: about 4 products with B and Bᵀ of blocks of {@value #WIDTH}, at most
 * {@value #MOST_STEPS} with each.
 */
public final class OneNormEstimate {

    /** The product of a matrix with a block of vectors. */
    @FunctionalInterface
    public interface Product {
        /** Overwrites the row-major n×k block {@code x} by its product. */
        void apply(int k, double[] x);
    }

    private static final int WIDTH = 2;
    private static final int MOST_STEPS = 5;
    private static final long SEED = 0x1e57;

    private final int n;
    private final Product product;
    private final Product transposed;
    private final Set<Integer> visited = new HashSet<>();
    private int randomSigns;

    private OneNormEstimate(int n, Product product, Product transposed) {
        this.n = n;
        this.product = product;
        this.transposed = transposed;
    }

    /** Estimates ‖B‖₁ for an n×n matrix; infinite where a product overflows. Exact for n ≤ {@value #WIDTH}·2. */
    public static double of(int n, Product product, Product transposed) {
        double estimate = n <= 2 * WIDTH
                ? exact(n, product)
                : new OneNormEstimate(n, product, transposed).climb();
        return Double.isNaN(estimate) ? Double.POSITIVE_INFINITY : estimate;
    }

    private static double exact(int n, Product product) {
        double[] x = new double[n * n];
        for (int i = 0; i < n; i++) {
            x[i * n + i] = 1;
        }
        product.apply(n, x);
        return Arrays.stream(columnSums(n, n, x)).max().orElse(0);
    }

    private double climb() {
        double[] x = new double[n * WIDTH];
        for (int i = 0; i < n; i++) {
            x[i * WIDTH] = 1.0 / n;
        }
        randomize(1, x);
        for (int i = 0; i < n; i++) {
            x[i * WIDTH + 1] /= n;
        }
        int[] units = new int[WIDTH];
        int best = -1;
        double estimate = 0;
        double[] signs = new double[n * WIDTH];
        for (int step = 1;; step++) {
            product.apply(WIDTH, x);
            double[] sums = columnSums(n, WIDTH, x);
            int column = sums[1] > sums[0] ? 1 : 0;
            if (!(sums[column] < Double.POSITIVE_INFINITY)) {
                return sums[column];
            }
            if (step > 1 && sums[column] <= estimate) {
                return estimate;
            }
            estimate = sums[column];
            best = step > 1 ? units[column] : -1;
            double[] previous = signs;
            signs = signsOf(x);
            if (step == MOST_STEPS || !renewParallel(signs, previous)) {
                return estimate;
            }
            double[] gradient = signs.clone();
            transposed.apply(WIDTH, gradient);
            List<Integer> next = steepest(gradient, best);
            if (next.isEmpty()) {
                return estimate;
            }
            Arrays.fill(x, 0);
            for (int c = 0; c < WIDTH; c++) {
                units[c] = next.get(Math.min(c, next.size() - 1));
                x[units[c] * WIDTH + c] = 1;
                visited.add(units[c]);
            }
        }
    }

    private static double[] columnSums(int n, int k, double[] x) {
        double[] sums = new double[k];
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < k; c++) {
                sums[c] += Math.abs(x[i * k + c]);
            }
        }
        return sums;
    }

    private static double[] signsOf(double[] y) {
        double[] signs = new double[y.length];
        for (int i = 0; i < signs.length; i++) {
            signs[i] = y[i] < 0 ? -1 : 1;
        }
        return signs;
    }

    /** Replaces columns parallel to others, which would tell nothing new; false where all were seen the step before. */
    private boolean renewParallel(double[] signs, double[] previous) {
        boolean news = false;
        for (int c = 0; c < WIDTH; c++) {
            news |= !parallelToAny(signs, c, previous, WIDTH);
        }
        if (!news) {
            return false;
        }
        for (int c = 0; c < WIDTH; c++) {
            // a few draws suffice: of n ≥ 5 random signs, one in eight pairs at most is parallel
            for (int draw = 0; draw < 8 && (parallelToAny(signs, c, previous, WIDTH) || parallelToAny(signs, c, signs,
                    c)); draw++) {
                randomize(c, signs);
            }
        }
        return true;
    }

    /** Whether column c of one block is plus or minus one of the first columns of the other. */
    private boolean parallelToAny(double[] block, int c, double[] others, int count) {
        for (int d = 0; d < count; d++) {
            double inner = 0;
            for (int i = 0; i < n; i++) {
                inner += block[i * WIDTH + c] * others[i * WIDTH + d];
            }
            if (Math.abs(inner) == n) {
                return true;
            }
        }
        return false;
    }

    private void randomize(int c, double[] block) {
        Philox.fill(Distribution.RADEMACHER, SEED, 0, randomSigns++, block, c, WIDTH, n, 0);
    }

    /** Unit vectors not tried yet along which the norm grows fastest; none where the best one tried is a maximum. */
    private List<Integer> steepest(double[] gradient, int best) {
        double[] slope = new double[n];
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < WIDTH; c++) {
                slope[i] = Math.max(slope[i], Math.abs(gradient[i * WIDTH + c]));
            }
        }
        List<Integer> order = new ArrayList<>(IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -slope[i]))
                .toList());
        boolean nothingNew = visited.containsAll(order.subList(0, WIDTH));
        if (best >= 0 && slope[order.getFirst()] == slope[best] || nothingNew) {
            return List.of();
        }
        order.removeIf(visited::contains);
        return order.subList(0, Math.min(WIDTH, order.size()));
    }
}
