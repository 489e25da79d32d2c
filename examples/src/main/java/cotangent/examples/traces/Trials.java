package cotangent.examples.traces;

import cotangent.examples.experiment.Quartiles;
import cotangent.linalg.Estimate;
import java.util.function.LongFunction;

/**
 * Estimates by one method at one budget, over seeds.
 *
 * @param budget   as it was asked for
 * @param products with K spent; of one-sided passes half as many
 * @param passes   jvps and vjps spent
 * @param exact    whether all had no error but rounding
 * @param errors   relative, one for each seed
 * @param millis   from parameters to number, one for each seed
 */
record Trials(int budget, double products, double passes, boolean exact, double[] errors, double[] millis) {
    /**
     * Runs seeds 0, 1, ...
     *
     * @param truth    what is estimated
     * @param estimate by seed
     */
    static Trials run(int budget, int seeds, double truth, LongFunction<Estimate> estimate) {
        double[] errors = new double[seeds];
        double[] millis = new double[seeds];
        long passes = 0;
        boolean exact = true;
        for (int seed = 0; seed < seeds; seed++) {
            long started = System.nanoTime();
            Estimate found = estimate.apply(seed);
            millis[seed] = 1e-6 * (System.nanoTime() - started);
            errors[seed] = Math.abs(found.value() - truth) / Math.abs(truth);
            passes += found.jvps() + found.vjps();
            exact &= found.standardError() == 0;
        }
        double each = (double) passes / seeds;
        return new Trials(budget, 0.5 * each, each, exact, errors, millis);
    }

    Quartiles error() {
        return Quartiles.of(errors);
    }

    Quartiles time() {
        return Quartiles.of(millis);
    }
}
