package cotangent.linalg.dynamics;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Figures;
import cotangent.linalg.block.Columns;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The modes of a training that are learned fastest: each is an eigenvector of the kernel, along which the residual decays at
 * a rate of its own.
 */
public final class Modes {
    private final KernelDynamics<?> training;
    private final Propagator.Leading leading;

    Modes(KernelDynamics<?> training, Propagator.Leading leading) {
        this.training = training;
        this.leading = leading;
    }

    /** Number of modes. */
    public int size() {
        return leading.values().length;
    }

    /** Eigenvalues of the kernel, F64 [k], descending. */
    public Tensor eigenvalues() {
        return Tensor.of(leading.values());
    }

    /** ‖K v − λ v‖ of each, F64 [k], within which there is an eigenvalue; 0 where only rounding separates them. */
    public Tensor residuals() {
        return Tensor.of(leading.residuals());
    }

    /** Orthonormal eigenvectors, [n, k] in the kernel's dtype; the entry of largest magnitude of each is positive. */
    public Tensor vectors() {
        return Columns.narrowed(training.setting.start().dtype(), training.setting.start().size(), size(), leading
                .vectors());
    }

    /**
     * Rates at which the residual along each mode decays, F64 [k]: e^(−rate·t), the loss twice as fast. Of a flow c·λ; of
     * descent −log|1 − ηcλ| per step, which is negative where it diverges, and with momentum that of the slower solution.
     */
    public Tensor rates() {
        return Tensor.of(each(training::rate));
    }

    private double[] each(DoubleUnaryOperator function) {
        return Arrays.stream(leading.values()).map(function).toArray();
    }

    /** The first residual along each mode, vᵀ(f₀ − y): F64 [k], or [k, C] for a kernel over samples. */
    public Tensor coefficients() {
        return Tensor.of(shape(), leading.coefficients());
    }

    private Shape shape() {
        int columns = training.setting.start().columns();
        return columns == 1 ? Shape.of(size()) : Shape.of(size(), columns);
    }

    /** The part of the first loss that each mode carries, F64 [k]; their sum is at most 1. */
    public Tensor shares() {
        double whole = 0;
        for (double element : training.setting.start().residual()) {
            whole += element * element;
        }
        int columns = training.setting.start().columns();
        double[] shares = new double[size()];
        for (int i = 0; i < leading.coefficients().length && whole > 0; i++) {
            shares[i / columns] += leading.coefficients()[i] * leading.coefficients()[i] / whole;
        }
        return Tensor.of(shares);
    }

    /** The residual along each mode at some times, or after numbers of steps: F64 [t, k], or [t, k, C]. */
    public Tensor at(double... times) {
        int length = leading.coefficients().length;
        int columns = training.setting.start().columns();
        double[] values = new double[times.length * length];
        for (int t = 0; t < times.length; t++) {
            double[] left = each(training.decay(times[t])::left);
            for (int i = 0; i < length; i++) {
                values[t * length + i] = left[i / columns] * leading.coefficients()[i];
            }
        }
        return Tensor.wrap(Shape.of(times.length).then(shape()), values);
    }

    /** One line for each of the first modes: eigenvalue, rate, share of the loss. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("modes: eigenvalue, rate, share of the loss");
        Tensor rates = rates();
        Tensor shares = shares();
        for (int i = 0; i < size() && i < 12; i++) {
            text.append("\n%10s %10s %7s %%".formatted(Figures.number(leading.values()[i], 4), Figures.number(rates.get(
                    i), 4), Figures.number(100 * shares.get(i), 3)));
        }
        return text.append(size() > 12 ? "\n... " + (size() - 12) + " more" : "").toString();
    }
}
