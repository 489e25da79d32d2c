package cotangent.examples.traces;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.MedianTime;
import cotangent.examples.experiment.WarmUp;
import cotangent.linalg.ntk.EmpiricalNtk;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The time of the direct method, a product with K for each unit vector, one at a time and in blocks; some of them are timed and
 * their time scaled. Beside it the exact route, which forms no product.
 *
 * @param products     of all unit vectors
 * @param oneMillis    a product with one vector
 * @param blockMillis  a product in the best block size
 * @param block        that size
 * @param exactMillis  the exact route, from parameters to number
 * @param exactRoute   in words
 */
record Direct(int products, double oneMillis, double blockMillis, int block, double exactMillis, String exactRoute) {
    private static final int[] BLOCKS = {8, 16, 32, 64};
    private static final int EXACT_RUNS = 3;

    /**
     * Measures all three.
     *
     * @param timed products of one vector that are timed
     */
    static Direct measure(Subject subject, int timed, WarmUp warmUp) {
        EmpiricalNtk kernel = subject.fresh();
        warmUp.run(() -> subject.fresh().exactTrace().run());
        double exact = MedianTime.millis(EXACT_RUNS, () -> subject.fresh().exactTrace().run());
        int n = subject.state();
        int count = Math.min(n, timed);
        warmUp.run(() -> each(kernel, 1, 1));
        double one = each(kernel, count, 1);
        double best = Double.POSITIVE_INFINITY;
        int bestBlock = 1;
        for (int block : BLOCKS) {
            if (block <= n) {
                warmUp.run(() -> each(kernel, block, block));
                double millis = each(kernel, Math.max(block, count / block * block), block);
                bestBlock = millis < best ? block : bestBlock;
                best = Math.min(best, millis);
            }
        }
        return new Direct(n, one, best, bestBlock, exact, subject.fresh().exactTrace().route());
    }

    /** Mean milliseconds of a vector, over so many vectors in blocks. */
    private static double each(EmpiricalNtk kernel, int count, int block) {
        double sum = 0;
        long started = System.nanoTime();
        for (int from = 0; from < count; from += block) {
            Tensor units = units(kernel, from, block);
            sum += block == 1 ? kernel.matvec(units).get(from) : kernel.matmat(units).get(from, 0);
        }
        double millis = 1e-6 * (System.nanoTime() - started) / count;
        return Double.isNaN(sum) ? Double.NaN : millis;
    }

    private static Tensor units(EmpiricalNtk kernel, int from, int block) {
        int n = kernel.rows();
        Shape shape = block == 1 ? Shape.of(n) : Shape.of(n, block);
        float[] entries = new float[n * block];
        for (int j = 0; j < block; j++) {
            entries[(from + j) % n * block + j] = 1;
        }
        Tensor units = Tensor.wrap(shape, entries);
        return kernel.dtype() == DType.F32 ? units : units.cast(kernel.dtype());
    }

    /** All unit vectors one at a time. */
    double oneAtATime() {
        return products * oneMillis;
    }

    /** All unit vectors in blocks. */
    double inBlocks() {
        return products * blockMillis;
    }

    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("products", products);
        values.put("oneMillis", oneMillis);
        values.put("blockMillis", blockMillis);
        values.put("block", block);
        values.put("exactMillis", exactMillis);
        values.put("exactRoute", exactRoute);
        return values;
    }
}
