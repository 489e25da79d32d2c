package cotangent.linalg.dynamics;

import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Estimate;
import cotangent.linalg.Lanczos;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.probe.CancelledException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * By one Krylov space for each column of the residual: f(K) r ≈ ‖r‖·V f(T) e₁ (Y. Saad, SIAM J. Numer. Anal. 29, 1992), with
 * T the tridiagonal projection bordered to have the eigenvalue 0 ({@link ResidualSpace}).
 *
 * <p>The spaces grow together, a block product a step, and serve all functions and times. Answers are looked at on a fixed
 * ladder of numbers of steps, each rung a quarter and at least 4 above the last, whether the spaces have grown further or
 * not: so a result does not depend on what was asked before. The error estimate of f(K) r is the larger of how far it moved
 * over the last rung and of what the border changes.
 */
final class KrylovPropagator implements Propagator {
    private static final int LEAST_RUNG = 4;
    /** Error of a small matrix's function that is rounding, whatever tolerance is asked for. */
    private static final double ROUNDING = 0x1p-48;

    private final Start start;
    private final Solver.Options options;
    private final CountingOperator counted;
    private final List<ResidualSpace> spaces;
    private final List<Integer> ladder = new ArrayList<>();
    private @Nullable Estimate largest;

    KrylovPropagator(Start start, Solver.Options options) {
        this.start = start;
        this.options = options;
        this.counted = CountingOperator.of(start.kernel());
        int k = start.columns();
        this.spaces = IntStream.range(0, k)
                .mapToObj(j -> ResidualSpace.ofColumn(start, j))
                .filter(space -> space.norm() > 0)
                .toList();
    }

    @Override
    public synchronized Applied apply(List<DoubleUnaryOperator> functions, boolean relativeToStart) {
        return CancelledException.unlessInterrupted("dynamics", () -> applied(functions, relativeToStart));
    }

    private Applied applied(List<DoubleUnaryOperator> functions, boolean relativeToStart) {
        int count = functions.size();
        double[] errors = new double[count];
        boolean converged = spaces.isEmpty();
        int level = 0;
        while (!converged) {
            converged = judge(level, functions, relativeToStart, errors);
            if (!converged && !hasMore(level)) {
                break;
            }
            level += converged ? 0 : 1;
        }
        double[][] blocks = new double[count][start.size() * start.columns()];
        for (ResidualSpace space : spaces) {
            space.combine(steps(level), threshold(level), functions, blocks);
        }
        return new Applied(blocks, errors, converged, level);
    }

    private boolean judge(int level, List<DoubleUnaryOperator> functions, boolean relativeToStart, double[] errors) {
        int steps = steps(level);
        int before = level == 0 ? 0 : steps(level - 1);
        boolean within = true;
        for (int t = 0; t < errors.length; t++) {
            double error = 0;
            double size = 0;
            double rounding = 0;
            for (ResidualSpace space : spaces) {
                ResidualSpace.Movement movement = space.movement(before, steps, threshold(level), functions.get(t));
                error = Math.hypot(error, movement.distance());
                size = Math.hypot(size, relativeToStart ? Math.max(space.norm(), movement.size()) : movement.size());
                rounding = Math.hypot(rounding, ROUNDING * movement.largest());
            }
            errors[t] = error;
            within &= error <= Math.max(options.tolerance() * size, rounding);
        }
        return within;
    }

    /** Grows the spaces to the steps of a level, as far as they go. */
    private int steps(int level) {
        while (ladder.size() <= level) {
            int last = ladder.isEmpty() ? 0 : ladder.getLast();
            int next = Math.min(options.maxSteps(), last + Math.max(LEAST_RUNG, last / 4));
            for (int step = last; step < next; step++) {
                extend();
            }
            ladder.add(next);
        }
        return ladder.get(level);
    }

