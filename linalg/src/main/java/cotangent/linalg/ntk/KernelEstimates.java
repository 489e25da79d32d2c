package cotangent.linalg.ntk;

import cotangent.dsl.ShapeException;
import cotangent.linalg.Estimate;
import cotangent.linalg.cost.CostModel;
import cotangent.linalg.operator.DerivativeCost;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;
import cotangent.linalg.trace.GramTrace;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Statistics of one kernel, and of two, from the traces of K, K² and K₁K₂: each is planned, and what the plan chose is done.
 *
 * @param factors the kernel
 * @param wanted  the user's choice of a way
 * @param model   of what the ways cost
 * @param subject the kernel in words
 */
record KernelEstimates(Factors factors, Strategy wanted, CostModel model, String subject) {
    Planner planner() {
        return new Planner(model, factors, wanted);
    }

    KernelPlan tracePlan(Sampling sampling) {
        return planner().trace(sampling, subject);
    }

    KernelPlan squaresPlan(String statistic, Sampling sampling) {
        return planner().squares(statistic, sampling, subject);
    }

    Estimate trace(Sampling sampling) {
        LinearOperator jacobian = factors.jacobian();
        KernelPlan plan = tracePlan(sampling);
        if (wanted == Strategy.AUTOMATIC && !plan.chosen().exact()) {
            KernelPlan.Option cheapest = plan.options()
                    .stream()
                    .filter(KernelPlan.Option::exact)
                    .min(Comparator.comparingDouble(KernelPlan.Option::seconds))
                    .orElseThrow();
            return GramTrace.of(sampling)
                    .costs(planner().costs())
                    .orElse(new GramTrace.Exact(cheapest.seconds(), cheapest.strategy().toString(), () -> trace(cheapest
                            .strategy(), sampling)))
                    .trace(jacobian, factors.operator());
        }
        return trace(plan.chosen().strategy(), sampling);
    }

    private Estimate trace(Strategy strategy, Sampling sampling) {
        LinearOperator jacobian = factors.jacobian();
        return switch (strategy) {
            case NORMS -> Quantity.TRACE.of(exact("trace", factors, () -> factors.gradients()
                    .orElseThrow()
                    .trace(sampling)));
            case EXPLICIT -> exactTrace(sampling);
            case RHUTCH -> plain("trace", jacobian.adjoint(), sampling);
            case FHUTCH -> plain("trace", jacobian, sampling);
            case AUTOMATIC, PRODUCTS -> Quantity.TRACE.of(moments(sampling, Optional.empty(), Quantity.TRACE),
                    sampling.accuracy());
        };
    }

    /** The squares of the Jacobian written out, summed. */
    private Estimate exactTrace(Sampling sampling) {
        LinearOperator passes = factors.byRows() ? factors.jacobian().adjoint() : factors.jacobian();
        Moments moments = exact("trace", factors, () -> MomentSampler.of(passes, sampling, QuadraticForm.squaredNorm())
                .exact());
        return Quantity.TRACE.of(moments)
                .with("trace", "exact: Jacobian written out by %d %s".formatted(passes.columns(), factors.byRows()
                        ? "vjps"
                        : "jvps"));
    }

    /** ‖Av‖² over probes v. */
    private static Estimate plain(String name, LinearOperator operator, Sampling sampling) {
        MomentSampler sampler = MomentSampler.of(operator, sampling, QuadraticForm.squaredNorm());
        Moments moments = CancelledException.unlessInterrupted(name, () -> sampling.accuracy().asked()
                ? sampler.plain(found -> Estimate.of(name, found, Statistic.identity()).excess(sampling.accuracy()))
                : sampler.plain());
        return Estimate.of(name, moments, Statistic.identity()).against(sampling.accuracy());
    }

    /** Trace, Frobenius norm and effective rank, all of which are to reach the accuracy. */
    KernelStatistics statistics(Sampling sampling) {
        KernelPlan.Option chosen = squaresPlan("statistics", sampling).chosen();
        Optional<Moments> apart = chosen.exact() ? Optional.empty() : cheapTrace(sampling);
        Quantity[] asked = apart.isPresent()
                ? new Quantity[]{Quantity.FROBENIUS_NORM, Quantity.EFFECTIVE_RANK}
                : new Quantity[]{Quantity.TRACE, Quantity.FROBENIUS_NORM, Quantity.EFFECTIVE_RANK};
        Moments moments = planned("statistics", chosen, sampling, apart, asked);
        return new KernelStatistics(Quantity.TRACE.of(apart.orElse(moments), sampling.accuracy()),
                Quantity.FROBENIUS_NORM.of(moments, sampling.accuracy()), Quantity.EFFECTIVE_RANK.of(moments, sampling
                        .accuracy()));
    }

