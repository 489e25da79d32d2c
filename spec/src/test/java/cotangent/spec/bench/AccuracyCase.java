package cotangent.spec.bench;

import cotangent.dsl.kernel.Workers;
import java.util.function.LongFunction;

/**
 * One estimator on one spectrum at one budget.
 *
 * @param group     the table it belongs to
 * @param spectrum  the row
 * @param estimator the column
 * @param budget    products allowed
 * @param theory    the root mean square error that theory gives, over the truth
 * @param trial     the estimate of a seed
 */
record AccuracyCase(String group, String spectrum, String estimator, int budget, double theory,
        LongFunction<Trial> trial) {
    /** How often larger than theory's a mean error may be: leading terms leave things out, means are noisy. */
    static final double TOLERANCE = 3;
    /** Relative errors below this are rounding: a few ε√n‖AΩ‖_F for the shifted Nyström approximation. */
    static final double ROUNDING = 1e-11;

    /**
     * One estimate.
     *
     * @param error   over the truth
     * @param covered share of 95 % intervals that hold the truth: one, or one per entry
     * @param spent   products
     */
    record Trial(double error, double covered, long spent) {}

    /**
     * What all seeds gave.
     *
     * @param of        the case
     * @param seeds     how many
     * @param meanError of the relative errors
     * @param covered   share of 95 % intervals that hold the truth
     * @param spent     mean number of products
     */
    record Result(AccuracyCase of, int seeds, double meanError, double covered, double spent) {
        /** Whether the error is much worse than theory says: by more than {@link #TOLERANCE}, and than rounding. */
        boolean worse() {
            return !(meanError <= TOLERANCE * of.theory + ROUNDING);
        }
    }

    /** Runs it for seeds 0, 1, ... on so many threads; the result does not depend on their number. */
    Result run(int seeds, int threads) {
        Trial[] trials = new Trial[seeds];
        Workers.withLimit(threads, () -> {
            Workers.run(seeds, seed -> trials[seed] = trial.apply(seed));
            return null;
        });
        double error = 0;
        double covered = 0;
        double spent = 0;
        for (Trial each : trials) {
            error += each.error() / seeds;
            covered += each.covered() / seeds;
            spent += (double) each.spent() / seeds;
        }
        return new Result(this, seeds, error, covered, spent);
    }
}
