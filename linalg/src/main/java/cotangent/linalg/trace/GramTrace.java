package cotangent.linalg.trace;

import cotangent.dsl.ShapeException;
import cotangent.linalg.Estimate;
import cotangent.linalg.Figures;
import cotangent.linalg.StudentT;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.SplitSamples;
import cotangent.linalg.probe.Statistic;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;

/**
 * The trace of A·Aᵀ, which is ‖A‖_F², by whichever of {@link RHutch}, {@link FHutch} and {@link HutchPlusPlus} promises the most
 * for its cost.
 *
 * <p>A pilot of 2s products with A·Aᵀ, s = 10, is the beginning of a Hutch++ sketch, and tells ‖AAᵀ‖_F², the trace, and how
 * fast what is left falls with the number of directions. From these follow the variances: one sample of RHutch varies by
 * 2(‖AAᵀ‖_F² − Σ diag²), of which Σ diag² is at least tr²/n; one of FHutch likewise with the diagonal of AᵀA; a probe of Hutch++
 * with k directions by twice the square of the rest, which is taken to go on falling as a power of k. With the costs of a
 * product with A, with Aᵀ and with both, each way has a price. The estimate is then that of the way chosen: the one-sided ones
 * draw probes of their own, so that what the pilot saw cannot bias them.
 *
 * <p>With A the Jacobian of a model it is the trace of the tangent kernel; with A = J₁ᵀJ₂ the inner product tr K₁K₂ of two of
 * them, from products J₁ᵀ(J₂p) or J₂ᵀ(J₁q) alone.
 */
public final class GramTrace {
    private static final int PILOT = 10;
    /** What noise in the pilot may hide of the rest: less is not believed. */
    private static final double LEAST_REST = 0.01;

    private final Sampling sampling;
    private final Costs costs;
    private final Optional<Exact> exact;

    /**
     * What one product costs, in any unit common to all.
     *
     * @param forward  with A
     * @param backward with Aᵀ
     * @param both     with A·Aᵀ
     */
    public record Costs(double forward, double backward, double both) {
        /** Each factor costs one. */
        public static final Costs EQUAL = new Costs(1, 1, 2);
    }

    /**
     * Another way, without error.
     *
     * @param cost  in the unit of {@link Costs}
     * @param name  in words
     * @param value takes it
     */
    public record Exact(double cost, String name, Supplier<Estimate> value) {}

    /** The ways. */
    private enum Way {
        RHUTCH("RHutch"), FHUTCH("FHutch"), HUTCH_PLUS_PLUS("Hutch++");

        private final String label;

        Way(String label) {
            this.label = label;
        }
    }

    private GramTrace(Sampling sampling, Costs costs, Optional<Exact> exact) {
        this.sampling = sampling;
        this.costs = costs;
        this.exact = exact;
    }

    /** An estimator that spends the cost of so many products with A·Aᵀ, at least 8, or what an accuracy asks for. */
    public static GramTrace of(Sampling sampling) {
        return new GramTrace(sampling, Costs.EQUAL, Optional.empty());
    }

    /** The same estimator with other costs of products. */
    public GramTrace costs(Costs other) {
        return new GramTrace(sampling, other, exact);
    }

    /** The same estimator that takes another way instead where an accuracy would cost more than that. */
    public GramTrace orElse(Exact other) {
        return new GramTrace(sampling, costs, Optional.of(other));
    }

    /**
     * The trace of A·Aᵀ.
     *
     * @param operator A
     * @throws ShapeException                     if the budget is under 8 and under the number of rows
     * @throws cotangent.dsl.InvalidDataException if it is empty or a product is NaN or infinite
     * @throws CancelledException                 if the thread is interrupted, between blocks
     */
    public Estimate trace(LinearOperator operator) {
        return trace(operator, operator.times(operator.adjoint()));
    }

    /** As {@link #trace(LinearOperator)}, under another name. */
    public Estimate trace(String name, LinearOperator operator) {
        Estimate found = trace(operator);
        return found.with(name, found.route());
    }