    Estimate of(Quantity quantity, Sampling sampling) {
        return quantity.of(planned(quantity.name(), sampling, quantity), sampling.accuracy());
    }

    /** tr K and ‖K‖_F² by the way that is planned. */
    Moments planned(String name, Sampling sampling, Quantity quantity) {
        KernelPlan.Option chosen = squaresPlan(name, sampling).chosen();
        boolean needsTrace = quantity == Quantity.EFFECTIVE_RANK && !chosen.exact();
        return planned(name, chosen, sampling, needsTrace ? cheapTrace(sampling) : Optional.empty(), quantity);
    }

    private Moments planned(String name, KernelPlan.Option chosen, Sampling sampling, Optional<Moments> trace,
            Quantity... quantities) {
        return chosen.exact() ? exactMoments(name, chosen.strategy(), sampling) : moments(sampling, trace, quantities);
    }

    /** The exact trace where that is the cheapest way to it: most of the error of an effective rank is the trace's. */
    Optional<Moments> cheapTrace(Sampling sampling) {
        return tracesApart(sampling)
                ? Optional.of(exact("trace", factors, () -> factors.gradients().orElseThrow().trace(sampling)))
                : Optional.empty();
    }

    private boolean tracesApart(Sampling sampling) {
        return wanted == Strategy.AUTOMATIC && tracePlan(sampling).chosen().strategy() == Strategy.NORMS;
    }

    private Moments exactMoments(String name, Strategy strategy, Sampling sampling) {
        return strategy == Strategy.NORMS
                ? exact(name, factors, () -> factors.gradients().orElseThrow().moments(sampling, model))
                : written(name).moments(sampling.seed());
    }

    private Moments moments(Sampling sampling, Optional<Moments> trace, Quantity... quantities) {
        String name = quantities[0].name();
        KernelMoments.Exact exact = !sampling.accuracy().asked() || wanted != Strategy.AUTOMATIC ? none()
                : squaresPlan(name, sampling).options()
                        .stream()
                        .filter(KernelPlan.Option::exact)
                        .min(Comparator.comparingDouble(KernelPlan.Option::seconds))
                        .map(option -> new KernelMoments.Exact(Math.max(1,
                                (long) (option.seconds() / planner().products(
                                        1))),
                                () -> exactMoments(name, option.strategy(), sampling)))
                        .orElse(none());
        UnaryOperator<Moments> sharpened = found -> trace.map(known -> found.with(0, known)).orElse(found);
        return KernelMoments.of(factors, sampling, exact, sharpened, quantities);
    }

    WrittenKernel written(String name) {
        return exact(name, factors, () -> WrittenKernel.of(factors, planner().writesLayers(factors.byRows())));
    }

    WrittenKernel writtenInFull(String name) {
        return exact(name, factors, () -> WrittenKernel.full(factors, planner().writesLayers(true)));
    }

    /** What has no products to count is asked before whether it is still wanted. */
    static <R> R exact(String name, Factors factors, Supplier<R> run) {
        return CancelledException.unlessInterrupted(name, () -> {
            CancelledException.throwIfInterrupted(name, 0, factors.narrow().rows());
            return run.get();
        });
    }

    // ---- passes through the model, known before

    /** Those of {@link #planned(String, Sampling, Quantity)} for so many products. */
    long plannedPasses(String name, Sampling sampling, Quantity quantity) {
        KernelPlan.Option chosen = squaresPlan(name, sampling).chosen();
        return switch (chosen.strategy()) {
            case NORMS -> factors.gradients().orElseThrow().momentsPasses(model);
            case EXPLICIT -> writtenPasses(factors.byRows());
            case AUTOMATIC, PRODUCTS, RHUTCH, FHUTCH -> productPasses(sampling) + (quantity == Quantity.EFFECTIVE_RANK
                    ? tracePasses(sampling)
                    : 0);
        };
    }

    /** Those of {@link #cheapTrace}. */
    long tracePasses(Sampling sampling) {
        return tracesApart(sampling) ? factors.gradients().orElseThrow().tracePasses() : 0;
    }

    /** Those of a kernel written out, by rows or by its Jacobian's columns. */
    long writtenPasses(boolean byRows) {
        return planner().writesLayers(byRows)
                ? factors.gradients().orElseThrow().passes()
                : byRows ? factors.size()
                : factors.parameters();
    }

    /** Those of as many products as the budget says, or as there are rows. */
    long productPasses(Sampling sampling) {
        DerivativeCost cost = factors.operator().matvecCost();
        return Math.min(sampling.budget(), factors.size()) * ((long) cost.jvps() + cost.vjps());
    }