    private void extend() {
        List<ResidualSpace> growing = spaces.stream().filter(space -> !space.finished()).toList();
        if (growing.isEmpty()) {
            return;
        }
        CancelledException.throwIfInterrupted("dynamics", counted.products(), (long) options.maxSteps() * spaces
                .size());
        if (growing.size() == 1) {
            ResidualSpace space = growing.getFirst();
            Tensor vector = Columns.narrowed(start.dtype(), start.size(), 1, space.current().clone());
            space.advance(images(counted.matvec(vector.reshape(start.size()))));
        } else {
            extendTogether(growing);
        }
        options.listener().progressed(counted.products(), (long) options.maxSteps() * spaces.size());
    }

    private void extendTogether(List<ResidualSpace> growing) {
        int n = start.size();
        int width = growing.size();
        double[] block = new double[n * width];
        for (int j = 0; j < width; j++) {
            double[] current = growing.get(j).current();
            for (int i = 0; i < n; i++) {
                block[i * width + j] = current[i];
            }
        }
        double[] images = images(counted.matmat(Columns.narrowed(start.dtype(), n, width, block)));
        for (int j = 0; j < width; j++) {
            double[] image = new double[n];
            for (int i = 0; i < n; i++) {
                image[i] = images[i * width + j];
            }
            growing.get(j).advance(image);
        }
    }

    private static double[] images(Tensor product) {
        return Start.finite("dynamics", "the kernel's products", product);
    }

    @Override
    public synchronized boolean hasMore(int level) {
        return steps(level) < options.maxSteps() && spaces.stream().anyMatch(space -> space.growsBeyond(steps(level)));
    }

    private double threshold(int level) {
        double top = 0;
        for (ResidualSpace space : spaces) {
            top = Math.max(top, space.largest(steps(level)));
        }
        return Positive.threshold(start.size(), start.dtype(), options.rankTolerance(), top);
    }

    @Override
    public synchronized double threshold() {
        return Positive.threshold(start.size(), start.dtype(), options.rankTolerance(), largestEigenvalue().value());
    }

    @Override
    public synchronized Measure.Bracket measure(int level) {
        return CancelledException.unlessInterrupted("dynamics", () -> {
            Measure lower = new Measure(new double[0], new double[0]);
            Measure upper = lower;
            boolean exact = true;
            for (ResidualSpace space : spaces) {
                Measure.Bracket part = space.measure(steps(level), threshold(level));
                lower = lower.join(part.lower());
                upper = upper.join(part.upper());
                exact &= part.exact();
            }
            return new Measure.Bracket(lower, upper, exact);
        });
    }

    @Override
    public synchronized int rank(int level) {
        int rank = 0;
        for (ResidualSpace space : spaces) {
            rank = Math.max(rank, space.rank(steps(level), threshold(level)));
        }
        return rank;
    }

    @Override
    public synchronized Estimate largestEigenvalue() {
        if (largest == null) {
            largest = Lanczos.largest(1).listener(options.listener()).decompose(counted).estimate(0);
        }
        return largest;
    }

    @Override
    public synchronized Leading leading(int count) {
        int n = start.size();
        if (count > n) {
            throw new ShapeException("modes: expected at most %d, the size of the kernel, got %d".formatted(n, count));
        }
        Eigenpairs pairs = Lanczos.largest(count).listener(options.listener()).decompose(counted);
        double[] vectors = pairs.vectors().toDoubles();
        int k = start.columns();
        double[] along = new double[count * k];
        Gemm.dgemm(count, k, n, 1, vectors, 0, 1, count, start.residual(), 0, k, 1, 0, along, 0, k);
        double[] values = pairs.values().toDoubles();
        double threshold = Positive.threshold(n, start.dtype(), options.rankTolerance(), values[0]);
        for (int i = 0; i < count; i++) {
            values[i] = values[i] <= threshold ? 0 : values[i];
        }
        return new Leading(values, pairs.residuals().toDoubles(), vectors, along);
    }

    @Override
    public CountingOperator counted() {
        return counted;
    }

    @Override
    public synchronized String route() {
        int steps = spaces.stream().mapToInt(ResidualSpace::steps).max().orElse(0);
        return "Lanczos: %d Krylov space%s of up to %d steps".formatted(spaces.size(), spaces.size() == 1 ? "" : "s",
                steps);
    }
}
