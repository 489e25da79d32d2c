package cotangent.linalg.dynamics;

import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Outputs at points that take no part in training: f_* = f_*(0) − K_*·q(K)(f₀ − y), K_* the kernel between them and the
 * training points.
 */
public final class TestPoints {
    private final KernelDynamics<?> training;
    private final LinearOperator cross;
    private final Shape shape;
    private final double[] initial;

    private TestPoints(KernelDynamics<?> training, LinearOperator cross, Shape shape, double[] initial) {
        this.training = training;
        this.cross = cross;
        this.shape = shape;
        this.initial = initial;
    }

    static TestPoints of(KernelDynamics<?> training, LinearOperator cross, Tensor initial) {
        Start start = training.setting.start();
        int k = start.columns();
        if (cross.columns() != start.size() || cross.dtype() != start.dtype()) {
            throw new ShapeException("on: expected a kernel %s[M, %d] between test and training points, got %s[%d, %d]"
                    .formatted(start.dtype(), start.size(), cross.dtype(), cross.rows(), cross.columns()));
        }
        boolean fits = initial.dtype() == start.dtype() && initial.shape().size() == (long) cross.rows() * k
                && (k == 1 || initial.shape().extent(0) == cross.rows());
        if (!fits) {
            throw new ShapeException(
                    "on: expected initial outputs of %s at %d test points, %d entries for each, got %s".formatted(start
                            .dtype(), cross.rows(), k, initial.type()));
        }
        return new TestPoints(training, cross, initial.shape(), Start.finite("on", "the initial outputs", initial));
    }

    /**
     * The outputs at some times of the training.
     *
     * @param times from 0, of a flow; of descent, numbers of steps; ∞ for the limit, which for f₀ = 0 is kernel regression
     *              without a ridge
     * @return also with the error of q(K)(f₀ − y), rounding aside; cost: a block product with K_*
     */
    public Trajectory at(double... times) {
        return CancelledException.unlessInterrupted("on", () -> trajectory(times));
    }

    /** The outputs after some numbers of steps; as {@link #at}. */
    public Trajectory after(long... steps) {
        return at(Arrays.stream(steps).asDoubleStream().toArray());
    }

    private Trajectory trajectory(double... times) {
        long started = System.nanoTime();
        List<DoubleUnaryOperator> learned = Arrays.stream(times)
                .mapToObj(training::decay)
                .<DoubleUnaryOperator>map(decay -> decay::learned)
                .toList();
        Propagator propagator = training.propagator();
        Propagator.Applied applied = propagator.apply(learned, false);
        double[][] outputs = moved(applied);
        return Trajectory.of(times, Start.stacked("on", cross.dtype(), shape, outputs), applied, propagator, started);
    }

    /** All times' vectors go through the cross kernel side by side. */
    private double[][] moved(Propagator.Applied applied) {
        int times = applied.blocks().length;
        int n = cross.columns();
        int k = training.setting.start().columns();
        double[] wide = new double[Shape.of(n, times * k).size()];
        for (int t = 0; t < times; t++) {
            for (int i = 0; i < n; i++) {
                System.arraycopy(applied.block(t), i * k, wide, i * times * k + t * k, k);
            }
        }
        Tensor block = Columns.narrowed(cross.dtype(), n, times * k, wide);
        double[] product = Start.finite("on", "the cross kernel's products", BlockProducts.matmat(cross, block,
                () -> {}));
        double[][] outputs = new double[times][];
        for (int t = 0; t < times; t++) {
            outputs[t] = initial.clone();
            for (int i = 0; i < initial.length; i++) {
                outputs[t][i] -= product[i / k * times * k + t * k + i % k];
            }
        }
        return outputs;
    }

    @Override
    public String toString() {
        return "outputs %s at test points; %s".formatted(shape, training);
    }
}
