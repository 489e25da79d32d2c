package cotangent.linalg;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Which eigenvalues are wanted. */
enum SpectrumEnd {
    LARGEST("largest"), SMALLEST("smallest"), LARGEST_MAGNITUDE("of largest magnitude"), BOTH_ENDS("from both ends");

    private final String label;

    SpectrumEnd(String label) {
        this.label = label;
    }

    /** Positions of eigenvalues given in ascending order, most wanted first. */
    int[] order(double[] ascending) {
        int n = ascending.length;
        return switch (this) {
            case LARGEST -> IntStream.range(0, n).map(i -> n - 1 - i).toArray();
            case SMALLEST -> IntStream.range(0, n).toArray();
            case LARGEST_MAGNITUDE -> IntStream.range(0, n)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -Math.abs(ascending[i])))
                    .mapToInt(i -> i)
                    .toArray();
            case BOTH_ENDS -> IntStream.range(0, n).map(i -> i % 2 == 0 ? n - 1 - i / 2 : i / 2).toArray();
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
