package cotangent.spec.bench;

import cotangent.dsl.InvalidDataException;
import cotangent.examples.experiment.Quartiles;
import java.util.Arrays;

/**
 * How long one operation took, in nanoseconds, in each of several measurements; medians and quartiles of them; and what it
 * allocated, where that was measured.
 */
final class Timing {
    private final double[] sorted;
    private final double allocated;

    /**
     * From the mean time of an operation in each measurement.
     *
     * @throws InvalidDataException if there is none, or one is not a positive number
     */
    Timing(double... nanos) {
        this(nanos, Double.NaN);
    }

    private Timing(double[] nanos, double allocated) {
        this.allocated = allocated;
        sorted = nanos.clone();
        Arrays.sort(sorted);
        if (sorted.length == 0 || !(sorted[0] > 0) || !(sorted[sorted.length - 1] < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("timings: expected positive numbers, got " + Arrays.toString(nanos));
        }
    }

    /** The same of an operation that allocates so many bytes. */
    Timing allocating(double bytes) {
        return new Timing(sorted, bytes);
    }

    /** Bytes that one operation allocates: the most of all rounds; NaN where not measured. */
    double allocated() {
        return allocated;
    }

    double median() {
        return Quartiles.of(sorted).median();
    }

    double lowerQuartile() {
        return Quartiles.of(sorted).low();
    }

    double upperQuartile() {
        return Quartiles.of(sorted).high();
    }

    /** The same for an operation of another size. */
    Timing times(double factor) {
        return new Timing(Arrays.stream(sorted).map(nanos -> factor * nanos).toArray(), factor * allocated);
    }

    /** Both together. */
    Timing and(Timing other) {
        double[] all = Arrays.copyOf(sorted, sorted.length + other.sorted.length);
        System.arraycopy(other.sorted, 0, all, sorted.length, other.sorted.length);
        return new Timing(all, Double.isNaN(allocated) ? other.allocated : Math.max(allocated, other.allocated));
    }
}
