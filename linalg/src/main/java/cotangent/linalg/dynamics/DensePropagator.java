package cotangent.linalg.dynamics;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.Eigh;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** By all eigenvectors of the kernel written out: n products and about 14/3·n³ flops once, 2·n²·k for each function. */
final class DensePropagator implements Propagator {
    private final Start start;
    private final CountingOperator counted;
    private final double threshold;
    private final double[] values;
    private final double[] vectors;
    private final double[] coefficients;
    private final Duration elapsed;

    private DensePropagator(Start start, CountingOperator counted, double threshold, double[] values, double[] vectors,
            double[] coefficients, Duration elapsed) {
        this.start = start;
        this.counted = counted;
        this.threshold = threshold;
        this.values = values;
        this.vectors = vectors;
        this.coefficients = coefficients;
        this.elapsed = elapsed;
    }

    static DensePropagator of(Start start, Solver.Options options) {
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(start.kernel());
        int n = start.size();
        Eigh eigen = Eigh.of(Tensor.wrap(Shape.of(n, n), symmetrized(n, counted.toDense().toDoubles())));
        double[] raw = eigen.values().toDoubles();
        double threshold = Positive.threshold(n, start.dtype(), options.rankTolerance(), raw[n - 1]);
        double[] values = Positive.of(n, start.dtype(), threshold, raw);
        double[] vectors = Columns.widened(eigen.vectors());
        int k = start.columns();
        double[] coefficients = new double[n * k];
        Gemm.dgemm(n, k, n, 1, vectors, 0, 1, n, start.residual(), 0, k, 1, 0, coefficients, 0, k);
        return new DensePropagator(start, counted, threshold, values, vectors, coefficients, Duration.ofNanos(System
                .nanoTime() - started));
    }

    /** Products of a symmetric operator differ from their transposes by rounding. */
    private static double[] symmetrized(int n, double[] a) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double mean = 0.5 * a[i * n + j] + 0.5 * a[j * n + i];
                if (!Double.isFinite(mean)) {
                    throw new InvalidDataException(
                            "dynamics: the kernel's product is NaN or infinite; check parameters and inputs");
                }
                a[i * n + j] = mean;
                a[j * n + i] = mean;
            }
        }
        return a;
    }

    @Override
    public Applied apply(List<DoubleUnaryOperator> functions, boolean relativeToStart) {
        int n = start.size();
        int k = start.columns();
        int width = functions.size() * k;
        double[] weighted = new double[Shape.of(n, width).size()];
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < functions.size(); t++) {
                double value = functions.get(t).applyAsDouble(values[i]);
                for (int j = 0; j < k; j++) {
                    weighted[i * width + t * k + j] = value * coefficients[i * k + j];
                }
            }
        }
        double[] product = new double[weighted.length];
        Gemm.dgemm(n, width, n, 1, vectors, 0, n, 1, weighted, 0, width, 1, 0, product, 0, width);
        double[][] blocks = new double[functions.size()][n * k];
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < blocks.length; t++) {
                System.arraycopy(product, i * width + t * k, blocks[t], i * k, k);
            }
        }
        return new Applied(blocks, new double[blocks.length], true, 0);
    }

    @Override
    public Measure.Bracket measure(int level) {
        int k = start.columns();
        double[] weights = new double[values.length];
        for (int i = 0; i < coefficients.length; i++) {
            weights[i / k] += coefficients[i] * coefficients[i];
        }
        Measure measure = new Measure(values, weights);
        return new Measure.Bracket(measure, measure, true);
    }

    @Override
    public boolean hasMore(int level) {
        return false;
    }

    @Override
    public int rank(int level) {
        int rank = 0;
        for (double value : values) {
            rank += value > 0 ? 1 : 0;
        }
        return rank;
    }

    @Override
    public double threshold() {
        return threshold;
    }

    @Override
    public Estimate largestEigenvalue() {
        return new Estimate("largest eigenvalue", values[values.length - 1], 0, ErrorBar.EXACT, 0, 0, counted
                .products(), counted.jvps(), counted.vjps(), 0, 0, route(), elapsed, true);
    }

    @Override
    public Leading leading(int count) {
        int n = start.size();
        if (count > n) {
            throw new ShapeException("modes: expected at most %d, the size of the kernel, got %d".formatted(n, count));
        }
        int k = start.columns();
        double[] leading = new double[count];
        double[] chosen = new double[n * count];
        double[] along = new double[count * k];
        for (int i = 0; i < count; i++) {
            int position = n - 1 - i;
            leading[i] = values[position];
            for (int row = 0; row < n; row++) {
                chosen[row * count + i] = vectors[row * n + position];
            }
            System.arraycopy(coefficients, position * k, along, i * k, k);
        }
        return new Leading(leading, new double[count], chosen, along);
    }

    @Override
    public CountingOperator counted() {
        return counted;
    }

    @Override
    public String route() {
        return "all %d eigenpairs".formatted(start.size());
    }
}
