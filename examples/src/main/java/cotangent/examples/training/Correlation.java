package cotangent.examples.training;

import java.util.Arrays;
import java.util.stream.IntStream;

/** How two series of numbers go together, from −1 to 1; 0 where one of them does not change. */
final class Correlation {
    private Correlation() {}

    /** Pearson's coefficient, of numbers that lie on a line 1 or −1. */
    static double linear(double[] a, double... b) {
        double meanA = Arrays.stream(a).average().orElse(0);
        double meanB = Arrays.stream(b).average().orElse(0);
        double products = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            products += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }
        return squaresA > 0 && squaresB > 0 ? products / Math.sqrt(squaresA) / Math.sqrt(squaresB) : 0;
    }

    /** Spearman's coefficient: Pearson's of the ranks, 1 or −1 of numbers that lie on any rising or falling curve. */
    static double ofRanks(double[] a, double... b) {
        return linear(ranks(a), ranks(b));
    }

    /** Pearson's coefficient of the changes from each number to the next: what merely drifts in time is not seen by it. */
    static double ofChanges(double[] a, double... b) {
        return linear(changes(a), changes(b));
    }

    private static double[] changes(double... a) {
        return IntStream.range(1, a.length).mapToDouble(i -> a[i] - a[i - 1]).toArray();
    }

    /** From 1; equal numbers share the mean of theirs. */
    static double[] ranks(double... a) {
        return Arrays.stream(a).map(number -> {
            long below = Arrays.stream(a).filter(other -> other < number).count();
            long equal = Arrays.stream(a).filter(other -> other == number).count();
            return below + 0.5 * (equal + 1);
        }).toArray();
    }
}
