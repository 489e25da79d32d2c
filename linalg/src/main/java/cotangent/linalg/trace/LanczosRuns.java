package cotangent.linalg.trace;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.Reorthogonalization;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.GaussQuadrature;
import cotangent.linalg.krylov.LanczosRecurrence;
import cotangent.linalg.probe.MeteredOperator;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lanczos's recurrence on several starting vectors side by side, one block product a step, without re-orthogonalisation; a run
 * that has ended takes no further products.
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
    private final double[] squaredLengths;
    private final LanczosRecurrence[] runs;
    private final @Nullable GaussQuadrature[] quadratures;
    private final int[] quadratureSteps;
    private int steps;

    /** Runs from the columns of a block [n, m]. */
    LanczosRuns(MeteredOperator operator, Tensor starts) {
        this.operator = operator;
        this.n = starts.shape().extent(0);
        int m = starts.shape().extent(1);
        this.squaredLengths = Columns.dots(starts, starts);
        this.runs = new LanczosRecurrence[m];
        this.quadratures = new GaussQuadrature[m];
        this.quadratureSteps = new int[m];
        double[] rows = Columns.widened(Columns.transposed(Columns.wide(starts)));
        for (int j = 0; j < m; j++) {
            double length = Math.sqrt(squaredLengths[j]);
            double[] start = Arrays.copyOfRange(rows, j * n, (j + 1) * n);
            for (int i = 0; i < n && length > 0; i++) {
                start[i] /= length;
            }
            runs[j] = new LanczosRecurrence(start, Reorthogonalization.NONE, false, operator.dtype().unitRoundoff());
        }
    }

    @Override
    public int count() {
        return runs.length;
    }

    @Override
    public void extend(int to) {
        while (steps < to) {
            step();
        }
    }

    /** One product more with the current vector of every run that has not ended. */
    private void step() {
        steps++;
        List<LanczosRecurrence> going = Arrays.stream(runs).filter(run -> !run.finished()).toList();
        if (going.isEmpty()) {
            return;
        }
        double[] rows = new double[Shape.of(going.size(), n).size()];
        for (int j = 0; j < going.size(); j++) {
            System.arraycopy(going.get(j).current(), 0, rows, j * n, n);
        }
        double[] block = Columns.widened(Columns.transposed(Tensor.wrap(Shape.of(going.size(), n), rows)));
        Tensor product = operator.product(Columns.narrowed(operator.dtype(), n, going.size(), block));
        double[] images = Columns.widened(Columns.transposed(Columns.wide(product)));
        for (int j = 0; j < going.size(); j++) {
            going.get(j).advance(Arrays.copyOfRange(images, j * n, (j + 1) * n));
        }
    }

    /** Nodes and weights of one run's first steps. */
    GaussQuadrature quadrature(int probe, int used) {
        GaussQuadrature known = quadratures[probe];
        if (known != null && quadratureSteps[probe] == used) {
            return known;
        }
        LanczosRecurrence run = runs[probe];
        int size = Math.min(used, run.size());
        GaussQuadrature quadrature = GaussQuadrature.of(size, run.alpha(), run.beta());
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
        double[] couplings = runs[probe].beta();
        double margin = Math.max(couplings[couplings.length - 1], 1e-6 * Math.max(Math.abs(low), Math.abs(high)));
        return new double[]{low - margin, high + margin};
    }
}