    /**
     * As {@link #trace(LinearOperator)}, where A·Aᵀ is there already.
     *
     * @param operator A
     * @param gram     A·Aᵀ
     */
    public Estimate trace(LinearOperator operator, LinearOperator gram) {
        return CancelledException.unlessInterrupted("GramTrace", () -> new Run(operator, gram).estimate());
    }

    private boolean asked() {
        return sampling.accuracy().asked();
    }

    /** One estimate under way. */
    private final class Run {
        private final CountingOperator factor;
        private final MeteredOperator gram;
        private final GrowingSketch sketch;
        private double square;
        private double trace;

        Run(LinearOperator operator, LinearOperator product) {
            factor = CountingOperator.of(operator);
            gram = MeteredOperator.of("GramTrace", product, sampling.accuracy(Accuracy.NONE));
            sketch = new GrowingSketch(gram);
        }

        Estimate estimate() {
            int n = factor.rows();
            if (n <= 2 * PILOT || sampling.budget() * costs.both() >= n * costs.backward() && !asked()) {
                return oneSided(Way.RHUTCH, n, "");
            }
            int directions = Math.min(PILOT, sampling.budget() / 4);
            if (directions < 2) {
                throw new ShapeException("estimate: expected at least 8 products, got %d; RHutch needs 2".formatted(
                        sampling.budget()));
            }
            sketch.grow(directions);
            square = sketch.freshSquare();
            trace = sketch.freshTrace();
            return asked() ? toAccuracy() : toBudget();
        }

        /** One sample's variance. */
        private double variance(Way way) {
            return switch (way) {
                case RHUTCH -> 2 * Math.max(LEAST_REST * square, square - trace * trace / factor.rows());
                case FHUTCH -> 2 * Math.max(LEAST_REST * square, square - trace * trace / factor.columns());
                case HUTCH_PLUS_PLUS -> throw new AssertionError(way);
            };
        }

        private double cost(Way way) {
            return switch (way) {
                case RHUTCH -> costs.backward();
                case FHUTCH -> costs.forward();
                case HUTCH_PLUS_PLUS -> costs.both();
            };
        }

        /** The square of what k directions leave, by what the pilot's left. */
        private double rest(int k) {
            int known = sketch.size();
            double[] captured = sketch.captured();
            double last = Math.max(LEAST_REST * square, square - captured[known]);
            double earlier = Math.max(last, square - captured[known / 2]);
            double power = Math.clamp(Math.log(earlier / last) / Math.log(2), 0, 4);
            return last * Math.pow((double) known / k, power);
        }

        private Estimate toBudget() {
            double left = (sampling.budget() - gram.spent()) * costs.both();
            int samplesBack = samples(left, Way.RHUTCH, factor.rows());
            int samplesForth = samples(left, Way.FHUTCH, factor.columns());
            int directions = bestDirections(k -> 2 * rest(k) / Math.max(1, sampling.budget() - 2.0 * k), sampling
                    .budget() / 2 - 1);
            double back = variance(Way.RHUTCH) / samplesBack;
            double forth = variance(Way.FHUTCH) / samplesForth;
            double split = 2 * rest(directions) / Math.max(1, sampling.budget() - 2 * directions);
            String why = "; of RHutch, FHutch and Hutch++, whose standard errors a pilot of %d products put at %s, %s and %s"
                    .formatted(gram.spent(), figure(Math.sqrt(back)), figure(Math.sqrt(forth)), figure(Math.sqrt(
                            split)));
            if (Math.min(back, forth) <= split) {
                return back <= forth ? oneSided(Way.RHUTCH, samplesBack, why) : oneSided(Way.FHUTCH, samplesForth, why);
            }
            sketch.grow(directions - sketch.size());
            SplitSamples samples = new SplitSamples(gram, sketch.split());
            samples.extend((int) gram.left());
            return named(Way.HUTCH_PLUS_PLUS, Estimate.of("trace", samples.moments(), Statistic.identity()), why);
        }

        private int samples(double left, Way way, int dimension) {
            return (int) Math.clamp(left / cost(way), 2, Math.max(2, dimension));
        }

        private static String figure(double number) {
            return Figures.number(number, 2);
        }

