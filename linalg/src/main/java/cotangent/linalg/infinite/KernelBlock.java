package cotangent.linalg.infinite;

import cotangent.dsl.CotangentException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.WorkerFailedException;
import cotangent.dsl.kernel.Workers;
import java.util.Arrays;

/**
 * Both kernels of all pairs of two sets of points, tile by tile: one packed product for a tile's inner products, then each row of it
 * as a run through all layers, in float64 whatever the points' dtype. Tiles depend on shapes alone and share nothing, so the bits do
 * not depend on threads. Over one set only the half up to the diagonal is computed, and the other copied.
 */
final class KernelBlock {
    private static final int ROWS = 256;
    /** Points whose spreads are held at once: Hermite series keep up to 256 numbers per layer for each. */
    private static final int CHUNK = 4096;
    /** Below, 1 − |cos θ| is measured by differences; above, an inner product's rounding ε costs an angle up to 6 ε. */
    private static final double NEAR_SINGLE = 0x1p-6;
    /** The same for float64, which has digits to spare: up to 45 ε. */
    private static final double NEAR = 0x1p-12;

    private final Recursion recursion;
    private final Points left;
    private final Points right;
    private final boolean symmetric;
    private final double near;
    private final Entries covariance;
    private final Entries tangent;
    private double seriesError;

    private KernelBlock(Recursion recursion, Points left, Points right, boolean symmetric, boolean covariances,
            boolean tangents) {
        this.recursion = recursion;
        this.left = left;
        this.right = right;
        this.symmetric = symmetric;
        this.near = left.isSingle() ? NEAR_SINGLE : NEAR;
        Shape shape = Shape.of(left.count(), right.count());
        this.covariance = new Entries(shape, left.isSingle(), covariances);
        this.tangent = new Entries(shape, left.isSingle(), tangents);
    }

    /** Both kernels; of those not asked for an empty tensor. */
    static InfiniteKernels of(Recursion recursion, Tensor x1, Tensor x2, boolean covariances, boolean tangents) {
        Points left = Points.of(x1);
        Points right = x1 == x2 ? left : Points.of(x2);
        Points.requireAlike(left, right);
        KernelBlock block = new KernelBlock(recursion, left, right, x1 == x2, covariances, tangents);
        try {
            block.compute();
        } catch (WorkerFailedException failed) {
            throw failed.getCause() instanceof CotangentException refused ? refused : failed;
        }
        return new InfiniteKernels(block.covariance.tensor(), block.tangent.tensor(), block.seriesError);
    }

    private void compute() {
        for (int row = 0; row < left.count(); row += CHUNK) {
            int rows = Math.min(CHUNK, left.count() - row);
            Spread[] rowSpreads = spreads(left, row, rows);
            for (int column = 0; column < (symmetric ? row + rows : right.count()); column += CHUNK) {
                int columns = Math.min(CHUNK, right.count() - column);
                Spread[] columnSpreads = symmetric && row == column ? rowSpreads : spreads(right, column, columns);
                compute(new Range(row, rows, rowSpreads), new Range(column, columns, columnSpreads));
            }
        }
    }

    private Spread[] spreads(Points points, int from, int count) {
        Spread[] spreads = recursion.spreads(points.deviations(from, from + count), points.isSingle());
        seriesError = Math.max(seriesError, Recursion.seriesError(spreads));
        return spreads;
    }

    /** Adjacent points of a set, with what they know of each layer. */
    private record Range(int from, int count, Spread[] spreads) {}

    private void compute(Range rows, Range columns) {
        int down = (rows.count + ROWS - 1) / ROWS;
        int across = (columns.count + Pairs.LENGTH - 1) / Pairs.LENGTH;
        Workers.run(down * across, tile -> {
            int row = tile / across * ROWS;
            int column = tile % across * Pairs.LENGTH;
            int height = Math.min(ROWS, rows.count - row);
            int width = Math.min(Pairs.LENGTH, columns.count - column);
            if (!symmetric || columns.from + column < rows.from + row + height) {
                tile(rows, row, height, columns, column, width);
            }
        });
    }