    // ---- two kernels

    private void requireSameSize(LinearOperator other) {
        LinearOperator own = factors.operator();
        if (other.rows() != own.rows() || other.columns() != own.columns() || other.dtype() != own.dtype()) {
            throw new ShapeException("estimate: operators differ: %s[%d, %d] and %s[%d, %d]".formatted(own.dtype(), own
                    .rows(), own.columns(), other.dtype(), other.rows(), other.columns()));
        }
    }

    KernelPlan pairPlan(String statistic, KernelEstimates other, Sampling sampling, boolean oneSided) {
        requireSameSize(other.factors.operator());
        return planner().pair(statistic, sampling, subject + " and " + other.subject, other.planner(), oneSided);
    }

    /** ⟨K₁, K₂⟩ = ‖J₁ᵀJ₂‖_F². */
    Estimate innerProduct(KernelEstimates other, Sampling sampling) {
        String name = "inner product";
        KernelPlan plan = pairPlan(name, other, sampling, true);
        LinearOperator factor = factors.jacobian().adjoint().times(other.factors.jacobian());
        if (wanted == Strategy.AUTOMATIC && !plan.chosen().exact()) {
            Supplier<Estimate> exact = () -> Estimate.of(name, bothWritten(name, other, sampling, false), Statistic
                    .identity());
            GramTrace.Costs own = planner().costs();
            GramTrace.Costs its = other.planner().costs();
            GramTrace estimator = GramTrace.of(sampling)
                    .costs(new GramTrace.Costs(its.forward() + own.backward(), own
                            .forward() + its.backward(), own.both() + its.both()));
            return plan.options()
                    .stream()
                    .filter(KernelPlan.Option::exact)
                    .findFirst()
                    .map(option -> estimator.orElse(new GramTrace.Exact(option.seconds(), "explicit", exact)))
                    .orElse(estimator)
                    .trace(name, factor);
        }
        return switch (plan.chosen().strategy()) {
            case NORMS, EXPLICIT -> Estimate.of(name, bothWritten(name, other, sampling, false), Statistic.identity());
            case RHUTCH -> plain(name, factor.adjoint(), sampling);
            case FHUTCH -> plain(name, factor, sampling);
            case AUTOMATIC, PRODUCTS -> new Quantity(name, 0, Statistic.identity()).of(KernelMoments.shared(factors
                    .operator(), other.factors.operator(), sampling, none(),
                    new Quantity(name, 0, Statistic
                            .identity())),
                    sampling.accuracy());
        };
    }

    private static KernelMoments.Exact none() {
        return new KernelMoments.Exact(Long.MAX_VALUE, () -> {
            throw new AssertionError();
        });
    }

    Estimate alignment(KernelEstimates other, Sampling sampling) {
        String name = Quantity.ALIGNMENT.name();
        KernelPlan plan = pairPlan(name, other, sampling, false);
        if (plan.chosen().exact()) {
            return Quantity.ALIGNMENT.of(bothWritten(name, other, sampling, true));
        }
        KernelMoments.Exact exact = plan.options()
                .stream()
                .filter(option -> option.exact() && wanted == Strategy.AUTOMATIC)
                .map(option -> new KernelMoments.Exact(Math.max(1, (long) (option.seconds() / (planner().products(1)
                        + other.planner().products(1)))), () -> bothWritten(name, other, sampling, true)))
                .findFirst()
                .orElse(none());
        return Quantity.ALIGNMENT.of(KernelMoments.shared(factors.operator(), other.factors.operator(), sampling, exact,
                Quantity.ALIGNMENT), sampling.accuracy());
    }

    /** With a kernel of another kind, which is known by its products. */
    Estimate alignment(LinearOperator other, Sampling sampling) {
        requireSameSize(other);
        return Quantity.ALIGNMENT.of(KernelMoments.shared(factors.operator(), other, sampling, none(),
                Quantity.ALIGNMENT), sampling.accuracy());
    }

    /** ⟨K₁, K₂⟩, and the squares of both norms where they are asked for. */
    private Moments bothWritten(String name, KernelEstimates other, Sampling sampling, boolean norms) {
        WrittenKernel left = writtenInFull(name);
        WrittenKernel right = other.writtenInFull(name);
        WrittenKernel both = left.with(right);
        double inner = Gram.inner(left.matrix(), right.matrix());
        return norms
                ? both.moments(sampling.seed(), inner, left.squares(), right.squares())
                : both.moments(sampling.seed(), inner);
    }
}
