package cotangent.spec.bench;

import cotangent.dsl.DType;
import java.util.Random;

/** The same numbers for every side, and whether what a side made of them is their product. */
public final class Operands {
    private static final int ENTRIES_CHECKED = 64;

    private Operands() {}

    /** Numbers in [-1, 1) that both dtypes hold exactly. */
    static double[] random(int size, long seed) {
        Random random = new Random(seed);
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    /** The same in float32. */
    public static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** The same in float64. */
    public static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /**
     * Looks at some entries of a product, among them the last: each may err by (k + 2) u |A| |B| for any order of summation,
     * and by as much again where it is checked.
     *
     * @throws IllegalStateException if one is wrong
     */
    static void requireProduct(GemmShape shape, double[] a, double[] b, double[] c) {
        double unit = shape.dtype() == DType.F32 ? 0x1p-24 : 0x1p-53;
        Random random = new Random(1);
        for (int entry = 0; entry < ENTRIES_CHECKED; entry++) {
            int i = entry == 0 ? shape.m() - 1 : random.nextInt(shape.m());
            int j = entry == 0 ? shape.n() - 1 : random.nextInt(shape.n());
            double sum = 0;
            double size = 0;
            for (int p = 0; p < shape.k(); p++) {
                double term = a[i * shape.k() + p] * b[p * shape.n() + j];
                sum += term;
                size += Math.abs(term);
            }
            double found = c[i * shape.n() + j];
            if (!(Math.abs(found - sum) <= 2 * (shape.k() + 2) * unit * size)) {
                throw new IllegalStateException("%s: entry (%d, %d) should be %s and is %s".formatted(shape, i, j, sum,
                        found));
            }
        }
    }
}
