package cotangent.examples.command;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Eigh;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.EmpiricalNtk;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Estimates beside the same numbers of the kernel written out.
 *
 * @param entries           one per estimate whose true value the explicit kernel tells
 * @param productDifference largest |K v - explicit K v| relative to the largest entry, over a block of random vectors
 * @param productTolerance  what rounding explains of it
 */
record KernelCheck(List<Entry> entries, double productDifference, double productTolerance) {
    /** Within this many standard errors an estimate agrees: one in five hundred million for a normal error. */
    private static final double SIX_SIGMA = 6;
    private static final int VECTORS = 4;
    /** How near Lanczos comes to the ends of a spectrum that its own bounds do not cover. */
    private static final double CONVERGED = 1e-6;

    /**
     * One number, estimated and explicit.
     *
     * @param estimate the estimate
     * @param explicit the number that the explicit kernel gives
     * @param allowed  the largest difference that error bar and rounding explain
     */
    record Entry(Estimate estimate, double explicit, double allowed) {
        double difference() {
            return Math.abs(estimate.value() - explicit);
        }

        boolean agrees() {
            return difference() <= allowed;
        }
    }

    static KernelCheck of(EmpiricalNtk kernel, @Nullable EmpiricalNtk other, NtkReport report, double shift) {
        Tensor dense = kernel.toDense();
        DType dtype = kernel.dtype();
        int n = kernel.rows();
        Tensor v = Key.of(1).normal(Shape.of(n, VECTORS), dtype);
        Tensor expected = dense.matmul(v);
        double size = expected.abs().max().item();
        double difference = kernel.matmat(v).minus(expected).abs().max().item() / size;
        // n additions in the product and as many parameters in each entry, rounding at random
        double rounding = 16 * dtype.unitRoundoff() * Math.sqrt((double) n + report.parameters());
        Tensor exact = dense.cast(DType.F64);
        double[] values = Eigh.values(exact.plus(exact.transpose()).times(0.5)).toDoubles();
        double trace = 0;
        double squares = 0;
        for (double value : values) {
            trace += value;
            squares += value * value;
        }
        List<Entry> entries = new ArrayList<>();
        for (Estimate estimate : report.all()) {
            switch (estimate.name()) {
                case "trace" -> entries.add(entry(estimate, trace, rounding));
                case "Frobenius norm" -> entries.add(entry(estimate, Math.sqrt(squares), rounding));
                case "effective rank" -> entries.add(entry(estimate, trace * trace / squares, rounding));
                case "stable rank" ->
                    entries.add(entry(estimate, squares / values[n - 1] / values[n - 1], 4 * rounding));
                case "condition number" -> {
                    double least = Math.max(0, values[0]) + shift;
                    double relative = rounding * values[n - 1] / least;
                    entries.add(new Entry(estimate, (values[n - 1] + shift) / least, estimate.standardError()
                            + (CONVERGED + relative) * (values[n - 1] + shift) / least));
                }
                case "log-determinant" -> entries.add(entry(estimate, logarithms(values, shift), n * rounding * values[n
                        - 1] / shift / Math.abs(logarithms(values, shift))));
                case "alignment" -> entries.add(entry(estimate,
                        alignment(exact, Objects.requireNonNull(other)
                                .toDense()
                                .cast(
                                        DType.F64)),
                        rounding));
                default -> {
                    // eigenvalues follow; labels are not known here
                }
            }
        }
        for (Estimate estimate : report.top().map(Eigenpairs::estimates).orElse(List.of())) {
            // The bound says that some eigenvalue is that near.
            double nearest = nearest(values, estimate.value());
            entries.add(new Entry(estimate, nearest, estimate.standardError() + rounding * Math.abs(values[n - 1])));
        }
        return new KernelCheck(entries, difference, rounding);
    }

    private static double logarithms(double[] values, double shift) {
        return Arrays.stream(values).map(value -> Math.log(Math.max(0, value) + shift)).sum();
    }

    private static double alignment(Tensor first, Tensor second) {
        double inner = first.times(second).sum().item();
        return inner / Math.sqrt(first.square().sum().item() * second.square().sum().item());
    }

    private static double nearest(double[] values, double target) {
        double nearest = values[0];
        for (double value : values) {
            nearest = Math.abs(value - target) < Math.abs(nearest - target) ? value : nearest;
        }
        return nearest;
    }

    private static Entry entry(Estimate estimate, double explicit, double rounding) {
        double bar = estimate.errorBar() == ErrorBar.EXACT ? 0 : SIX_SIGMA * estimate.standardError();
        return new Entry(estimate, explicit, bar + rounding * Math.abs(explicit));
    }

    boolean agrees() {
        return productDifference <= productTolerance && entries.stream().allMatch(Entry::agrees);
    }

    void print(PrintWriter out) {
        out.println();
        out.println("Compared with the kernel written out:");
        out.println();
        Table table = Table.of("statistic", "estimate", "explicit", "difference", "allowed");
        entries.forEach(
                entry -> table.row(entry.estimate().name(), Table.number(entry.estimate().value(), 6), Table.number(
                        entry.explicit(), 6), Table.number(entry.difference(), 2), Table.number(entry.allowed(), 2)));
        table.row("product K·v", "", "", Table.number(productDifference, 2), Table.number(productTolerance, 2));
        table.print(out);
        out.println();
        Entry worst = entries.stream()
                .max(Comparator.comparingDouble(entry -> entry.difference() / entry
                        .allowed()))
                .orElseThrow();
        out.printf("  %s; largest difference against what is allowed: %s, %s of it%n", agrees()
                ? "They agree"
                : "THEY DISAGREE", worst.estimate().name(), Table.number(worst.difference() / worst.allowed(), 2));
    }
}
