package cotangent.examples.experiment;

import java.util.Arrays;

/**
 * Where the middle half of some numbers lies, and how well the median of the population is known from them.
 *
 * @param low        a quarter is below
 * @param median     half is below
 * @param high       a quarter is above
 * @param medianLow  lower end of a 95 % interval of the population's median
 * @param medianHigh upper end
 */
public record Quartiles(double low, double median, double high, double medianLow, double medianHigh) {
    /**
     * Of some numbers. The interval is of order statistics: of n independent numbers about n/2 ± √n·1.96/2 lie below the
     * population's median.
     */
    public static Quartiles of(double... numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double half = 0.98 * Math.sqrt(n);
        int from = (int) Math.clamp(Math.floor(0.5 * n - half), 0, n - 1);
        int to = (int) Math.clamp(Math.ceil(0.5 * n + half), 0, n - 1);
        return new Quartiles(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75), sorted[from], sorted[to]);
    }

    /** Between the nearest ranks, linearly (type 7 of R. J. Hyndman and Y. Fan, The American Statistician 50, 1996). */
    private static double at(double[] sorted, double share) {
        double rank = share * (sorted.length - 1);
        int below = (int) rank;
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }
}