    private void tile(Range rows, int row, int height, Range columns, int column, int width) {
        double[] products = left.products(rows.from + row, height, right, columns.from + column, width);
        Spread[] spreads = new Spread[columns.spreads.length];
        Arrays.setAll(spreads, layer -> columns.spreads[layer].range(column, column + width));
        double[] inverses = new double[width];
        Arrays.setAll(inverses, i -> right.inverse(columns.from + column + i));
        Room room = new Room();
        Pairs input = room.take();
        double[] x = new double[left.features()];
        double[] y = new double[left.features()];
        for (int i = 0; i < height; i++) {
            int absolute = rows.from + row + i;
            int count = symmetric ? Math.min(width, absolute + 1 - columns.from - column) : width;
            if (count > 0) {
                Strip strip = new Strip(rows.spreads[0], spreads[0], row + i, count);
                fill(strip, absolute, columns.from + column, products, i * width, inverses, input, x, y);
                Pairs output = recursion.pass(strip, rows.spreads, spreads, input, left.features(), room);
                covariance.put(absolute, columns.from + column, output.covariance, count, symmetric);
                tangent.put(absolute, columns.from + column, output.tangent, count, symmetric);
                if (output != input) {
                    room.giveBack(output);
                }
            }
        }
    }

    /** The pairs at the input: k = x·x'/features. */
    private void fill(Strip strip, int row, int column, double[] products, int at, double[] inverses, Pairs pairs,
            double[] x, double[] y) {
        double r1 = strip.deviation();
        double inverse = left.inverse(row);
        double[] deviations = strip.deviations();
        for (int i = 0; i < strip.count(); i++) {
            double s = r1 * deviations[i];
            double cosine = products[at + i] * (inverse * inverses[i]);
            pairs.covariance[i] = s * cosine;
            pairs.apart[i] = s * (1 - cosine);
            pairs.together[i] = s * (1 + cosine);
        }
        for (int i = 0; i < strip.count(); i++) {
            double s = r1 * deviations[i];
            if (Math.min(pairs.apart[i], pairs.together[i]) < near * s) {
                double sign = pairs.apart[i] < pairs.together[i] ? 1 : -1;
                double less = s * left.halfSquare(row, right, column + i, sign, x, y);
                pairs.covariance[i] = sign * (s - less);
                pairs.apart[i] = sign > 0 ? less : 2 * s - less;
                pairs.together[i] = sign > 0 ? 2 * s - less : less;
            }
        }
    }

    /** Both kernels of each point with itself. */
    static InfiniteKernels diagonal(Recursion recursion, Tensor x) {
        Points points = Points.of(x);
        Entries covariance = new Entries(Shape.of(points.count()), points.isSingle(), true);
        Entries tangent = new Entries(Shape.of(points.count()), points.isSingle(), true);
        Room room = new Room();
        Pairs input = room.take();
        double seriesError = 0;
        for (int from = 0; from < points.count(); from += CHUNK) {
            int count = Math.min(CHUNK, points.count() - from);
            Spread[] spreads = recursion.spreads(points.deviations(from, from + count), points.isSingle());
            seriesError = Math.max(seriesError, Recursion.seriesError(spreads));
            for (int i = 0; i < count; i++) {
                int at = i;
                Spread[] own = new Spread[spreads.length];
                Arrays.setAll(own, layer -> spreads[layer].range(at, at + 1));
                Strip strip = new Strip(spreads[0], own[0], i, 1);
                double s = strip.deviation() * strip.deviation();
                input.covariance[0] = s;
                input.apart[0] = 0;
                input.together[0] = 2 * s;
                Pairs output = recursion.pass(strip, spreads, own, input, points.features(), room);
                covariance.put(0, from + i, output.covariance, 1, false);
                tangent.put(0, from + i, output.tangent, 1, false);
                if (output != input) {
                    room.giveBack(output);
                }
            }
        }
        return new InfiniteKernels(covariance.tensor(), tangent.tensor(), seriesError);
    }
}
