package cotangent.linalg.ntk;

import cotangent.dsl.DType;
import cotangent.dsl.autodiff.LinearProgram;
import cotangent.dsl.ir.Cost;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.operator.OperatorWork;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.GramTrace;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what each way to a statistic takes, by the work that the model's programs state and the rates of a cost model: no
 * stopwatch, so that the same request is met in the same way every time.
 *
 * @param model   rates of the machine
 * @param factors the kernel
 * @param wanted  the user's choice, or {@link Strategy#AUTOMATIC}
 */
record Planner(CostModel model, Factors factors, Strategy wanted) {
    /** Vectors of the blocks whose cost stands for all. */
    private static final int BLOCK = 16;
    /** Products of an estimate that is to reach an accuracy before it can know what that takes. */
    static final int LEAST = 30;

    private DType dtype() {
        return factors.jacobian().dtype();
    }

    /** What {@code count} products take in blocks: as much as each alone, but that a block is one call. */
    private double seconds(LinearOperator operator, double count) {
        LinearProgram.Work work = work(operator);
        return model.seconds(work.once(), dtype()) + model.seconds(inBlocks(work.each()).times(Math.max(1, count)),
                dtype());
    }

    /** That of the operator's program; where axes are averaged over, of as many vectors as there are indices. */
    private LinearProgram.Work work(LinearOperator operator) {
        return OperatorWork.of(operator, 0).orElseGet(() -> {
            LinearOperator full = factors.kernel().fullJacobian();
            LinearProgram.Work forward = OperatorWork.of(full, 0).orElseThrow();
            LinearProgram.Work backward = OperatorWork.of(full.adjoint(), 0).orElseThrow();
            double vectors = factors.kernel().reduction().traces();
            boolean both = operator.rows() == operator.columns();
            boolean back = operator.columns() == factors.size() && !both;
            Cost each = both ? forward.each().plus(backward.each()) : back ? backward.each() : forward.each();
            return new LinearProgram.Work(Cost.NONE, each.times(vectors));
        });
    }

    private static Cost inBlocks(Cost each) {
        return new Cost(each.thin(), each.narrow(), each.wide(), each.elements(), each.calls() / BLOCK);
    }

    private double jvps(double count) {
        return seconds(factors.kernel().jacobian(), count);
    }

    private double vjps(double count) {
        return seconds(factors.kernel().jacobian().adjoint(), count);
    }

    /** Products with the kernel. */
    double products(double count) {
        return seconds(factors.kernel().operator(), count);
    }

    /** What one product costs each way, in seconds, without what comes before the first. */
    GramTrace.Costs costs() {
        return new GramTrace.Costs(each(factors.kernel().jacobian()), each(factors.kernel().jacobian().adjoint()), each(
                factors.kernel().operator()));
    }

    private double each(LinearOperator operator) {
        return model.seconds(inBlocks(work(operator).each()), dtype());
    }

    /** The Jacobian written out row by row, or column by column. */
    private double passes(boolean byRows) {
        return byRows ? vjps(factors.size()) : jvps(factors.parameters());
    }

    private String passesText() {
        return factors.byRows() ? factors.size() + " vjps" : factors.parameters() + " jvps";
    }

    /** The kernel by the Jacobian's rows, or JᵀJ by its columns, from the Jacobian written out; infinite where it does not fit. */
    private double contracted(boolean byRows) {
        LinearOperator side = byRows ? factors.jacobian() : factors.jacobian().adjoint();
        if (!Gram.fits(side)) {
            return Double.POSITIVE_INFINITY;
        }
        return passes(byRows) + model.seconds(Cost.product(1, side.rows(), side.columns(), side.rows()), DType.F64)
                + model.secondsToMove(8.0 * side.rows() * side.columns());
    }

    private static int spent(Sampling sampling) {
        return sampling.accuracy().asked() ? LEAST : sampling.budget();
    }

    private static String products(Sampling sampling) {
        return sampling.accuracy().asked()
                ? "%d products with K, then as many as the error asks for".formatted(LEAST)
                : sampling.budget() + " products with K";
    }

    KernelPlan trace(Sampling sampling, String subject) {
        List<KernelPlan.Option> options = new ArrayList<>();
        factors.gradients()
                .ifPresent(gradients -> options.add(new KernelPlan.Option(Strategy.NORMS, true, gradients
                        .traceSeconds(model),
                        "squared norms of all gradients, %d reverse passes".formatted(gradients
                                .passes()))));
        options.add(new KernelPlan.Option(Strategy.EXPLICIT, true, passes(factors.byRows()), passesText()
                + ", of whose results the squares are summed"));
        oneSided(options, sampling);
        return plan("trace", sampling, subject, options);
    }

