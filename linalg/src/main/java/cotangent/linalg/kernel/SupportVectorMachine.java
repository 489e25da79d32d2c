package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Trained support-vector machines: one for two classes, one for each pair of more, which then vote.
 */
public final class SupportVectorMachine {
    private final DType dtype;
    private final int samples;
    private final int[] classes;
    private final List<Pair> pairs;
    private final Optional<Trained> trained;

    /** The kernel and the support vectors, where they are known. */
    private record Trained(KernelFunction kernel, Tensor vectors) {}

    /**
     * The machine between two classes; its decision function Σ coefficientᵢ k(·, xᵢ) + bias is positive for the larger label.
     *
     * @param negative     the smaller label
     * @param positive     the larger label
     * @param support      indices of the support vectors among all samples, ascending
     * @param coefficients αᵢyᵢ of each, from −C to C
     * @param bias         b
     * @param violation    the largest violation of the optimality conditions, in units of the decision function
     * @param primal       the value of the primal, ½‖w‖² + C Σ max(0, 1 − yf)
     * @param dual         the value of the dual, Σα − ½‖w‖²
     * @param iterations   of the solver
     * @param converged    whether the violation is within the tolerance
     */
    public record Pair(int negative, int positive, int[] support, double[] coefficients, double bias, double violation,
            double primal, double dual, long iterations, boolean converged) {
        /** Primal less dual: how far either is from the optimum at most. */
        public double dualityGap() {
            return primal - dual;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT,
                    "%d against %d: %d support vectors, bias %.6g, violation %.2e, duality gap %.2e, %d iterations%s",
                    negative, positive, support.length, bias, violation, primal - dual, iterations, converged
                            ? ""
                            : " (not converged)");
        }
    }

    private SupportVectorMachine(DType dtype, int samples, int[] classes, List<Pair> pairs,
            Optional<Trained> trained) {
        this.dtype = dtype;
        this.samples = samples;
        this.classes = classes;
        this.pairs = List.copyOf(pairs);
        this.trained = trained;
    }

    SupportVectorMachine(DType dtype, int samples, int[] classes, List<Pair> pairs) {
        this(dtype, samples, classes, pairs, Optional.empty());
    }

    SupportVectorMachine of(KernelFunction kernel, Tensor x) {
        Trained known = new Trained(kernel, Inputs.rows(x, supportIndices()));
        return new SupportVectorMachine(dtype, samples, classes, pairs, Optional.of(known));
    }

    /** The labels, ascending. */
    public int[] classes() {
        return classes.clone();
    }

    /** The machine of each pair of classes: (0, 1), (0, 2), ..., (1, 2), ... in the order of {@link #classes}. */
    public List<Pair> pairs() {
        return pairs;
    }

    /** Indices of the samples that are a support vector of any pair, ascending. */
    public int[] supportIndices() {
        return pairs.stream().flatMapToInt(pair -> Arrays.stream(pair.support)).sorted().distinct().toArray();
    }

    /** Whether every machine has converged. */
    public boolean converged() {
        return pairs.stream().allMatch(Pair::converged);
    }

    /**
     * The decision functions at inputs.
     *
     * @param x [m, ...] as the inputs it was trained on
     * @return [m] for two classes, else [m, pairs]
     * @throws ShapeException       if the inputs do not fit, or it was trained on a matrix, not on inputs
     * @throws InvalidDataException if an input is NaN or infinite
     */
    public Tensor decisionFunction(Tensor x) {
        Trained known = trained.orElseThrow(() -> new ShapeException(
                "decisionFunction: trained on a matrix, whose inputs are not known; give the kernel's matrix between new inputs and those"));
        int[] support = supportIndices();
        LinearOperator cross = KernelOperator.cross(known.kernel, x, known.vectors).memoryBudget(0);
        return decisions(cross, support);
    }

    /**
     * The decision functions at inputs.
     *
     * @param cross [m, n], the kernel between them and all samples it was trained on
     * @return [m] for two classes, else [m, pairs]
     * @throws ShapeException if it does not fit
     */
    public Tensor decisionFunction(LinearOperator cross) {
        int[] all = new int[samples];
        Arrays.setAll(all, i -> i);
        return decisions(cross, all);
    }

    /** Products with the coefficients, one column per pair, over samples in the order given. */
    private Tensor decisions(LinearOperator cross, int[] order) {
        int count = pairs.size();
        double[] weights = new double[Shape.of(order.length, count).size()];
        for (int p = 0; p < count; p++) {
            Pair pair = pairs.get(p);
            for (int s = 0; s < pair.support.length; s++) {
                weights[Arrays.binarySearch(order, pair.support[s]) * count + p] = pair.coefficients[s];
            }
        }
        Tensor product = cross.matmat(Columns.narrowed(dtype, order.length, count, weights));
        double[] decisions = product.toDoubles();
        for (int i = 0; i < decisions.length; i++) {
            decisions[i] += pairs.get(i % count).bias;
        }
        int m = decisions.length / count;
        Tensor result = Columns.narrowed(dtype, m, count, decisions);
        return count == 1 ? result.reshape(m) : result;
    }

    /**
     * The labels of inputs: that of the sign for two classes, else the one with most votes of the pairs, the smallest of equals.
     *
     * @param x [m, ...] as the inputs it was trained on
     * @return I32 [m]
     * @throws ShapeException       if the inputs do not fit, or it was trained on a matrix, not on inputs
     * @throws InvalidDataException if an input is NaN or infinite
     */
    public Tensor predict(Tensor x) {
        return labels(decisionFunction(x));
    }

    /**
     * The labels of inputs.
     *
     * @param cross [m, n], the kernel between them and all samples it was trained on
     * @return I32 [m]
     * @throws ShapeException if it does not fit
     */
    public Tensor predict(LinearOperator cross) {
        return labels(decisionFunction(cross));
    }

    private Tensor labels(Tensor decisions) {
        double[] values = decisions.toDoubles();
        int count = pairs.size();
        int[] labels = new int[values.length / count];
        for (int i = 0; i < labels.length; i++) {
            int[] votes = new int[classes.length];
            for (int p = 0; p < count; p++) {
                int winner = values[i * count + p] > 0 ? pairs.get(p).positive : pairs.get(p).negative;
                votes[Arrays.binarySearch(classes, winner)]++;
            }
            int best = 0;
            for (int k = 1; k < votes.length; k++) {
                best = votes[k] > votes[best] ? k : best;
            }
            labels[i] = classes[best];
        }
        return Tensor.of(labels);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("support-vector machine of %d classes".formatted(classes.length));
        pairs.stream().limit(6).forEach(pair -> text.append("\n  ").append(pair));
        return text.append(pairs.size() > 6 ? "\n  ..." : "").toString();
    }
}
