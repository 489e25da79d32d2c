package cotangent.linalg.trace;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.GaussQuadrature;
import cotangent.linalg.probe.MeteredOperator;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lanczos's recurrence on several starting vectors side by side, one block product a step, without re-orthogonalisation.
 *
 * <p>After k steps from v the recurrence's tridiagonal T gives ‖v‖²·e₁ᵀf(T)e₁ ≈ vᵀf(A)v, exact for polynomials up to degree
 * 2k − 1: Gauss's quadrature (G. H. Golub and G. Meurant, Matrices, Moments and Quadrature with Applications, 2010, chapter 6).
 * Orthogonality that rounding takes away makes copies of eigenvalues that have converged; their weights add up to that of
 * one, and the quadrature stays what it would be for a nearby problem (A. Greenbaum, Linear Algebra and its Applications 113,
 * 1989), so that three vectors a run are enough.
 */
final class LanczosRuns implements ProbeRuns {
    private final MeteredOperator operator;
    private final int n;
    private final int m;
    private final double[] squaredLengths;
    private final double precision;
    private double[] previous;
    private double[] current;
    private int steps;
    /** Per step, the diagonal entry of each run; and the coupling to the next vector, 0 from where a run has ended. */
    private double[][] diagonals = new double[0][];
    private double[][] couplings = new double[0][];
    private final double[] sizes;
    private final @Nullable GaussQuadrature[] quadratures;
    private int[] quadratureSteps;

    /** Runs from the columns of a block [n, m]. */
    LanczosRuns(MeteredOperator operator, Tensor starts) {
        this.operator = operator;
        this.n = starts.shape().extent(0);
        this.m = starts.shape().extent(1);
        this.squaredLengths = Columns.dots(starts, starts);
        this.precision = 32 * operator.dtype().unitRoundoff() * Math.sqrt(n);
        this.current = starts.toDoubles();
        this.previous = new double[n * m];
        this.sizes = new double[m];
        this.quadratures = new GaussQuadrature[m];
        this.quadratureSteps = new int[m];
        divide(current, Arrays.stream(squaredLengths).map(Math::sqrt).toArray());
    }

    @Override
    public int count() {
        return m;
    }

    @Override
    public void extend(int to) {
        diagonals = Arrays.copyOf(diagonals, Math.max(to, steps));
        couplings = Arrays.copyOf(couplings, Math.max(to, steps));
        while (steps < to) {
            step();
        }
    }

    private void step() {
        Tensor block = Columns.narrowed(operator.dtype(), n, m, current);
        Tensor product = operator.product(block);
        double[] next = operator.dtype() == DType.F64 ? Columns.widened(product).clone() : product.toDoubles();
        double[] diagonal = Columns.dots(Tensor.wrap(Shape.of(n, m), current), Tensor.wrap(Shape.of(n, m), next));
        double[] before = steps == 0 ? new double[m] : couplings[steps - 1];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                next[i * m + j] -= diagonal[j] * current[i * m + j] + before[j] * previous[i * m + j];
            }
        }
        Tensor left = Tensor.wrap(Shape.of(n, m), next);
        double[] coupling = Arrays.stream(Columns.dots(left, left)).map(Math::sqrt).toArray();
        for (int j = 0; j < m; j++) {
            sizes[j] = Math.max(sizes[j], Math.max(Math.abs(diagonal[j]), before[j]));
            if (coupling[j] <= precision * sizes[j]) {
                coupling[j] = 0;
            }
        }
        divide(next, coupling);
        previous = current;
        current = next;
        diagonals[steps] = diagonal;
        couplings[steps] = coupling;
        steps++;
    }

    /** Divides columns by numbers, or sets them to 0 where that is 0. */
    private void divide(double[] block, double[] divisors) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                block[i * m + j] = divisors[j] == 0 ? 0 : block[i * m + j] / divisors[j];
            }
        }
    }

    /** Nodes and weights of one run's first steps. */
    GaussQuadrature quadrature(int probe, int used) {
        GaussQuadrature known = quadratures[probe];
        if (known != null && quadratureSteps[probe] == used) {
            return known;
        }
        double[] d = new double[used];
        double[] e = new double[used];
        int size = 0;
        boolean ended = false;
        while (size < used && !ended) {
            d[size] = diagonals[size][probe];
            e[size] = couplings[size][probe];
            ended = e[size] == 0;
            size++;
        }
        GaussQuadrature quadrature = GaussQuadrature.of(size, d, e);
        if (quadrature == null) {
            throw new NotConvergedException("Lanczos quadrature: the QR iteration did not converge on a tridiagonal of "
                    + "size " + size + "; please report the operator");
        }
        quadratures[probe] = quadrature;
        quadratureSteps[probe] = used;
        return quadrature;
    }

    @Override
    public double form(int probe, int used, DoubleUnaryOperator f) {
        GaussQuadrature quadrature = quadrature(probe, used);
        double sum = 0;
        for (int i = 0; i < quadrature.nodes().length; i++) {
            sum += quadrature.weights()[i] * f.applyAsDouble(quadrature.nodes()[i]);
        }
        return squaredLengths[probe] * sum;
    }

    @Override
    public double[] density(int probe, int used, double width, double[] points) {
        GaussQuadrature quadrature = quadrature(probe, used);
        double[] density = new double[points.length];
        double height = squaredLengths[probe] / (width * Math.sqrt(2 * Math.PI));
        for (int i = 0; i < quadrature.nodes().length; i++) {
            for (int p = 0; p < points.length; p++) {
                double distance = (points[p] - quadrature.nodes()[i]) / width;
                density[p] += height * quadrature.weights()[i] * Math.exp(-0.5 * distance * distance);
            }
        }
        return density;
    }

    /**
     * An interval that holds the spectrum but for a failure that has not been seen: the extreme nodes, widened by the last
     * coupling (Y. Zhou and R.-C. Li, Bounding the spectrum of large Hermitian matrices, Linear Algebra and its Applications
     * 435, 2011). Where the run has ended they are widened by rounding only.
     */
    double[] bounds(int probe) {
        GaussQuadrature quadrature = quadrature(probe, steps);
        double low = Arrays.stream(quadrature.nodes()).min().orElse(0);
        double high = Arrays.stream(quadrature.nodes()).max().orElse(0);
        double margin = Math.max(couplings[steps - 1][probe], 1e-6 * Math.max(Math.abs(low), Math.abs(high)));
        return new double[]{low - margin, high + margin};
    }
}
