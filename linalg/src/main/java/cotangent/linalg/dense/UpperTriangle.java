package cotangent.linalg.dense;

import cotangent.dsl.kernel.Transposition;

/**
 * The upper triangle of a symmetric matrix, averaged with the lower one, and what its door has to know of both.
 *
 * <p>One pass over wide tiles, each held against its mirror image, which is turned while it is in the cache: wide, so that few
 * pages are visited often, and not many once.
 *
 * @param entries   row-major n×n, zero below the diagonal but for the blocks of {@value #ROWS} rows on it
 * @param largest   the largest |aᵢⱼ| where entries are filled
 * @param asymmetry the largest |aᵢⱼ − aⱼᵢ|; it or {@code largest} is infinite or NaN where an entry is
 */
public record UpperTriangle(double[] entries, double largest, double asymmetry) {

    private static final int ROWS = 128;
    private static final int COLUMNS = 256;

    /** Reads the row-major n×n matrix {@code a}. */
    public static UpperTriangle of(int n, double[] a) {
        double[] upper = new double[n * n];
        double[] turned = new double[Math.min(ROWS, n) * Math.min(COLUMNS, n)];
        double[] most = new double[2];
        for (int top = 0; top < n; top += ROWS) {
            int height = Math.min(ROWS, n - top);
            for (int left = top; left < n; left += COLUMNS) {
                int width = Math.min(COLUMNS, n - left);
                Transposition.dcopy(height, width, a, left * n + top, 1, n, turned, 0, width);
                for (int i = 0; i < height; i++) {
                    int at = (top + i) * n + left;
                    average(width, a, at, turned, i * width, upper, most);
                }
            }
        }
        return new UpperTriangle(upper, most[0], most[1]);
    }

    /** Writes the mean of x and y where x lies, and raises the largest |x| and |y − x|. */
    private static void average(int n, double[] x, int xOff, double[] y, int yOff, double[] mean, double[] most) {
        double largest = most[0];
        double asymmetry = most[1];
        for (int i = 0; i < n; i++) {
            double entry = x[xOff + i];
            double difference = y[yOff + i] - entry;
            mean[xOff + i] = entry + 0.5 * difference;
            largest = Math.max(largest, Math.abs(entry));
            asymmetry = Math.max(asymmetry, Math.abs(difference));
        }
        most[0] = largest;
        most[1] = asymmetry;
    }
}
