package cotangent.dsl.kernel;

import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * The products of constant size and strides of this process, by shape (docs/decisions/0012-literal-twins.md).
 *
 * <p>A shape that has done as much work as it would take to compile it is given a class of its own, which the warm-up
 * thread writes and rehearses until it is faster than the general kernels; it has their bits. The table is a fixed number
 * of slots, so that finding a shape costs a few nanoseconds: a shape that is not hot gives way to one that comes often.
 */
final class DoubleLiterals implements WarmUpThread.Rehearsal {
    /** Multiply-adds above which a product is not worth a class: tiles of packed blocks are as fast. */
    static final long LARGEST_WORK = 1L << 24;

    /** Products in vector form weigh less than those in scalar form when kernels queue for being compiled. */
    private static final int WORTH = 8;

    private static final boolean SINGLE = Double.BYTES < Long.BYTES;
    private static final int SLOT_BITS = 9;
    /** About 50 ms of work, what it takes to have one class compiled. */
    private static final long HOT = 1L << 30;
    /** Calls by other shapes after which a slot is given away. */
    private static final int PATIENCE = 256;

    private static final DoubleLiterals[] TABLE = new DoubleLiterals[1 << SLOT_BITS];

    private final LiteralShape shape;
    private final int m;
    private final int n;
    private final int k;
    private final int aRow;
    private final int aCol;
    private final int bRow;
    private final int cRow;
    private final boolean accumulate;
    private final long aSize;
    private final long bSize;
    private final long cSize;
    /** Whether more than one thread would share it. */
    private final boolean isLarge;
    /** The counts are written without synchronisation: losing some does no harm. */
    private long work;
    private int others;
    private boolean asked;
    private volatile @Nullable DoubleLiteral ready;
    private @Nullable Rehearsal rehearsal;

    private DoubleLiterals(LiteralShape shape) {
        this.shape = shape;
        m = shape.m();
        n = shape.n();
        k = shape.k();
        aRow = shape.aRow();
        aCol = shape.aCol();
        bRow = shape.bRow();
        cRow = shape.cRow();
        accumulate = shape.accumulate();
        aSize = shape.aSize();
        bSize = shape.bSize();
        cSize = shape.cSize();
        isLarge = shape.work() >= Gemm.PARALLEL_TILES;
    }

    /**
     * Does a product by its shape's class; false, with nothing done, if it has none or the matrices do not lie inside their
     * arrays.
     */
    static boolean multiply(
            int m,
            int n,
            int k,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bRow,
            boolean accumulate,
            double[] c,
            int cOff,
            int cRow) {
        DoubleLiterals found = TABLE[slot(m, n, k, aRow, aCol, bRow, cRow, accumulate)];
        if (found == null || !found.matches(m, n, k, aRow, aCol, bRow, cRow, accumulate)) {
            return false;
        }
        DoubleLiteral literal = found.ready;
        if (literal == null || (aOff | bOff | cOff) < 0 || aOff > a.length - found.aSize
                || bOff > b.length - found.bSize
                || cOff > c.length - found.cSize || found.isLarge && Workers.limit() > 1) {
            return false;
        }
        literal.multiply(a, aOff, b, bOff, c, cOff);
        return true;
    }

    /** The class of products whose matrices are known to lie inside their arrays; null if they have none. */
    static @Nullable DoubleLiteral ready(
            int m, int n, int k, int aRow, int aCol, int bRow, boolean accumulate, int cRow) {
        DoubleLiterals found = TABLE[slot(m, n, k, aRow, aCol, bRow, cRow, accumulate)];
        if (found == null || !found.matches(m, n, k, aRow, aCol, bRow, cRow, accumulate)) {
            return null;
        }
        return found.isLarge && Workers.limit() > 1 ? null : found.ready;
    }

    /** Counts a product for which there is no class; what may be one's shape has been checked. */
    static void count(int m, int n, int k, int aRow, int aCol, int bRow, int cRow, boolean accumulate) {
        int slot = slot(m, n, k, aRow, aCol, bRow, cRow, accumulate);
        DoubleLiterals found = TABLE[slot];
        if (found != null && found.matches(m, n, k, aRow, aCol, bRow, cRow, accumulate)) {
            found.count();
        } else if (found == null || found.givesWay()) {
            TABLE[slot] = new DoubleLiterals(new LiteralShape(m, n, k, aRow, aCol, bRow, cRow, accumulate));
        }
    }

