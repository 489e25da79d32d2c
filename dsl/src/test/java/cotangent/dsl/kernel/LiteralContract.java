package cotangent.dsl.kernel;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Classes of constant sizes against the general kernels, bit by bit, as plain code for processes of other vector widths.
 *
 * <p>Matrices end with their arrays, so that a vector that reads or writes past its window throws or is seen.
 */
final class LiteralContract {
    private static final int[] ROWS = {1, 2, 4, 5, 8, 10, 13, 15, 17, 33};
    private static final int[] COLUMNS = {2, 3, 4, 5, 8, 10, 16, 17, 20, 33, 64, 75};
    private static final int[] TERMS = {1, 3, 8, 10, 21};

    private final SplittableRandom random = new SplittableRandom(11);
    private int compared;

    /** Every mix of sizes, each with one layout in turn; returns how many had a class. */
    static int check() {
        LiteralContract contract = new LiteralContract();
        int turn = 0;
        for (int m : ROWS) {
            for (int n : COLUMNS) {
                for (int k : TERMS) {
                    contract.check(m, n, k, turn++);
                }
            }
        }
        return contract.compared;
    }

    private void check(int m, int n, int k, int turn) {
        int gap = turn % 3 == 0 ? 3 : 0;
        boolean transposed = turn % 5 == 0;
        LiteralShape shape = new LiteralShape(m, n, k, transposed ? 1 : k + gap, transposed ? m + gap : 1,
                n + (turn % 2) * gap, n + gap, turn % 4 == 1);
        float[] a = random(shape.aSize());
        float[] b = random(shape.bSize());
        float[] c = random(shape.cSize());
        if (FloatLiterals.suits(shape)) {
            float[] expected = c.clone();
            FloatBatch.general(m, n, k, 1, a, 0, shape.aRow(), shape.aCol(), b, 0, shape.bRow(), 1,
                    shape.accumulate() ? 1 : 0, expected, 0, shape.cRow());
            float[] found = c.clone();
            FloatLiterals.define(shape).multiply(a, 0, b, 0, found, 0);
            require(Arrays.equals(found, expected), shape, "float32");
        }
        if (DoubleLiterals.suits(shape)) {
            double[] expected = widened(c);
            DoubleBatch.general(m, n, k, 1, widened(a), 0, shape.aRow(), shape.aCol(), widened(b), 0, shape.bRow(), 1,
                    shape.accumulate() ? 1 : 0, expected, 0, shape.cRow());
            double[] found = widened(c);
            DoubleLiterals.define(shape).multiply(widened(a), 0, widened(b), 0, found, 0);
            require(Arrays.equals(found, expected), shape, "float64");
        }
    }

    private void require(boolean same, LiteralShape shape, String type) {
        if (!same) {
            throw new AssertionError(type + ", other bits than the general kernel's: " + shape);
        }
        compared++;
    }

    private float[] random(long length) {
        float[] values = new float[(int) length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble() - 0.5f;
        }
        return values;
    }

    private static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}
