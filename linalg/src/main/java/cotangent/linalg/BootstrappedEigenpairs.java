package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * Leading eigenpairs with what {@link EigenpairBootstrap} says of their sampling error: how they came out for data drawn anew from
 * the data.
 *
 * @param values         F64 [k], of the data itself
 * @param replicates     F64 [B, k]: the eigenvalues of each replicate, descending
 * @param angles         F64 [B, k]: from the replicate's eigenvector at each position to that of the data, in radians
 * @param subspaceAngles F64 [B, k]: the largest principal angle between the spans of the first 1, 2, ..., k eigenvectors
 * @param truncation     how much a replicate's eigenvalue may be too small at most, for the pairs left out
 * @param seed           of the draws
 */
public record BootstrappedEigenpairs(Tensor values, Tensor replicates, Tensor angles, Tensor subspaceAngles,
        double truncation, long seed) {
    /** Number of pairs looked at. */
    public int size() {
        return values.shape().extent(0);
    }

    /** The standard deviation of the replicates of an eigenvalue. */
    public double standardError(int position) {
        return deviation(column(replicates, position));
    }

    private static double deviation(double... draws) {
        double mean = Arrays.stream(draws).average().orElse(0);
        double squares = Arrays.stream(draws).map(draw -> (draw - mean) * (draw - mean)).sum();
        return Math.sqrt(squares / Math.max(1, draws.length - 1));
    }

    /** The mean of the replicates less the value: leading eigenvalues of fewer data come out too large. */
    public double bias(int position) {
        return Arrays.stream(column(replicates, position)).average().orElse(0) - values.get(position);
    }

    /**
     * The interval for the eigenvalue that endlessly many data would have, at the scale of these: λ·exp(±t·s) with s the standard
     * deviation of the replicates' logarithms, Student's t of their number less one. The logarithm has nearly the same variance
     * whatever the eigenvalue (T. W. Anderson, Ann. Math. Statist. 34, 1963).
     *
     * <p>Not corrected for the {@link #bias}: of eigenvalues that nearly coincide replicates drive the larger up and the smaller down
     * even where the data had done so already, and to correct for that covers less. There it is not to be relied on in any case.
     *
     * @param confidence inside (0, 1), such as 0.95
     * @throws InvalidDataException if the confidence is not between 0 and 1
     */
    public Estimate.Interval interval(int position, double confidence) {
        double value = values.get(position);
        requireShare("confidence", confidence);
        double[] logarithms = Arrays.stream(column(replicates, position)).map(Math::log).toArray();
        double factor = Math.exp(StudentT.quantile(confidence, Math.max(1, logarithms.length - 1)) * deviation(
                logarithms));
        return new Estimate.Interval(value / factor, value * factor);
    }

    /**
     * The angle of an eigenvector that a share of the replicates stays below, in radians; near π/2 where the eigenvalue is not
     * apart from its neighbours.
     */
    public double angle(int position, double share) {
        return quantile(column(angles, position), requireShare("share", share));
    }

    /** The same for the span of the first eigenvectors, {@code dimension} of them. */
    public double subspaceAngle(int dimension, double share) {
        return quantile(column(subspaceAngles, dimension - 1), requireShare("share", share));
    }

    private static double requireShare(String name, double share) {
        if (!(share > 0 && share < 1)) {
            throw new InvalidDataException("%s: expected a number between 0 and 1, such as 0.95, got %s".formatted(name,
                    share));
        }
        return share;
    }

    private static double[] column(Tensor rows, int position) {
        double[] column = new double[rows.shape().extent(0)];
        Arrays.setAll(column, i -> rows.get(i, position));
        return column;
    }

    /** Linear between the order statistics, which stand at (i − ½)/B. */
    private static double quantile(double[] draws, double share) {
        double[] sorted = draws.clone();
        Arrays.sort(sorted);
        double place = Math.clamp(share * sorted.length - 0.5, 0, sorted.length - 1.0);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size(); i++) {
            text.append(
                    String.format(Locale.ROOT, "%s%.6g in %s", i == 0 ? "" : ", ", values.get(i), interval(i, 0.95)));
        }
        return "eigenvalues %s (95 %%), %d replicates".formatted(text, replicates.shape().extent(0));
    }
}
