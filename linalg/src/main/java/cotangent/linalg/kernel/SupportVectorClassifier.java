package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Support-vector classification with the hinge loss: f = w·φ + b that minimises ½‖w‖² + C Σ max(0, 1 − yᵢf(xᵢ)) (C. Cortes and V. Vapnik,
 * Support-vector networks, Machine Learning 20, 1995), solved in the dual by {@link SequentialMinimalOptimization}; of more than two
 * classes, one machine for each pair.
 *
 * <p>A matrix within the memory budget is written out first; else rows are made when they are needed, and those used last kept
 * within the budget.
 */
public final class SupportVectorClassifier {
    private static final String NAME = "SupportVectorClassifier";

    private final double c;
    private final double tolerance;
    private final long budget;
    private final long maxIterations;

    private SupportVectorClassifier(double c, double tolerance, long budget, long maxIterations) {
        this.c = c;
        this.tolerance = tolerance;
        this.budget = budget;
        this.maxIterations = maxIterations;
    }

    /**
     * A classifier with this penalty, a tolerance of 1e-3, a memory budget of 256 MiB and 10 million iterations a machine at most.
     *
     * @param c C, positive
     * @throws InvalidDataException if it is not positive and finite
     */
    public static SupportVectorClassifier c(double c) {
        return new SupportVectorClassifier(Hyperparameters.requirePositive("C", c), 1e-3, 1L << 28, 10_000_000);
    }

    /**
     * The same with another tolerance for the violation of the optimality conditions, in units of the decision function.
     *
     * @throws InvalidDataException if it is not positive and finite
     */
    public SupportVectorClassifier tolerance(double violation) {
        return new SupportVectorClassifier(c, Hyperparameters.requirePositive("tolerance", violation), budget,
                maxIterations);
    }

    /**
     * The same with another memory budget for the kernel's matrix or its rows.
     *
     * @throws InvalidDataException if it is negative
     */
    public SupportVectorClassifier memoryBudget(long bytes) {
        if (bytes < 0) {
            throw new InvalidDataException(NAME + ": expected a memory budget from 0 bytes, got " + bytes);
        }
        return new SupportVectorClassifier(c, tolerance, bytes, maxIterations);
    }

    /**
     * The same with so many iterations a machine at most.
     *
     * @throws ShapeException if it is under 1
     */
    public SupportVectorClassifier maxIterations(long pairs) {
        if (pairs < 1) {
            throw new ShapeException(NAME + ": expected at least 1 iteration, got " + pairs);
        }
        return new SupportVectorClassifier(c, tolerance, budget, pairs);
    }

    /**
     * The machines of labelled inputs.
     *
     * @param x      [n, ...] as the kernel takes it
     * @param labels I32 [n], at least two different ones
     * @throws ShapeException       if shapes or dtypes do not fit
     * @throws InvalidDataException if an input is NaN or infinite, or there is but one class
     * @throws CancelledException   if the thread is interrupted
     */
    public SupportVectorMachine fit(KernelFunction kernel, Tensor x, Tensor labels) {
        KernelOperator operator = KernelOperator.of(kernel, x).memoryBudget(budget);
        int[] known = requireLabels(operator.rows(), labels);
        return CancelledException.unlessInterrupted(NAME, () -> {
            boolean whole = 8L * operator.rows() * operator.rows() <= budget;
            Tensor matrix = whole ? operator.toDense() : Tensor.zeros(x.dtype(), 0, 0);
            return fit(x.dtype(), known, samples -> whole
                    ? KernelRows.of(matrix, samples)
                    : KernelRows.cached(kernel, Inputs.rows(x, samples), budget)).of(kernel, x);
        });
    }

    /**
     * The machines of labelled samples whose kernel is given.
     *
     * @param kernel K, symmetric, [n, n]; written out
     * @param labels I32 [n], at least two different ones
     * @throws ShapeException       if K is not known to be symmetric, or the labels do not fit it
     * @throws InvalidDataException if a number is NaN or infinite, or there is but one class
     * @throws CancelledException   if the thread is interrupted
     */
    public SupportVectorMachine fit(LinearOperator kernel, Tensor labels) {
        KernelRidge.requireSymmetric(NAME, kernel);
        int[] known = requireLabels(kernel.rows(), labels);
        return CancelledException.unlessInterrupted(NAME, () -> {
            Tensor matrix = kernel.toDense();
            Inputs.requireFinite(NAME, "an entry of the kernel", matrix);
            return fit(kernel.dtype(), known, samples -> KernelRows.of(matrix, samples));
        });
    }

    /** Where the kernel between some samples comes from. */
    @FunctionalInterface
    private interface Source {
        KernelRows rows(int[] samples);
    }

    private SupportVectorMachine fit(DType dtype, int[] labels, Source source) {
        int[] classes = Arrays.stream(labels).sorted().distinct().toArray();
        List<SupportVectorMachine.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < classes.length; i++) {
            for (int j = i + 1; j < classes.length; j++) {
                pairs.add(pair(labels, classes[i], classes[j], source));
            }
        }
        return new SupportVectorMachine(dtype, labels.length, classes, pairs);
    }

    private SupportVectorMachine.Pair pair(int[] labels, int negative, int positive, Source source) {
        int[] samples = new int[labels.length];
        int count = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == negative || labels[i] == positive) {
                samples[count++] = i;
            }
        }
        samples = Arrays.copyOf(samples, count);
        byte[] y = new byte[count];
        for (int t = 0; t < count; t++) {
            y[t] = (byte) (labels[samples[t]] == positive ? 1 : -1);
        }
        SequentialMinimalOptimization.Solution solution = SequentialMinimalOptimization.solve(source.rows(samples), y,
                c, tolerance, maxIterations);
        int[] support = new int[count];
        double[] coefficients = new double[count];
        int kept = 0;
        for (int t = 0; t < count; t++) {
            if (solution.alpha()[t] > 0) {
                support[kept] = samples[t];
                coefficients[kept++] = y[t] * solution.alpha()[t];
            }
        }
        return new SupportVectorMachine.Pair(negative, positive, Arrays.copyOf(support, kept), Arrays.copyOf(
                coefficients, kept), solution.bias(), solution.violation(), solution.primal(), solution.dual(),
                solution.iterations(), solution.converged());
    }

    private static int[] requireLabels(int n, Tensor labels) {
        if (labels.dtype() != DType.I32 || labels.rank() != 1 || labels.shape().extent(0) != n) {
            throw new ShapeException("%s: expected labels i32[%d], got %s".formatted(NAME, n, labels.type()));
        }
        int[] known = labels.toInts();
        if (Arrays.stream(known).distinct().count() < 2) {
            throw new InvalidDataException(NAME + ": expected at least two classes, got only label " + known[0]);
        }
        return known;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: C %.4g, tolerance %.1e", NAME, c, tolerance);
    }
}