    /** Hutch++ and its one-sided rivals, among which a pilot chooses. */
    private void oneSided(List<KernelPlan.Option> options, Sampling sampling) {
        int count = spent(sampling);
        GramTrace.Costs costs = costs();
        options.add(new KernelPlan.Option(Strategy.PRODUCTS, false, products(count), products(sampling)
                + "; a pilot of 20 chooses Hutch++, RHutch or FHutch"));
        int back = (int) Math.min(1e9, count * costs.both() / costs.backward());
        int forth = (int) Math.min(1e9, count * costs.both() / costs.forward());
        options.add(new KernelPlan.Option(Strategy.RHUTCH, false, vjps(back), back + " vjps for the same time"));
        options.add(new KernelPlan.Option(Strategy.FHUTCH, false, jvps(forth), forth + " jvps for the same time"));
    }

    /** Statistics of the traces of K and K². */
    KernelPlan squares(String statistic, Sampling sampling, String subject) {
        List<KernelPlan.Option> options = new ArrayList<>();
        factors.gradients()
                .ifPresent(gradients -> options.add(new KernelPlan.Option(Strategy.NORMS, true, gradients
                        .momentsSeconds(model), "squared norms of all gradients, and of their inner products")));
        explicit(options, 0, "");
        options.add(new KernelPlan.Option(Strategy.PRODUCTS, false, products(spent(sampling)), products(sampling)
                + ": a third for a sketch, a third for its basis, a third for probes of the rest"));
        return plan(statistic, sampling, subject, options);
    }

    /** Statistics of the eigenvalues. */
    KernelPlan spectrum(String statistic, Sampling sampling, String subject, double dense, String how) {
        List<KernelPlan.Option> options = new ArrayList<>();
        explicit(options, dense, ", then its " + how);
        options.add(new KernelPlan.Option(Strategy.PRODUCTS, false, products(spent(sampling)), products(sampling)));
        return plan(statistic, sampling, subject, options);
    }

    double eigenvalues() {
        return model.secondsOfEigenvalues(factors.narrow().rows());
    }

    double cholesky() {
        return model.secondsOfCholesky(factors.narrow().rows());
    }

    private void explicit(List<KernelPlan.Option> options, double further, String what) {
        double contracted = contracted(factors.byRows());
        double structured = structured();
        if (structured <= contracted && structured < Double.POSITIVE_INFINITY) {
            options.add(new KernelPlan.Option(Strategy.EXPLICIT, true, structured + further,
                    "kernel written out layer by layer" + what));
        } else if (contracted < Double.POSITIVE_INFINITY) {
            options.add(new KernelPlan.Option(Strategy.EXPLICIT, true, contracted + further,
                    "Jacobian written out by %s, and the product with its transpose%s".formatted(passesText(), what)));
        }
    }

    /** The kernel from the factors of all gradients; infinite where there is no such way or it does not fit. */
    double structured() {
        if ((long) factors.size() * factors.size() > Gram.LARGEST) {
            return Double.POSITIVE_INFINITY;
        }
        return factors.gradients()
                .flatMap(GradientFactors::writtenCost)
                .map(cost -> model.seconds(cost, dtype()))
                .orElse(Double.POSITIVE_INFINITY);
    }

    /**
     * Whether the kernel is written out layer by layer, and not from the Jacobian.
     *
     * @param byRows whether that would be written out by its rows, as the kernel needs it; by columns it gives JᵀJ
     */
    boolean writesLayers(boolean byRows) {
        double structured = structured();
        return structured < Double.POSITIVE_INFINITY && structured <= contracted(byRows);
    }

    /** The least of what writes the kernel itself out; infinite where nothing fits. */
    private double written() {
        return Math.min(structured(), contracted(true));
    }

    /** Statistics of two kernels that are of one size. */
    KernelPlan pair(String statistic, Sampling sampling, String subject, Planner other, boolean oneSided) {
        List<KernelPlan.Option> options = new ArrayList<>();
        double written = written() + other.written();
        if (written < Double.POSITIVE_INFINITY) {
            options.add(new KernelPlan.Option(Strategy.EXPLICIT, true, written, "both kernels written out"));
        }
        if (oneSided) {
            oneSided(options, sampling);
        } else {
            double both = products(spent(sampling)) + other.products(spent(sampling));
            options.add(new KernelPlan.Option(Strategy.PRODUCTS, false, both, products(sampling)
                    + " and as many with the other"));
        }
        return plan(statistic, sampling, subject, options);
    }

    private KernelPlan plan(String statistic, Sampling sampling, String subject, List<KernelPlan.Option> options) {
        return KernelPlan.of(statistic, sampling.toString(), subject, options, wanted, model);
    }
}