    private static int slot(int m, int n, int k, int aRow, int aCol, int bRow, int cRow, boolean accumulate) {
        int sizes = m * 0x9E3779B1 + n * 0x85EBCA6B + k * 0xC2B2AE35;
        int strides = aRow * 0x27D4EB2F + bRow * 0x165667B1 + (cRow << 7) + (aCol << 13);
        return (accumulate ? ~sizes + strides : sizes + strides) >>> 32 - SLOT_BITS;
    }

    private boolean matches(int m, int n, int k, int aRow, int aCol, int bRow, int cRow, boolean accumulate) {
        return this.m == m && this.n == n && this.k == k && this.aRow == aRow && this.aCol == aCol && this.bRow == bRow
                && this.cRow == cRow && this.accumulate == accumulate;
    }

    /** The class of a shape, if it is ready. */
    static @Nullable DoubleLiteral ready(LiteralShape s) {
        DoubleLiterals found = TABLE[slot(s.m(), s.n(), s.k(), s.aRow(), s.aCol(), s.bRow(), s.cRow(), s.accumulate())];
        return found != null && found.shape.equals(s) ? found.ready : null;
    }

    private boolean givesWay() {
        return !asked && ++others > PATIENCE;
    }

    private void count() {
        work += shape.effort();
        if (work > HOT && !asked) {
            asked = true;
            if (suits(shape)) {
                WarmUpThread.submit(this);
            }
        }
    }

    @Override
    public long scalarWork() {
        return work / WORTH;
    }

    /** On the warm-up thread: writes the class the first time, then runs it. */
    @Override
    public boolean round() {
        Rehearsal begun = rehearsal;
        if (begun == null) {
            begun = new Rehearsal(this);
            rehearsal = begun;
        }
        boolean done = begun.round();
        if (done) {
            rehearsal = null;
        }
        return done;
    }

    /** Whether a shape can have a class with the bits of the general kernels. */
    static boolean suits(LiteralShape shape) {
        return shape.work() > 0 && shape.suits(LiteralWriter.lanes(shape.n(), SINGLE), Double.BYTES)
                && !DoubleDotProduct.suits(shape) && new LiteralWriter(shape, SINGLE).isPossible();
    }

    /** Makes the class of a shape that suits. */
    static DoubleLiteral define(LiteralShape shape) {
        try {
            return (DoubleLiteral) MethodHandles.lookup()
                    .defineHiddenClass(new LiteralWriter(shape, SINGLE).write(), true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("a generated class is wrong: " + shape, e);
        }
    }

    /** One shape's class while it is being compiled. */
    private static final class Rehearsal {
        /** A tile without a loop is compiled for good after some 20,000 calls, within {@link #MOST_ROUNDS}. */
        private static final int MOST_RUNS = 128;
        private static final long ROUND_NANOS = 5_000_000;
        private static final int FEWEST_ROUNDS = 10;
        private static final int MOST_ROUNDS = 1_000;

        private final DoubleLiterals entry;
        private final double[] a;
        private final double[] b;
        private final double[] c;
        private final DoubleLiteral literal;
        private long bestGeneral = Long.MAX_VALUE;
        private int rounds;

        Rehearsal(DoubleLiterals entry) {
            this.entry = entry;
            a = new double[(int) entry.shape.aSize()];
            b = new double[(int) entry.shape.bSize()];
            c = new double[(int) entry.shape.cSize()];
            literal = define(entry.shape);
        }

        /**
         * Compares the best of several runs of the class with the best that the general kernel ever took, since any one run
         * may have been held up by other work; true when no more is to be done.
         */
        boolean round() {
            long bestLiteral = Long.MAX_VALUE;
            long start = System.nanoTime();
            for (int run = 0; run < MOST_RUNS && (run < 2 || System.nanoTime() - start < ROUND_NANOS); run++) {
                long begin = System.nanoTime();
                general();
                long middle = System.nanoTime();
                literal.multiply(a, 0, b, 0, c, 0);
                bestGeneral = Math.min(bestGeneral, middle - begin);
                bestLiteral = Math.min(bestLiteral, System.nanoTime() - middle);
            }
            if (++rounds >= FEWEST_ROUNDS && bestLiteral <= bestGeneral) {
                entry.ready = literal;
                return true;
            }
            return rounds == MOST_ROUNDS;
        }

        private void general() {
            LiteralShape s = entry.shape;
            DoubleBatch.general(s.m(), s.n(), s.k(), 1, a, 0, s.aRow(), s.aCol(), b, 0, s.bRow(), 1,
                    s.accumulate() ? 1 : 0, c, 0, s.cRow());
        }
    }
}
