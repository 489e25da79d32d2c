package cotangent.examples.training;

import cotangent.dsl.Key;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Spearman's rank correlation of two quantities of some models, with its uncertainty.
 *
 * <p>The 95 % interval is Fisher's: atanh ρ is about normal with variance (1 + ρ²/2)/(n − 3) (D. G. Bonett and T. A. Wright,
 * Psychometrika 65, 2000, equation 5). The p-value is that of a permutation test: the share of orders in which the one series,
 * shuffled, is correlated with the other at least as strongly.
 *
 * @param rho    the coefficient
 * @param low    end of the interval
 * @param high   end of the interval
 * @param pValue two-sided
 */
record RankCorrelation(double rho, double low, double high, double pValue) {
    private static final int SHUFFLES = 1_999;
    /** Of the normal law, for 95 %. */
    private static final double QUANTILE = 1.959964;

    /** Of at least four pairs. */
    static RankCorrelation of(double[] a, double... b) {
        double[] left = Correlation.ranks(a);
        double[] right = Correlation.ranks(b);
        double rho = Correlation.linear(left, right);
        double width = QUANTILE * Math.sqrt((1 + 0.5 * rho * rho) / (a.length - 3));
        double z = 0.5 * Math.log((1 + rho) / (1 - rho));
        boolean certain = Math.abs(rho) >= 1;
        return new RankCorrelation(rho, certain ? rho : Math.tanh(z - width), certain ? rho : Math.tanh(z + width),
                pValue(rho, left, right));
    }

    private static double pValue(double rho, double[] left, double... right) {
        // what rounding does to equal coefficients is no difference
        double least = Math.abs(rho) - 1e-12;
        int extreme = 1;
        for (int i = 0; i < SHUFFLES; i++) {
            int[] order = Key.of(i).permutation(left.length).toInts();
            double[] shuffled = Arrays.stream(order).mapToDouble(at -> left[at]).toArray();
            extreme += Math.abs(Correlation.linear(shuffled, right)) >= least ? 1 : 0;
        }
        return (double) extreme / (SHUFFLES + 1);
    }

    /**
     * The p-values corrected for being among several (S. Holm, Scandinavian Journal of Statistics 6, 1979): the smallest times their
     * number, the next times one less, and so on, none smaller than the one before it.
     */
    static Map<String, Double> holm(Map<String, RankCorrelation> tested) {
        List<Map.Entry<String, RankCorrelation>> ascending = tested.entrySet()
                .stream()
                .sorted(Map.Entry.comparingByValue(Comparator.comparingDouble(RankCorrelation::pValue)))
                .toList();
        Map<String, Double> corrected = new HashMap<>();
        double largest = 0;
        for (int i = 0; i < ascending.size(); i++) {
            largest = Math.max(largest, Math.min(1, (ascending.size() - i) * ascending.get(i).getValue().pValue()));
            corrected.put(ascending.get(i).getKey(), largest);
        }
        return corrected;
    }

    /** With the p-value corrected for the others of a table. */
    Map<String, Object> values(double corrected) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("rho", rho);
        values.put("low", low);
        values.put("high", high);
        values.put("pValue", pValue);
        values.put("corrected", corrected);
        return values;
    }

    @Override
    public String toString() {
        return "%+.2f [%+.2f, %+.2f]".formatted(rho, low, high);
    }
}