        /** The number of directions, from those there are by a quarter more each time, at which something is least. */
        private int bestDirections(IntToDoubleFunction price, int most) {
            int best = sketch.size();
            for (int k = best; k <= most; k += Math.max(1, k / 4)) {
                best = price.applyAsDouble(k) < price.applyAsDouble(best) ? k : best;
            }
            return best;
        }

        private Estimate toAccuracy() {
            double error = sampling.accuracy().relativeError() * Math.abs(trace);
            double quantile = StudentT.quantile(sampling.accuracy().confidence(), 30);
            double perVariance = error > 0 ? quantile * quantile / (error * error) : 0;
            double back = Math.max(PILOT, variance(Way.RHUTCH) * perVariance) * costs.backward();
            double forth = Math.max(PILOT, variance(Way.FHUTCH) * perVariance) * costs.forward();
            int directions = bestDirections(k -> 2.0 * k + 2 * rest(k) * perVariance, factor.rows() / 4);
            double split = (2.0 * (directions - sketch.size()) + Math.max(PILOT, 2 * rest(directions) * perVariance))
                    * costs.both();
            double least = Math.min(split, Math.min(Math.min(back, factor.rows() * costs.backward()), Math.min(forth,
                    factor.columns() * costs.forward())));
            String why = "; of RHutch, FHutch and Hutch++, which a pilot of %d products put at %s, %s and %s products more"
                    .formatted(gram.spent(), figure(back / costs.both()), figure(forth / costs.both()), figure(split
                            / costs.both()));
            if (exact.isPresent() && exact.get().cost() <= least) {
                Estimate value = exact.get().value().get();
                return value.with(value.name(), value.route() + "; cheaper than " + why.substring(5));
            }
            if (Math.min(back, forth) <= split) {
                Way way = back <= forth ? Way.RHUTCH : Way.FHUTCH;
                return oneSided(way, (int) Math.min(Integer.MAX_VALUE, (sampling.budget() - gram.spent()) * costs
                        .both() / cost(way)), why);
            }
            directions = (int) Math.min(directions, sketch.size() + (gram.left() - 2) / 2);
            if (directions > sketch.size()) {
                sketch.grow(directions - sketch.size());
            }
            return named(Way.HUTCH_PLUS_PLUS, probesOfRest(new SplitSamples(gram, sketch.split())), why);
        }

        /** As many as the error asks for. */
        private Estimate probesOfRest(SplitSamples samples) {
            long next = Math.min(PILOT, gram.left());
            while (true) {
                samples.extend((int) (samples.count() + next));
                Estimate estimate = Estimate.of("trace", samples.moments(), Statistic.identity());
                double excess = estimate.excess(sampling.accuracy());
                if (excess <= 1 || gram.left() == 0) {
                    return estimate;
                }
                long wanted = (long) Math.ceil(1.1 * excess * excess * samples.count()) - samples.count();
                next = Math.min(gram.left(), Math.clamp(wanted, samples.count() / 2, 3L * samples.count()));
            }
        }

        /** RHutch or FHutch with so many samples, at most where an accuracy is asked for. */
        private Estimate oneSided(Way way, int samples, String why) {
            LinearOperator side = way == Way.RHUTCH ? factor.adjoint() : factor;
            MomentSampler sampler = MomentSampler.of(side, sampling.atMost(Math.max(2, samples)), QuadraticForm
                    .squaredNorm());
            Moments moments = asked()
                    ? sampler.plain(found -> Estimate.of("trace", found, Statistic.identity())
                            .excess(sampling
                                    .accuracy()))
                    : sampler.plain();
            return named(way, Estimate.of("trace", moments, Statistic.identity()), why);
        }

        /** With all that was spent, and why. */
        private Estimate named(Way way, Estimate found, String why) {
            return new Estimate(found.name(), found.value(), found.standardError(), found.errorBar(), found
                    .degreesOfFreedom(), found.positivePart(), gram.spent() + factor.products(),
                    gram.jvps() + factor
                            .jvps(),
                    gram.vjps() + factor.vjps(), found.samples(), found.seed(), way.label + ": " + found.route()
                            + why,
                    gram.elapsed(), found.converged()).against(sampling.accuracy());
        }
    }
}
